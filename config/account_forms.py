"""allauth's forms where a word of theirs is in no catalogue."""

from typing import Any

from allauth.mfa.webauthn import forms
from django.utils.translation import gettext_lazy as _

_LABEL = _("Name of the key")


class AddKey(forms.AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _LABEL


class EditKey(forms.EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _LABEL
