"""The rows that hold a sealed box, under the keys of this installation. Only for bodies.identities and bodies.reveals."""

from enum import StrEnum

from django.conf import settings

from bodies import sealing
from bodies.identity_facts import Identity, name_key, pack, unpack
from bodies.models import FormerIdentity, Person
from bodies.sealing import Box


class Match(StrEnum):
    """What two people have in common. A name alone is weak: many share it."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    NAME = "name"


INDEX_FIELDS = tuple(f"{match.value}_index" for match in Match)


def put(row: Person | FormerIdentity, identity: Identity) -> None:
    """Seal an identity into a row that is not saved yet; a person is found by it from then on."""
    box = sealing.seal(pack(identity), token=row.token, keys=settings.IDENTITY_KEYS)
    row.box, row.key_id = box.content, box.key_id
    if isinstance(row, Person):
        row.kind = identity.kind
        found_by = hashes_of(identity)
        row.id_number_index = found_by.get(Match.ID_NUMBER)
        row.phone_index = found_by.get(Match.PHONE)
        row.name_index = found_by.get(Match.NAME)


def opened(row: Person | FormerIdentity) -> Identity:
    """The identity in a row. Raises CannotOpen. Who calls this answers for who reads it."""
    box = Box(row.key_id, bytes(row.box))
    return unpack(sealing.unseal(box, token=row.token, keys=settings.IDENTITY_KEYS))


def hashes_of(identity: Identity) -> dict[Match, bytes]:
    """The keyed hashes of what a normalised identity can be found by."""
    values = {
        Match.ID_NUMBER: identity.id_number,
        Match.PHONE: identity.phone,
        Match.NAME: name_key(identity.name),
    }
    return {
        match: sealing.keyed_hash(value, of=match.value, key=settings.INDEX_KEY)
        for match, value in values.items()
        if value
    }
