"""What is known of a person before it is sealed: what is taken, in which form it is kept, and how it is masked. Pure.

None of these objects shows what it holds when printed: such texts end up in logs and error pages.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date

import orjson
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodies import id_numbers, phones
from bodies.id_numbers import IdKind
from bodies.refusals import BadInput
from bodies.text import fold, tidy

NAME_LENGTH, ADDRESS_LENGTH, NOTE_LENGTH = 120, 300, 1000
FIRST_BIRTH_YEAR = 1850
# Older than anybody: a year of birth before it is asked about, not refused.
GREAT_AGE = 115


class PersonKind(TextChoices):
    RESIDENT = "resident", gettext_lazy("Resident")
    ORGANISATION = "organisation", gettext_lazy("Organisation")


class BadIdentity(BadInput):
    """What was given about a person is wrong. Names the fields and what to do, never what was typed."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Identity:
    """Who somebody is. Empty text: not known. `phone` is E.164 and `id_number` tidy once it went through `normalise`."""

    kind: str = PersonKind.RESIDENT.value
    # One field: family, middle and given name are never split
    name: str = ""
    id_number: str = ""
    id_kind: str = ""
    phone: str = ""
    address: str = ""
    email: str = ""
    birth_year: int | None = None
    note: str = ""

    def __repr__(self) -> str:
        return "<Identity>"


@dataclass(frozen=True, kw_only=True, repr=False)
class Masked:
    """As much of a person as may stand in a list: enough to recognise whom one knows, too little to find anybody."""

    kind: str
    name: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""
    email: str = ""

    def __repr__(self) -> str:
        return "<Masked>"


@dataclass(frozen=True, repr=False)
class Hint:
    """Something to look at again; it refuses nothing. `suggestion` is what the field might be instead."""

    field: str
    sentence: str
    suggestion: str = ""

    def __repr__(self) -> str:
        return f"<Hint on {self.field}>"


# --- The forms in which it is kept ----------------------------------------------------------------------------------


def normalise(identity: Identity, *, today: date) -> Identity:
    """The identity as it is kept. Doing it twice changes nothing. Raises BadIdentity with every wrong field."""
    faults: dict[str, list[str]] = {}
    clean: dict[str, str] = {}
    for name, read in _READERS.items():
        try:
            clean[name] = read(identity)
        except BadIdentity as bad:
            faults |= bad.errors
    year = identity.birth_year
    if year is not None and not FIRST_BIRTH_YEAR <= year <= today.year:
        sentence = _("The year of birth lies between %(first)d and %(last)d.")
        faults["birth_year"] = [sentence % {"first": FIRST_BIRTH_YEAR, "last": today.year}]
    if not faults and not any(clean[name] for name in ("name", "id_number", "phone", "address", "email")):
        faults["name"] = [_("Give a name, or at least one way to recognise or reach this person.")]
    if faults:
        raise BadIdentity(faults)
    if clean["id_number"]:
        clean["id_kind"] = _id_kind(clean["id_number"], identity)
    return Identity(**clean, birth_year=year)


def read_name(identity: Identity) -> str:
    name = _one_line(identity.name)
    if identity.kind == PersonKind.ORGANISATION and not name:
        raise BadIdentity.of("name", _("Give the name of the organisation."))
    if name and not any(sign.isalpha() for sign in name):
        raise BadIdentity.of("name", _("A name has letters."))
    return _not_longer("name", name, NAME_LENGTH)


def read_id_number(identity: Identity) -> str:
    number = id_numbers.tidy(identity.id_number)
    if number:
        _id_kind(number, identity)
    return number


def read_phone(identity: Identity) -> str:
    if not identity.phone.strip():
        return ""
    number = phones.e164(identity.phone)
    if number is None:
        sentence = _(
            "This is no phone number: a mobile number has 10 digits (03, 05, 07, 08, 09), a landline number 11 (02), "
            "a number of another country begins with + and its country code."
        )
        raise BadIdentity.of("phone", sentence)
    return number


def _read_kind(identity: Identity) -> str:
    if identity.kind not in PersonKind.values:
        raise BadIdentity.of("kind", _("A person is a resident or an organisation."))
    return str(identity.kind)


def _read_email(identity: Identity) -> str:
    email = _one_line(identity.email)
    if not email:
        return ""
    # Raised outside the handler: a ValidationError carries the address
    if not _is_email(email):
        raise BadIdentity.of("email", _("This is no e-mail address."))
    name, _at, host = email.rpartition("@")
    return f"{name}@{host.lower()}"


def _read_address(identity: Identity) -> str:
    return _not_longer("address", _one_line(identity.address), ADDRESS_LENGTH)


def _read_note(identity: Identity) -> str:
    return _not_longer("note", tidy(identity.note), NOTE_LENGTH)


_READERS: dict[str, Callable[[Identity], str]] = {
    "kind": _read_kind,
    "name": read_name,
    "id_number": read_id_number,
    "phone": read_phone,
    "address": _read_address,
    "email": _read_email,
    "note": _read_note,
}


