"""The form of each move, put together from the arrow table: the fields it needs, those it takes, and nothing else.

Shape only: what the case allows is asked of cases.workflow.
"""

from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.text import tidy
from cases.codes import Flag
from cases.form_fields import CORRECTED, HELP, MAKE, Asked, DayField, FilesField
from cases.models import Case
from cases.moves import Move
from cases.steps import Document, local_day
from cases.wording import FIELDS

# Not asked of staff: the citizen's own code; for whom a note is, which follows from who reads the case.
_NOT_ASKED = frozenset({"code", "visible_to", "document", "at", "stage"})
_ORDER = [
    "kind", "instance", "subject", "channel", "flags", "eligible", "competent", "body", "co_bodies", "co_bodies_2",
    "co_bodies_3", "person", "standing_member", "into", "result", "ground", "right_address", "address", "what", "clock",
    "days", "situation", "duty", "day", "dialogue", "percent", "whole", "part", "instruction", "draft", "text", "to",
    "petition", "files", "upload",
]  # fmt: skip
_NEVER_EMPTY = {"kind", "channel", "title", "people_count"}
_PAPER = ("document_number", "document_date", "document_signer")


class MoveForm(forms.Form):
    """One move in one case. `version` and `seen` tell what the writer had before them; `once` makes twice impossible."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    writer = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def __init__(self, move: Move, asked: Asked, data: Any = None, *, typed: Any = None) -> None:
        """`data` is what was sent, `typed` what a draft holds: {field: [values]}."""
        super().__init__(data)
        self.move, self.asked = move, asked
        self._add_fields()
        self._set_hidden()
        self._fill(typed)
        self.order_fields([*_ORDER, *(name for name in self.fields if name.startswith("fields.")), "reason"])
        if data is None:
            self._lead_the_hand()

    # --- how it is put together ---------------------------------------------------------------------------------------

    def _add_fields(self) -> None:
        move = self.move
        names = [name for name in move.fields - _NOT_ASKED - {"files", "fields", "note"} if name in MAKE]
        for name in names:
            # No flag at all is an answer: there is no special situation.
            self._add(_made_as(name, move), name, required=name in move.needs - {"flags"})
        for number in (2, 3) if "co_bodies" in move.fields else ():
            self._add("body", f"co_bodies_{number}", label=FIELDS["co_bodies"], number=number)
        if "co_bodies" in move.fields:
            self._add("body", "co_bodies", label=FIELDS["co_bodies"])
        if "fields" in move.fields:
            for name in CORRECTED:
                self._add(name, f"fields.{name}", required=name in _NEVER_EMPTY)
        if "files" in move.fields:
            self._add_files()
        if move.needs_reason:
            self._add("reason", "reason", required=True)
        self._add_paper()
        self._add("note", "note")
        self.fields["at"] = DayField(label=FIELDS["at"], required=False, help_text=HELP["at"])

    def _add(
        self, what: str, name: str, *, required: bool = False, label: Any = None, number: int = 0
    ) -> None:
        words = str(label or FIELDS[name.removeprefix("fields.")])
        options = {"label": f"{words} ({number})" if number else words, "required": required}
        if what in HELP and not label:
            options["help_text"] = HELP[what]
        self.fields[name] = MAKE[what](self.asked, options)

    def _add_files(self) -> None:
        loose = [(str(file.pk), file.name) for file in self.asked.loose_files]
        if loose:
            self.fields["files"] = forms.MultipleChoiceField(
                label=_("Files brought before"),
                choices=loose,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        needed = "files" in self.move.needs and not loose
        self.fields["upload"] = FilesField(label=FIELDS["files"], help_text=HELP["upload"], required=needed)

    def _add_paper(self) -> None:
        needed = "document" in self.move.needs
        self.fields["document_number"] = forms.CharField(
            label=_("Number of the document"), max_length=60, required=needed
        )
        self.fields["document_date"] = DayField(label=_("Date of the document"), required=needed)
        self.fields["document_signer"] = forms.CharField(label=_("Signer"), max_length=120, required=False)

    def _set_hidden(self) -> None:
        case = self.asked.case
        now = {
            "version": case.version,
            "seen": case.events_count,
            "writer": self.asked.standing.user.username,
        }
        self.initial |= now | {"once": uuid4()}

    def _fill(self, typed: Any) -> None:
        case = self.asked.case
        self.initial |= {f"fields.{name}": _now(case, name) for name in CORRECTED}
        self.initial |= {name: _now(case, name) for name in ("kind", "instance", "subject", "flags")}
        self.initial |= {
            "competent": True,
            "eligible": Flag.INELIGIBLE not in case.flags,
            "day": self.asked.on,
            "files": [str(file.pk) for file in self.asked.loose_files],
        }
        if self.move.name == "answer":
            self.initial["text"] = self.asked.drafted
        if typed is not None:
            self._fill_from(typed)

    def _fill_from(self, typed: Any) -> None:
        for name, field_ in self.fields.items():
            values = typed.get(name, [])
            if name in {"version", "seen", "once", "writer", "files", "upload"}:
                continue
            if isinstance(field_, forms.BooleanField):
                self.initial[name] = bool(values)
            elif isinstance(field_, forms.MultipleChoiceField):
                self.initial[name] = values
            else:
                self.initial[name] = values[0] if values else ""

    def _lead_the_hand(self) -> None:
        """Whoever opened the form goes on in its first field."""
        first = self.main()[0] if self.main() else self[_PAPER[0]]
        if not isinstance(first.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            first.field.widget.attrs["autofocus"] = True

    # --- how it is shown ----------------------------------------------------------------------------------------------

    def main(self) -> list[forms.BoundField]:
        """What the move is about; files come last of it, before the paper."""
        apart = {*_PAPER, "note", "at"}
        return [each for each in self.visible_fields() if each.name not in apart]

    def paper(self) -> list[forms.BoundField]:
        return [self[name] for name in _PAPER]

    def extra(self) -> list[forms.BoundField]:
        return [self["note"], self["at"]]

    @property
    def needs_paper(self) -> bool:
        return "document" in self.move.needs

    @property
    def is_extra_open(self) -> bool:
        """Whether something stands in what is folded, or is wrong there."""
        folded = ["note", "at"] if self.needs_paper else ["note", "at", *_PAPER]
        return any(self[name].errors or self[name].value() for name in folded)

    def typed(self) -> dict[str, tuple[str, str]]:
        """The label and text of whatever somebody wrote, by field: what must never be lost."""
        found = {}
        for name, field_ in self.fields.items():
            is_text = isinstance(field_, forms.CharField) and not field_.widget.is_hidden
            value = tidy(self.data.get(name, "")) if is_text else ""
            if value:
                found[name] = (str(field_.label), value)
        return found

    # --- what it says -------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        number, day = clean.get("document_number"), clean.get("document_date")
        if not self.needs_paper and bool(number) != bool(day) and not (self.errors.keys() & set(_PAPER)):
            missing = "document_date" if number else "document_number"
            self.add_error(missing, _("A document has a number and a date."))
        if "files" in self.move.needs and not clean.get("files"):
            self.add_error("upload", _("At least one file is needed as proof."))
        return clean

    def facts(self) -> dict[str, Any]:
        """The fields of the move, as cases.workflow takes them. Empty ones are left out; flags may be none."""
        clean, facts = self.cleaned_data, {}
        for name in self.move.fields & clean.keys() - {"document", "fields", "files", "co_bodies"}:
            value = tidy(clean[name]) if isinstance(clean[name], str) else clean[name]
            if value not in (None, "", []) or name == "flags":
                facts[name] = value
        co_bodies = [clean[name] for name in ("co_bodies", "co_bodies_2", "co_bodies_3") if clean.get(name)]
        if co_bodies:
            facts["co_bodies"] = co_bodies
        if clean.get("document_number"):
            facts["document"] = Document(
                tidy(clean["document_number"]), clean["document_date"], tidy(clean["document_signer"])
            )
        if clean.get("files"):
            chosen = set(clean["files"])
            facts["files"] = [file for file in self.asked.loose_files if str(file.pk) in chosen]
        if "fields" in self.move.fields:
            facts["fields"] = self._corrections()
        return facts

    def _corrections(self) -> dict[str, Any]:
        """Only what was changed in the form."""
        changed = {
            name.removeprefix("fields."): self.cleaned_data[name]
            for name in self.changed_data
            if name.startswith("fields.")
        }
        return {name: getattr(value, "code", value) for name, value in changed.items()}

    def at(self, now: datetime) -> datetime | None:
        """The instant of an act of an earlier day: the end of its working hours, not before the receipt. None: now."""
        day = self.cleaned_data.get("at")
        if day is None or day == local_day(now):
            return None
        instant = timezone.make_aware(datetime.combine(day, time(17)))
        received = self.asked.case.received_at
        return max(instant, received) if local_day(received) == day else instant

    @property
    def key(self) -> UUID | None:
        return self.cleaned_data.get("once")


def _made_as(name: str, move: Move) -> str:
    """The maker of a field (cases.form_fields)."""
    if name == "person" and "body" in move.fields:
        # Who works in another body is known only once that is chosen.
        return "person_there"
    return "situation" if name == "flags" and name in move.needs else name


def _now(case: Case, name: str) -> Any:
    value = getattr(case, name)
    return getattr(value, "code", value)
