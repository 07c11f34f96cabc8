"""Sealed identities: how they are written, found and shown masked. How they are read is in bodies.reveals.

Who may learn of whom, the rooms above say (bodies.guards). No function here puts anything of an identity into an
exception or a log.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies import guards, id_numbers
from bodies.identity_facts import (
    BadIdentity,
    Identity,
    Masked,
    changed_fields,
    mask,
    normalise,
    read_id_number,
    read_name,
    read_phone,
)
from bodies.models import FormerIdentity, Person, User
from bodies.refusals import BadInput
from bodies.scopes import standing_of
from bodies.sealed_rows import INDEX_FIELDS, Match, hashes_of, opened, put

# A search gives the newest of those it finds; who has more must ask more exactly.
MOST_FOUND = 50
_BATCH = 1000


# --- Sealing --------------------------------------------------------------------------------------------------------


def seal(identity: Identity, *, at: datetime) -> Person:
    """Keep one identity, sealed. Raises BadIdentity with every wrong field."""
    person = _sealed(normalise(identity, today=timezone.localdate(at)), at=at)
    person.save(force_insert=True)
    return person


def seal_many(identities: Sequence[Identity], *, at: datetime) -> list[Person]:
    """Keep many, all or none, in their order. Raises BadIdentity; its fields carry the position: "0.phone"."""
    today = timezone.localdate(at)
    faults: dict[str, list[str]] = {}
    clean = []
    for position, identity in enumerate(identities):
        try:
            clean.append(normalise(identity, today=today))
        except BadIdentity as bad:
            faults |= {f"{position}.{field}": sentences for field, sentences in bad.errors.items()}
    if faults:
        raise BadIdentity(faults)
    return Person.objects.bulk_create(boxed(clean, at=at), batch_size=_BATCH)


def boxed(clean: Iterable[Identity], *, at: datetime) -> list[Person]:
    """People of whom all went through `normalise`, sealed and not saved: for who writes them with other rows."""
    return [_sealed(identity, at=at) for identity in clean]


@transaction.atomic
def reseal(person: Person, identity: Identity, *, by: User, at: datetime) -> tuple[str, ...]:
    """Correct what is known of somebody; gives the names of the changed fields, for the history, never their values.

    What was known before stays, sealed, as a FormerIdentity. Nothing changed: nothing is written.
    """
    clean = normalise(identity, today=timezone.localdate(at))
    row = Person.objects.select_for_update().get(pk=person.pk)
    before = opened(row)
    changed = changed_fields(before, clean)
    if changed:
        former = FormerIdentity(person=row, token=uuid4(), by=by, at=at)
        put(former, before)
        former.save(force_insert=True)
        put(row, clean)
        row.save(update_fields=["kind", "box", "key_id", *INDEX_FIELDS])
        person.refresh_from_db()
    return changed


def _sealed(clean: Identity, *, at: datetime) -> Person:
    person = Person(token=uuid4(), created_at=at)
    put(person, clean)
    return person


# --- Finding --------------------------------------------------------------------------------------------------------


class Found(NamedTuple):
    person: Person
    masked: Masked


def sought(identities: Sequence[Identity]) -> dict[Match, list[bytes]]:
    """The keyed hashes by which those are found who share an id number, a phone or a name with one of these.

    For the look for repeats: it asks no guard, so what it gives is never shown but through the cases it leads to. Raises
    BadIdentity.
    """
    asked = [hashes_of(_as_looked_up(identity)) for identity in identities]
    return {match: sorted({keys[match] for keys in asked if match in keys}) for match in Match}


def search(user: User, *, at: datetime, id_number: str = "", phone: str = "", name: str = "") -> list[Found]:
    """The people with this id number, or phone, or name (without case and marks), newest first, masked.

    Only those whom a guard lets this user learn of. Raises BadInput unless exactly one of the three is given.
    """
    wanted = _wanted(id_number=id_number, phone=phone, name=name)
    standing = standing_of(user, timezone.localdate(at))
    ids = list(Person.objects.sharing(**wanted).order_by("-pk").values_list("pk", flat=True))
    found: list[int] = []
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        allowed = guards.findable(batch, standing)
        found += [pk for pk in batch if pk in allowed]
        if len(found) >= MOST_FOUND:
            break
    people = Person.objects.filter(pk__in=found[:MOST_FOUND]).order_by("-pk")
    return [Found(person, mask(opened(person))) for person in people]


def person_for(user: User, token: UUID, *, at: datetime) -> Person:
    """The person with this token. Raises Person.DoesNotExist, also where no guard lets this user learn of them."""
    person = Person.objects.get(token=token)
    if not guards.findable([person.pk], standing_of(user, timezone.localdate(at))):
        raise Person.DoesNotExist
    return person


def masked(people: Iterable[Person]) -> dict[int, Masked]:
    """As much of these people as may stand in a list, by id. Nobody reads an identity by it, so it leaves no line."""
    return {person.pk: mask(opened(person)) for person in people}


def _as_looked_up(identity: Identity) -> Identity:
    return Identity(name=read_name(identity), id_number=read_id_number(identity), phone=read_phone(identity))


def _wanted(*, id_number: str, phone: str, name: str) -> dict[str, list[bytes]]:
    given = {"id_number": id_number, "phone": phone, "name": name}
    # Any number can be looked for; only what is to be kept must fit a paper
    clean = Identity(
        id_number=id_numbers.tidy(id_number),
        phone=read_phone(Identity(phone=phone)),
        name=read_name(Identity(name=name)),
    )
    keys = hashes_of(clean)
    if len(keys) != 1 or sum(bool(value.strip()) for value in given.values()) != 1:
        raise BadInput.of("id_number", _("Search by one of these: id number, phone, full name."))
    return {f"{match.value}s": [value] for match, value in keys.items()}
