"""The fields that forms of moves are made of: one maker for each field of the arrow table, days and codes as people write them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodies.scopes import Standing
from bodies.text import tidy
from cases import candidates
from cases.codes import PETITIONS, SITUATIONS, Channel, Flag, Instance, Kind, results_of
from cases.list_forms import DAYS, subject_choices
from cases.models import Case, CaseFile, Clock, Subject

_ANY = ("", "–")


@dataclass(frozen=True)
class Asked:
    """What a form is made for: the case and whoever stands before it, on a local day."""

    case: Case
    standing: Standing
    on: date
    clocks: list[Clock]
    # Brought by this person and not yet part of an act.
    loose_files: list[CaseFile] = field(default_factory=list)
    # The draft answer that waits for a signature.
    drafted: str = ""


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files. What they are is looked into when they are kept (cases.files)."""

    def __init__(self, **options: Any) -> None:
        accept = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"
        super().__init__(widget=SeveralFiles(attrs={"accept": accept}), **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        return data or []


class DayField(forms.DateField):
    """A local day as people write it: 5/12/26, 05.12.2026, 05-12-2026."""

    default_error_messages = {"invalid": gettext_lazy("Write a day such as 05/12/2026.")}

    def __init__(self, **options: Any) -> None:
        look = forms.DateInput(
            format="%d/%m/%Y", attrs={"class": "numbers", "inputmode": "numeric", "autocomplete": "off"}
        )
        super().__init__(input_formats=DAYS, widget=look, localize=False, **options)
        self.widget.is_localized = False


class PickField(forms.CharField):
    """A code, with suggestions while one types a name; a full name that only one has does as well."""

    def __init__(self, what: str, find: Callable[[str], Any], **options: Any) -> None:
        look = forms.TextInput(
            attrs={"data-pick": reverse_lazy("suggest", args=[what]), "autocomplete": "off"}
        )
        super().__init__(max_length=200, widget=look, **options)
        self._find = find

    def clean(self, value: Any) -> Any:
        typed = tidy(super().clean(value))
        if not typed:
            return None
        found = self._find(typed)
        if found is None:
            raise forms.ValidationError(
                _("“%(typed)s” was not found. Type a few letters and choose.") % {"typed": typed}
            )
        return found


# --- One field each -------------------------------------------------------------------------------------------------

Make = Callable[[Asked, dict[str, Any]], forms.Field]


def _line(length: int) -> Make:
    return lambda _asked, options: forms.CharField(max_length=length, **options)


def _text(length: int, rows: int = 4) -> Make:
    return lambda _asked, options: forms.CharField(
        max_length=length, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def _choice(choices: Callable[[Asked], Any], *, boxes: bool = False, radio: bool = False) -> Make:
    def make(asked: Asked, options: dict[str, Any]) -> forms.Field:
        if boxes:
            look = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(choices=choices(asked), widget=look, **options)
        given = list(choices(asked))
        if radio:
            return forms.ChoiceField(choices=given, widget=forms.RadioSelect, **options)
        return forms.ChoiceField(choices=[_ANY, *given], **options)

    return make


def _person(choices: Callable[[Asked], Any]) -> Make:
    def make(asked: Asked, options: dict[str, Any]) -> forms.Field:
        return forms.TypedChoiceField(
            choices=[_ANY, *choices(asked)], coerce=candidates.person_named, empty_value=None, **options
        )

    return make


def _pick(what: str, find: Callable[[Asked, str], Any]) -> Make:
    return lambda asked, options: PickField(what, lambda typed: find(asked, typed), **options)


def _body(asked: Asked, typed: str) -> Any:
    return candidates.body_named(typed, asked.on)


def _whole(_asked: Asked, options: dict[str, Any]) -> forms.Field:
    choices = [("yes", _("The whole")), ("no", _("A part"))]
    return forms.TypedChoiceField(
        choices=choices, coerce=lambda value: value == "yes", widget=forms.RadioSelect, **options
    )


def _subject(_asked: Asked, options: dict[str, Any]) -> forms.Field:
    rows = Subject.objects.open_to_all().filter(is_active=True)
    return forms.TypedChoiceField(
        choices=[_ANY, *subject_choices()],
        coerce=lambda code: rows.filter(code=code).first(),
        empty_value=None,
        **options,
    )


MAKE: dict[str, Make] = {
    "kind": _choice(lambda _asked: [(kind.value, kind.label) for kind in Kind if kind in PETITIONS]),
    "instance": _choice(lambda _asked: Instance.choices),
    "subject": _subject,
    "channel": _choice(lambda _asked: Channel.choices),
    "flags": _choice(lambda _asked: Flag.choices, boxes=True),
    "eligible": lambda _asked, options: forms.BooleanField(**options | {"required": False}),
    "competent": lambda _asked, options: forms.BooleanField(**options | {"required": False}),
    "body": _pick("body", _body),
    "person": _person(lambda asked: candidates.members_of(asked.case.body, asked.on)),
    "person_there": _pick("person", lambda _asked, typed: candidates.person_named(typed)),
    "standing_member": _person(lambda asked: candidates.standing_members_for(asked.case, asked.on)),
    "into": lambda asked, options: PickField("case", lambda typed: candidates.case_named(typed, asked.standing), **options),
    "instruction": _text(5000),
    "ground": _line(2000),
    "right_address": _line(500),
    "address": _line(500),
    "what": _text(5000),
    "clock": _choice(lambda asked: candidates.clocks_to_extend(asked.clocks)),
    "days": lambda _asked, options: forms.IntegerField(min_value=1, max_value=365, **options),
    "situation": _choice(lambda _asked: [(flag.value, flag.label) for flag in Flag if flag in SITUATIONS], boxes=True),
    "text": _text(50_000, 8),
    "day": lambda _asked, options: DayField(**options),
    "dialogue": _line(80),
    "draft": _text(50_000, 14),
    "result": _choice(lambda asked: [(each.value, each.label) for each in _results(asked.case)], radio=True),
    "percent": lambda _asked, options: forms.IntegerField(min_value=0, max_value=100, **options),
    "whole": _whole,
    "part": _text(5000),
    "to": _line(200),
    "petition": _line(80),
    "duty": _choice(lambda asked: candidates.duties_owed(asked.case, asked.clocks), radio=True),
    "reason": _text(5000),
    "note": _text(5000, 3),
    "title": _line(300),
    "content": _text(50_000, 8),
    "people_count": lambda _asked, options: forms.IntegerField(min_value=1, max_value=1_000_000, **options),
    "area": _pick("area", lambda _asked, typed: candidates.area_named(typed)),
    "against_body": _pick("body", _body),
}  # fmt: skip
CORRECTED = (
    "kind",
    "instance",
    "subject",
    "area",
    "channel",
    "flags",
    "title",
    "content",
    "people_count",
    "against_body",
)


def _results(case: Case) -> list[Any]:
    known = results_of(case.kind, case.instance)
    return [result for result in type(next(iter(known))) if result in known]


HELP = {
    "days": gettext_lazy("Left empty: the longest the law allows."),
    "clock": gettext_lazy("Left empty: the limit that decides."),
    "body": gettext_lazy("Type a few letters of its name and choose."),
    "at": gettext_lazy("Left empty: now. An earlier day needs its document."),
    "upload": gettext_lazy("PDF, JPEG, PNG, Word or Excel; 20 MB each at most."),
    "into": gettext_lazy("The reference of the other case."),
}