def _id_kind(number: str, identity: Identity) -> str:
    """The kind of paper of a tidy number: the one that was said, else the one its form tells."""
    if identity.id_kind:
        return _said_kind(number, identity.id_kind)
    kind = id_numbers.kind_of(number, of_organisation=identity.kind == PersonKind.ORGANISATION)
    if kind is None:
        sentence = _(
            "This is no number of an identity paper: a citizen id has 12 digits, an old identity card 9, "
            "a passport letters and digits, the tax code of an organisation 10 or 13 digits."
        )
        raise BadIdentity.of("id_number", sentence)
    return kind.value


def _said_kind(number: str, kind: str) -> str:
    if kind not in IdKind.values:
        raise BadIdentity.of("id_kind", _("This kind of paper is not known."))
    if not id_numbers.fits(number, IdKind(kind)):
        raise BadIdentity.of("id_number", _("This number does not fit the kind of paper."))
    return str(kind)


def _one_line(typed: str) -> str:
    """Tidy, on one line, without signs that cannot be seen (a zero-width space makes equal names differ)."""
    line = tidy(re.sub(r"\s", " ", typed))
    return tidy("".join(sign for sign in line if unicodedata.category(sign) != "Cf"))


def _not_longer(name: str, value: str, limit: int) -> str:
    if len(value) > limit:
        raise BadIdentity.of(name, _("At most %(limit)d characters.") % {"limit": limit})
    return value


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


# --- What equal people have in common -------------------------------------------------------------------------------


def name_key(name: str) -> str:
    """What two spellings of one name share: no case, no marks, no signs between the words."""
    return " ".join(re.findall(r"\w+", fold(name)))


# --- Hints ----------------------------------------------------------------------------------------------------------


def hints(identity: Identity, *, today: date) -> list[Hint]:
    """What a clerk should look at again in a normalised identity. Nothing here refuses it."""
    return [*_name_hints(identity), *_birth_hints(identity, today)]


def title_case(name: str) -> str:
    """A name typed all in capitals, as it is written: "NGUYỄN VĂN AN" gives "Nguyễn Văn An"."""
    return " ".join(word[:1].upper() + word[1:].lower() for word in name.split(" "))


def _name_hints(identity: Identity) -> list[Hint]:
    if identity.kind != PersonKind.RESIDENT:
        return []
    found = []
    if identity.name.isupper() and len(identity.name) > 2:
        found.append(Hint("name", _("The name is all in capitals."), title_case(identity.name)))
    if any(sign.isdigit() for sign in identity.name):
        found.append(Hint("name", _("There are digits in the name.")))
    return found


def _birth_hints(identity: Identity, today: date) -> list[Hint]:
    found = []
    said, built_in = identity.birth_year, id_numbers.year_of_birth(identity.id_number)
    is_citizen_id = identity.id_kind in {"", IdKind.CITIZEN}
    if is_citizen_id and built_in is not None:
        if said is not None and said != built_in:
            found.append(Hint("id_number", _("The citizen id and the year of birth do not agree.")))
        elif not today.year - GREAT_AGE <= built_in <= today.year:
            found.append(Hint("id_number", _("By this citizen id nobody alive can be its holder.")))
    if said is not None and said < today.year - GREAT_AGE:
        found.append(
            Hint("birth_year", _("By this year of birth the person is over %(age)d.") % {"age": GREAT_AGE})
        )
    return found


# --- Masks ----------------------------------------------------------------------------------------------------------


def mask(identity: Identity) -> Masked:
    """The identity as it may stand in a list. Address and e-mail say only that there is one."""
    return Masked(
        kind=identity.kind,
        name=masked_name(identity.name),
        id_number=id_numbers.masked(identity.id_number),
        phone=phones.masked(identity.phone),
        address="•••" if identity.address else "",
        email="•••" if identity.email else "",
    )


def masked_name(name: str) -> str:
    """The first letter of each word, a dot for each other one: "N••••• V•• A•"."""
    return " ".join(word[:1] + "•" * len(word[1:]) for word in name.split())


# --- The text in the box --------------------------------------------------------------------------------------------

_FIELDS = frozenset(each.name for each in fields(Identity))


def pack(identity: Identity) -> bytes:
    """What is known, as JSON."""
    return orjson.dumps({name: value for name, value in asdict(identity).items() if value not in {"", None}})


def unpack(text: bytes) -> Identity:
    """The identity in a JSON text. Fields that this version does not know are left out."""
    held = orjson.loads(text)
    return Identity(**{name: value for name, value in held.items() if name in _FIELDS})


def changed_fields(before: Identity, after: Identity) -> tuple[str, ...]:
    """The names of the fields that differ, in their order; never their values."""
    return tuple(
        each.name for each in fields(Identity) if getattr(before, each.name) != getattr(after, each.name)
    )
