"""Numbers of identity papers: which paper a number belongs to, and what a citizen id tells about its holder. Pure.

A citizen id (số định danh cá nhân) has 12 digits: three for the place of birth, one for century and sex, two for the
year, six at random. Only the count of digits is a rule; the rest serves as a hint (old codes of merged provinces stay).
"""

import re
import unicodedata

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

_FILLERS = re.compile(r"[\s.\-\u00ad\u200b-\u200f\u2010-\u2015]+")


class IdKind(TextChoices):
    CITIZEN = "citizen_id", _("Citizen id")
    OLD_CARD = "old_card", _("Old identity card (9 digits)")
    PASSPORT = "passport", _("Passport")
    TAX_CODE = "tax_code", _("Tax code")


_FORMS = {
    IdKind.CITIZEN: re.compile(r"[0-9]{12}"),
    IdKind.OLD_CARD: re.compile(r"[0-9]{9}"),
    # Other states also issue passports whose numbers are digits only: those need their kind said.
    IdKind.PASSPORT: re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{5,15}"),
    IdKind.TAX_CODE: re.compile(r"[0-9]{10}([0-9]{3})?"),
}


def tidy(typed: str) -> str:
    """Without spaces, dots and hyphens, letters in upper case: "001 085-004.567" gives "001085004567"."""
    return _FILLERS.sub("", unicodedata.normalize("NFKC", typed)).upper()


def fits(number: str, kind: IdKind) -> bool:
    """Whether a tidy number can be one of this kind of paper."""
    return _FORMS[kind].fullmatch(number) is not None


def kind_of(number: str, *, of_organisation: bool) -> IdKind | None:
    """The paper that a tidy number belongs to by its form alone. None: by its form it belongs to none."""
    if of_organisation and fits(number, IdKind.TAX_CODE):
        return IdKind.TAX_CODE
    for kind in (IdKind.CITIZEN, IdKind.OLD_CARD):
        if fits(number, kind):
            return kind
    return IdKind.PASSPORT if fits(number, IdKind.PASSPORT) and not number.isdigit() else None


def year_of_birth(number: str) -> int | None:
    """The year of birth that a citizen id is built from; None for other papers."""
    if not fits(number, IdKind.CITIZEN):
        return None
    return 1900 + int(number[3]) // 2 * 100 + int(number[4:6])


def masked(number: str) -> str:
    """Enough to recognise a number one already has: "001•••••4567"; of shorter numbers only the end."""
    if not number:
        return ""
    return f"{number[:3]}•••••{number[-4:]}" if fits(number, IdKind.CITIZEN) else f"•••••{number[-3:]}"
