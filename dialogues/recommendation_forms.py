"""The form of a supervision recommendation: to whom, what, until when, shown by what."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bodies.models import Body
from cases import candidates
from cases.conclusions import Promise
from cases.form_fields import DayField, PickField
from cases.list_forms import subject_choices
from cases.models import Subject
from dialogues.grounds import Grounds
from dialogues.models import Supervision
from dialogues.supervisions import Recommended


class SessionField(forms.ModelChoiceField):
    def label_from_instance(self, session: Supervision) -> str:
        return f"{session.day:%d/%m/%Y} – {session.title}"


class RecommendationForm(forms.Form):
    chair = forms.ModelChoiceField(Body.objects.none(), label=_("Recommended by"), empty_label=None)
    session = SessionField(
        Supervision.objects.none(),
        label=_("After a supervision session"),
        required=False,
        empty_label=_("No session: from the figures or a case"),
    )
    subject = forms.ChoiceField(label=_("Subject"), required=False)
    text = forms.CharField(
        label=_("What is recommended"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    proof = forms.CharField(
        label=_("Proof"),
        max_length=500,
        required=False,
        help_text=_("What must be shown before it counts as done."),
    )
    due_on = DayField(
        label=_("Reply until"),
        required=False,
        help_text=_("Left empty: as the rules say, counted from today."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, grounds: Grounds, chairs: Any, sessions: Any, today: date, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.grounds = grounds
        self.fields["chair"].queryset = chairs
        self.fields["session"].queryset = sessions
        self.fields["subject"].choices = [("", "–"), *subject_choices()]
        if not grounds.is_fixed:
            self.fields["body"] = PickField(
                "body",
                lambda typed: candidates.body_named(typed, today),
                label=_("To whom"),
                help_text=_("Type a few letters of its name and choose."),
            )
        if grounds.about or not sessions:
            del self.fields["session"]
        self.order_fields(["chair", "body", "session", "subject", "text", "proof", "due_on"])
        self.fields["text" if grounds.body else "body"].widget.attrs["autofocus"] = True

    def recommended(self) -> Recommended:
        """What was typed, as the rules take it. Needs a valid form."""
        said = self.cleaned_data
        what = Promise(
            text=said["text"],
            body=self.grounds.body if self.grounds.is_fixed else said["body"],
            due_on=said["due_on"],
            proof=said["proof"],
            subject=Subject.objects.open_to_all().filter(code=said["subject"]).first(),
        )
        return Recommended(what=what, about=self.grounds.about, figures=self.grounds.figures)

    def take_faults(self, errors: dict[str, Any]) -> None:
        """What the rules refused, beside the fields where it was typed."""
        for name, sentences in errors.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, str(sentence))
