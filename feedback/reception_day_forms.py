"""The forms of reception days: a day as it is written down, and what the head concluded on it."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bodies.models import Body
from cases import candidates
from cases.conclusions import Promise
from cases.form_fields import PickField
from cases.list_forms import day_field
from feedback.models import Reception
from feedback.reception_days import Guest


class DayForm(forms.Form):
    """Who received, in person or in whose place and why, how many came, and with which petitions."""

    kind = forms.ChoiceField(label=_("Kind of reception"), choices=Reception.Kind.choices)
    received_by = forms.ChoiceField(label=_("Received by (person)"))
    delegate_reason = forms.CharField(
        label=_("Why the head did not receive in person"),
        max_length=500,
        required=False,
        help_text=_("Empty where the head received in person."),
    )
    turns = forms.IntegerField(label=_("Turns"), min_value=0, max_value=100_000)
    people = forms.IntegerField(label=_("People received"), min_value=0, max_value=100_000)
    groups = forms.IntegerField(label=_("Groups of many people"), min_value=0, max_value=10_000)
    petitions = forms.MultipleChoiceField(
        label=_("Received on this occasion"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, host: Body, day: date, guests: list[Guest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.host, self.day = host, day
        self.fields["received_by"].choices = candidates.members_of(host, day)
        self.known = {guest.petition.code: guest.petition for guest in guests}
        self.fields["petitions"].choices = [
            (guest.petition.code, f"{guest.number}. {guest.petition.case.title}") for guest in guests
        ]

    def reception(self) -> Reception:
        said = self.cleaned_data
        return Reception(
            host=self.host,
            day=self.day,
            kind=said["kind"],
            received_by=candidates.person_named(said["received_by"]),
            delegate_reason=said["delegate_reason"],
            turns=said["turns"],
            people=said["people"],
            groups=said["groups"],
        )

    def taken(self) -> list[Any]:
        return [self.known[code] for code in self.cleaned_data["petitions"]]


class ConclusionForm(forms.Form):
    """What is to be done, by whom, until when."""

    text = forms.CharField(label=_("Conclusion"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    due_on = day_field(_("Until"))
    proof = forms.CharField(label=_("Proof that shows it was done"), max_length=500, required=False)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"] = PickField(
            "body", lambda typed: candidates.body_named(typed, on), label=_("Body that must act")
        )
        self.fields["person"] = PickField(
            "person",
            candidates.person_named,
            label=_("Person there"),
            required=False,
        )
        self.order_fields(["text", "body", "person", "due_on", "proof"])

    def promise(self) -> Promise:
        said = self.cleaned_data
        return Promise(
            text=said["text"],
            body=said["body"],
            person=said["person"],
            due_on=said["due_on"],
            proof=said["proof"],
        )
