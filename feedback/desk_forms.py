"""The reception desk's form: what a clerk types of a walk-in, read into what the rules take."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bodies.identity_facts import Identity
from bodies.models import Area, Body
from bodies.querysets import under
from cases.codes import PETITIONS, Channel, Flag, Kind
from cases.models import Subject
from feedback.intake import NewPetition, NewPetitioner

# People beside the first who can be named on the form; more are counted.
MORE_PEOPLE = 4
PERSON = ("name", "phone", "id_number", "address")
# What the next form begins with.
REMEMBERED = ("received_by", "channel", "area")


class DeskForm(forms.Form):
    """Fields of the person come first: that is what is said first at a desk."""

    received_by = forms.ModelChoiceField(
        Body.objects.open_to_all(), label=_("Received by"), empty_label=None, to_field_name="code"
    )
    channel = forms.ChoiceField(label=_("Channel"))
    area = forms.ModelChoiceField(
        Area.objects.open_to_all(), label=_("Place"), required=False, to_field_name="code"
    )
    kind = forms.ChoiceField(label=_("Kind of matter"), widget=forms.RadioSelect)
    subject = forms.ModelChoiceField(
        Subject.objects.open_to_all(), label=_("Subject"), required=False, to_field_name="code"
    )
    title = forms.CharField(label=_("In short"), max_length=300, required=False)
    content = forms.CharField(
        label=_("What it is about"),
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    anonymous = forms.BooleanField(label=_("Without a name"), required=False)
    evidence = forms.BooleanField(label=_("With papers or other evidence"), required=False)
    people_count = forms.IntegerField(
        label=_("People in all"), min_value=1, max_value=100_000, required=False
    )
    is_group = forms.BooleanField(label=_("A group of many people"), required=False)

    def __init__(self, *args: Any, desks: list[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._field("received_by").queryset = Body.objects.open_to_all().filter(
            pk__in=[body.pk for body in desks]
        )
        self._field("area").queryset = _areas_of(desks)
        self._field("subject").queryset = (
            Subject.objects.open_to_all().filter(is_active=True).order_by("code")
        )
        self._field("channel").choices = [c for c in Channel.choices if c[0] != Channel.IMPORT]
        self._field("kind").choices = [(kind.value, kind.label) for kind in Kind if kind in PETITIONS]
        for number in range(MORE_PEOPLE + 1):
            for name, label, attrs in _PERSON:
                field = forms.CharField(label=label, max_length=1000, required=False)
                field.widget.attrs.update(attrs)
                self.fields[f"{name}_{number}"] = field
            self.fields[f"speaks_{number}"] = forms.BooleanField(
                label=_("Speaks for the group"), required=False
            )
        self.fields["name_0"].widget.attrs["autofocus"] = True

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def people(self) -> list[list[Any]]:
        """The bound fields of each person, in their order."""
        names = (*PERSON, "speaks")
        return [[self[f"{name}_{number}"] for name in names] for number in range(MORE_PEOPLE + 1)]

    def petitioners(self) -> list[NewPetitioner]:
        """Those of whom anything was typed."""
        return [
            NewPetitioner(
                identity=Identity(**{name: self.cleaned_data.get(f"{name}_{number}", "") for name in PERSON}),
                is_representative=self.cleaned_data.get(f"speaks_{number}", False),
            )
            for number in self._typed()
        ]

    def _typed(self) -> list[int]:
        return [
            number
            for number in range(MORE_PEOPLE + 1)
            if any(self.cleaned_data.get(f"{name}_{number}") for name in PERSON)
        ]

    def petition(self, *, received_at: datetime) -> NewPetition:
        said = self.cleaned_data
        flags = {Flag.GROUP} if said["is_group"] else set()
        return NewPetition(
            kind=Kind(said["kind"]),
            channel=said["channel"],
            title=said["title"],
            content=said["content"],
            received_at=received_at,
            received_by=said["received_by"],
            area=said["area"],
            subject=said["subject"],
            petitioners=tuple(self.petitioners()),
            people_count=said["people_count"],
            is_anonymous=said["anonymous"],
            has_evidence=said["evidence"],
            flags=frozenset(flags),
        )

    def _field_of(self, name: str) -> str:
        """petitioners.1.phone: the phone of the second person of whom anything was typed."""
        parts = name.split(".")
        if parts[0] == "petitioners" and len(parts) == 3:
            return f"{parts[2]}_{self._typed()[int(parts[1])]}"
        return _NAMED.get(name, name)

    def take_faults(self, errors: dict[str, Any]) -> None:
        """What the rules refused, beside the fields where it was typed."""
        for name, sentences in errors.items():
            field = self._field_of(name)
            for sentence in sentences if isinstance(sentences, list) else [sentences]:
                self.add_error(field if field in self.fields else None, str(sentence))


_PERSON: list[tuple[str, Any, dict[str, str]]] = [
    ("name", _("Name"), {"autocomplete": "off"}),
    ("phone", _("Phone"), {"inputmode": "tel", "autocomplete": "off"}),
    ("id_number", _("Id number"), {"inputmode": "numeric", "autocomplete": "off"}),
    ("address", _("Address"), {"autocomplete": "off"}),
]
_NAMED = {
    "is_anonymous": "anonymous",
    "has_evidence": "evidence",
    "flags": "is_group",
    "petitioners": "name_0",
}


def _areas_of(desks: list[Body]) -> QuerySet[Area]:
    """The places of the desks and what lies in them, as deep as a list can be: the wider one first."""
    return Area.objects.open_to_all().filter(under([body.area.path for body in desks])).order_by("path")
