"""What a citizen types on the pages of a petition. How much and of what kind is judged by the rules the API asks too."""

from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.files import MAX_SIZE
from feedback import verdicts, words

_CODE_ATTRS = {"autocomplete": "off", "autocapitalize": "characters", "autocorrect": "off", "spellcheck": "false", "class": "code"}  # fmt: skip
_TAKEN = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,application/pdf,image/jpeg,image/png"


def _code(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Tracking code"),
        help_text=help_text,
        widget=forms.TextInput(attrs=_CODE_ATTRS),
        error_messages={"required": gettext_lazy("Enter the code that stands on your slip.")},
    )


class CodeForm(forms.Form):
    """The one field of the first page."""

    use_required_attribute = False
    tracking_code = _code(
        gettext_lazy(
            "It stands on the slip: three groups of four letters and digits. Small letters and spaces do no harm."
        )
    )


class ActForm(forms.Form):
    """What one sends about a petition. The code is asked for once more where the page was left for too long."""

    use_required_attribute = False

    def __init__(self, *args: Any, asks_code: bool = False, are_cut: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Files that were too large together and not read to their end.
        self.are_cut = are_cut
        if asks_code:
            self.fields = {
                "tracking_code": _code(
                    gettext_lazy(
                        "This page was left for a while and closed itself. What you typed is still here: enter the code once more."
                    )
                )
            } | self.fields

    def take_faults(self, errors: dict[str, list[str]]) -> None:
        """What the rules refused, beside the field where it was typed."""
        for name, sentences in errors.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)

    def shown(self) -> list[tuple[str, str]]:
        """What is to be looked at once more: each label with what was chosen or typed."""
        rows = []
        for field in self:
            value = dict(getattr(field.field, "choices", ())).get(field.data, field.data)
            if value and field.name != "tracking_code":
                rows.append((str(field.label), str(value)))
        return rows

    def parts(self) -> list[bytes]:
        """What the key of the form is bound to: all that was typed, but for the code."""
        return [
            f"{name}={value}".encode() for name, value in self.cleaned_data.items() if name != "tracking_code"
        ]


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class _Files(forms.FileField):
    """Several files at once: their bytes, and the names by which the citizen knows them."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:
        return [(file.name, file.read(MAX_SIZE + 1)) for file in data or []]


class SupplementForm(ActForm):
    text = forms.CharField(
        label=gettext_lazy("What you want to add"),
        help_text=gettext_lazy("In your own words. A photo of a paper is enough: attach it below."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write in your own words what you want to say.")},
    )
    files = _Files(
        label=gettext_lazy("Photos and papers"),
        required=False,
        widget=_FilesInput(attrs={"accept": _TAKEN}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].help_text = _(
            "Photos (JPEG, PNG), PDF, Word and Excel: at most %(most)d files at a time, %(size)d MB together."
        ) % {"most": words.MOST_FILES, "size": words.MOST_BYTES // 1024 // 1024}

    def clean_files(self) -> list[tuple[str, bytes]]:
        files: list[tuple[str, bytes]] = self.cleaned_data["files"]
        if self.are_cut or sum(len(content) for _name, content in files) > words.MOST_BYTES:
            raise forms.ValidationError(
                _("The files are too large together: send fewer at a time, %(size)d MB at most.")
                % {"size": words.MOST_BYTES // 1024 // 1024}
            )
        return files

    def take_faults(self, errors: dict[str, list[str]]) -> None:
        """A file is named as the citizen knows it; it has to be chosen anew, as browsers keep none."""
        for name, sentences in errors.items():
            field, _dot, position = name.partition(".")
            called = f"{self.cleaned_data['files'][int(position)][0]}: " if position else ""
            super().take_faults({field: [called + sentence for sentence in sentences]})

    def parts(self) -> list[bytes]:
        prints = [sha256(content).digest() for _name, content in self.cleaned_data["files"]]
        return [self.cleaned_data["text"].encode(), *prints]


class VerdictForm(ActForm):
    score = forms.TypedChoiceField(
        label=gettext_lazy("How do you find the answer?"),
        coerce=int,
        choices=[
            ("5", gettext_lazy("5 – very good")),
            ("4", gettext_lazy("4 – good")),
            ("3", gettext_lazy("3 – so so")),
            ("2", gettext_lazy("2 – bad")),
            ("1", gettext_lazy("1 – very bad")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a score from 1 to 5.")},
    )
    comment = forms.CharField(
        label=gettext_lazy("What you want to say about it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["score"].help_text = _(
            "An answer is rated once. With %(bad)d or less, within %(days)d days of the answer, you ask for the matter to be "
            "reopened; the head of the office decides and you are told here."
        ) % {"bad": verdicts.BAD, "days": verdicts.REOPENS_WITHIN.days}


class WithdrawForm(ActForm):
    whole = forms.TypedChoiceField(
        label=gettext_lazy("What do you take back?"),
        coerce=lambda value: value == "yes",
        choices=[("yes", gettext_lazy("The whole petition")), ("no", gettext_lazy("Only a part of it"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose: the whole petition, or a part of it.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Which part, or why"),
        help_text=gettext_lazy(
            "If you take back a part, say which. For the whole you need to give no reason."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
