"""What a resident types on the public pages of dialogues. What is refused is refused by the rules the API asks too."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dialogues.questions import TEXT_LENGTH

_CODE = {"autocomplete": "off", "autocapitalize": "characters", "autocorrect": "off", "spellcheck": "false", "class": "code"}  # fmt: skip


class AskForm(forms.Form):
    """One question; who asks may stay unnamed. `key`: sent twice, it is taken down once."""

    use_required_attribute = False
    text = forms.CharField(
        label=_("Your question"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say what you ask.")},
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        required=False,
        help_text=_("Sealed: only the office that answers sees it. You may leave it empty."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def take_faults(self, errors: dict[str, list[str]]) -> None:
        """What the rules refused, beside the field where it was typed."""
        for name, sentences in errors.items():
            field = name.removeprefix("asker.")
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)


class CodeForm(forms.Form):
    use_required_attribute = False
    tracking_code = forms.CharField(
        label=_("Code of your question"),
        max_length=100,
        help_text=_("Three groups of four letters and digits. Small letters and spaces do no harm."),
        widget=forms.TextInput(attrs=_CODE),
        error_messages={"required": _("Enter the code that you were given.")},
    )


class PlaceForm(forms.Form):
    """Which dialogues are listed: those of a place, by a part of its name."""

    place = forms.CharField(label=_("Commune, district or province"), max_length=80, required=False)

    def wanted(self) -> Any:
        return self.cleaned_data["place"].strip() if self.is_valid() else ""
