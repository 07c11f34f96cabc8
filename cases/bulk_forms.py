"""The few fields that one move in many cases asks for. Shape only: what each case allows, cases.bulk tries out."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from bodies.models import Body, Role
from bodies.scopes import Standing
from bodies.text import tidy
from cases.candidates import body_named, members_of, person_named
from cases.codes import Flag
from cases.list_forms import code_field, day_field
from cases.models import Case
from cases.steps import Document

# By which a complaint's time limit is extended; other kinds are extended by days.
_SITUATIONS = [("", "–"), *((flag.value, flag.label) for flag in (Flag.COMPLEX, Flag.ESPECIALLY_COMPLEX))]


class BulkForm(forms.Form):
    """What every order has: the key that makes sending it twice harmless."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, typed: Any = None, *, cases: list[Case], standing: Standing) -> None:
        """`data` is what was sent; `typed` what was typed before and is to be changed."""
        super().__init__(data, initial={**(typed or {}), "once": uuid4()}, prefix="order")
        self.cases, self.standing = cases, standing

    def facts(self) -> dict[str, Any]:
        """The fields of the move, as cases.workflow takes them."""
        return {}

    @property
    def reason(self) -> str:
        return tidy(self.cleaned_data.get("reason", ""))


def _reason() -> forms.CharField:
    return forms.CharField(label=_("Reason"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))


class RouteForm(BulkForm):
    body = code_field(_("To which body"), "body", required=True)
    instruction = forms.CharField(
        label=_("Instruction"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_body(self) -> Body:
        code = self.cleaned_data["body"].strip()
        found = body_named(code, self.standing.on)
        if found is None:
            raise forms.ValidationError(_("Unknown code: %(code)s."), params={"code": code})
        return found

    def facts(self) -> dict[str, Any]:
        instruction = tidy(self.cleaned_data["instruction"])
        return {"body": self.cleaned_data["body"]} | ({"instruction": instruction} if instruction else {})


class AssignForm(BulkForm):
    person = forms.ChoiceField(label=_("To whom"))

    def __init__(self, data: Any = None, typed: Any = None, *, cases: list[Case], standing: Standing) -> None:
        super().__init__(data, typed, cases=cases, standing=standing)
        # Only people of the bodies that hold the cases, and only of bodies whose head the person is.
        bodies = {case.body_id: case.body for case in cases if case.body_id in standing.bodies(Role.HEAD)}
        people = dict(choice for body in bodies.values() for choice in members_of(body, standing.on))
        self.fields["person"].choices = [("", "–"), *people.items()]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {"person": person_named(self.cleaned_data["person"])}


class UrgeForm(BulkForm):
    reason = _reason()


class ExtendForm(BulkForm):
    number = forms.CharField(label=_("Number of the document"), max_length=60)
    date = day_field(_("Date of the document"), required=True)
    signer = forms.CharField(label=_("Signer"), max_length=120, required=False)
    days = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=365,
        required=False,
        help_text=_("Where the law leaves the number of days open; empty: as many as it allows."),
        widget=forms.NumberInput(attrs={"class": "numbers"}),
    )
    situation = forms.ChoiceField(
        label=_("Situation"),
        choices=_SITUATIONS,
        required=False,
        help_text=_("A complaint is extended by recognising that it is complex."),
    )
    reason = _reason()

    def facts(self) -> dict[str, Any]:
        clean = self.cleaned_data
        facts = {
            "situation": [clean["situation"]] if clean["situation"] else None,
            "document": Document(tidy(clean["number"]), clean["date"], tidy(clean["signer"])),
            "days": clean["days"],
        }
        return {name: value for name, value in facts.items() if value is not None}


FORMS: dict[str, type[BulkForm]] = {
    "route": RouteForm,
    "assign": AssignForm,
    "urge": UrgeForm,
    "extend": ExtendForm,
}
