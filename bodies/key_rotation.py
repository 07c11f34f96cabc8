"""Seal the boxes again that are under an old key, in batches: stopped anywhere and begun again, it goes on with the rest.

The texts in the boxes are not looked at: what was sealed is what is sealed again. Searching is not touched, its hashes
are under a key of their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from bodies import sealing
from bodies.models import FormerIdentity, Person
from bodies.sealing import Box, CannotOpen, UnknownKey

TABLES: tuple[type[Person] | type[FormerIdentity], ...] = (Person, FormerIdentity)


@dataclass
class Rotated:
    """How far a rotation came. `shut` are tokens of rows whose boxes do not open: somebody must look."""

    done: int = 0
    shut: list[UUID] = field(default_factory=list)


def under_old_keys(keys: Mapping[str, bytes]) -> dict[str, int]:
    """How many boxes are sealed with which key other than the first."""
    first = next(iter(keys))
    counts: dict[str, int] = {}
    for table in TABLES:
        rows = table._default_manager.exclude(key_id=first).values_list("key_id").annotate(Count("pk"))
        for key_id, count in rows.order_by("key_id"):
            counts[key_id] = counts.get(key_id, 0) + count
    return counts


def rotate(keys: Mapping[str, bytes], *, batch: int) -> Iterator[Rotated]:
    """Bring every box under the first key; gives what each batch did, which is committed by then.

    Raises UnknownKey before anything is changed where rows are under a key that is not there.
    """
    for key_id in under_old_keys(keys):
        if key_id not in keys:
            raise UnknownKey(key_id)
    for table in TABLES:
        last = 0
        while True:
            last, rotated = _rotate_batch(table, keys, after=last, size=batch)
            if not last:
                break
            yield rotated


@transaction.atomic
def _rotate_batch(
    table: type[Person] | type[FormerIdentity], keys: Mapping[str, bytes], *, after: int, size: int
) -> tuple[int, Rotated]:
    """Seal the next rows again; gives the id of the last one, 0 where none was left."""
    first = next(iter(keys))
    old = table._default_manager.exclude(key_id=first).filter(pk__gt=after)
    # Locked: a correction at the same moment must not be undone
    rows = list(old.select_for_update().only("token", "box", "key_id").order_by("pk")[:size])
    rotated = Rotated()
    opened = []
    for row in rows:
        try:
            text = sealing.unseal(Box(row.key_id, bytes(row.box)), token=row.token, keys=keys)
        except CannotOpen:
            rotated.shut.append(row.token)
            continue
        box = sealing.seal(text, token=row.token, keys=keys)
        row.box, row.key_id = box.content, box.key_id
        opened.append(row)
    table._default_manager.bulk_update(opened, ["box", "key_id"])
    rotated.done = len(opened)
    return (rows[-1].pk if rows else 0), rotated
