"""The ways by which a message leaves: e-mail here; SMS and Zalo by a class of the house, named in settings.MESSAGE_CHANNELS."""

import smtplib
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils.module_loading import import_string

from bodies.models import User


@dataclass(frozen=True, slots=True)
class Letter:
    """What leaves the house. `key` is the same on a repeat, so that a provider can see that it is one."""

    to: str
    title: str
    text: str
    key: str


class Undelivered(Exception):
    """It did not leave. `reason` is a class name and a number: never an address, never the provider's own words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryLater(Undelivered):
    """The provider is down, slow or busy."""


class Permanent(Undelivered):
    """It will never arrive: a wrong address, a refusal for good."""


class Channel(Protocol):
    """What a channel must be able to do. `send` runs in a thread: it uses no database, and must come back in time."""

    def address_of(self, user: User) -> str:
        """Where this channel finds a person; empty if it cannot."""

    def send(self, letter: Letter) -> None:
        """Send one letter. Raises Permanent, TryLater, or anything else to be tried again."""


def channel(name: str) -> Channel | None:
    """The channel of this name, or None where nobody set one up."""
    path = settings.MESSAGE_CHANNELS.get(name)
    if not path:
        return None
    made: Channel = import_string(path)()
    return made


class Mail:
    """E-mail, through the mail server of EMAIL_URL."""

    def address_of(self, user: User) -> str:
        return user.email

    def send(self, letter: Letter) -> None:
        try:
            validate_email(letter.to)
            self._hand_over(letter)
        except ValidationError:
            raise Permanent("bad address") from None
        except smtplib.SMTPRecipientsRefused as error:
            code = max((code for code, _words in error.recipients.values()), default=0)
            raise _refusal(error, code) from None
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
            # The server refuses us, not this letter: whoever mends the settings must find it still here
            raise TryLater(f"{type(error).__name__} {error.smtp_code}") from None
        except smtplib.SMTPResponseException as error:
            raise _refusal(error, error.smtp_code) from None

    def _hand_over(self, letter: Letter) -> None:
        host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
        EmailMessage(
            subject=" ".join(letter.title.split()),
            body=letter.text,
            to=[letter.to],
            headers={
                "Message-ID": f"<{letter.key}@{host}>",
                "X-Delivery-Key": letter.key,
                "Auto-Submitted": "auto-generated",
            },
        ).send()


def _refusal(error: smtplib.SMTPException, code: int) -> Undelivered:
    reason = f"{type(error).__name__} {code}"
    return Permanent(reason) if 500 <= code < 600 else TryLater(reason)
