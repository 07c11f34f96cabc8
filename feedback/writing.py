"""A petition and its people, written in one statement. A test compares it with the same rows saved by the ORM."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from feedback.models import Petition, Petitioner

_PETITION = [field for field in Petition._meta.concrete_fields if not field.generated]
_COLUMNS = ", ".join(f'"{field.column}"' for field in _PETITION)
_VALUES = ", ".join(["%s"] * len(_PETITION))
# Names of our own columns only; every value is a parameter.
_INSERT = f"""
WITH petition AS (INSERT INTO feedback_petition ({_COLUMNS}) VALUES ({_VALUES}))
INSERT INTO feedback_petitioner (petition_id, person_id, position, is_representative)
SELECT %s::uuid, told.person_id, told.position, told.is_representative
FROM unnest(%s::bigint[], %s::smallint[], %s::boolean[]) AS told (person_id, position, is_representative)
"""  # noqa: S608


def write(petition: Petition, petitioners: Sequence[Petitioner]) -> None:
    """Insert both. The petition has its id already, the petitioners get theirs unread."""
    values: list[Any] = [
        field.get_db_prep_save(getattr(petition, field.attname), connection=connection) for field in _PETITION
    ]
    people: list[Any] = [
        petition.pk,
        [each.person_id for each in petitioners],
        [each.position for each in petitioners],
        [each.is_representative for each in petitioners],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*values, *people])
    petition._state.adding = False
    petition._state.db = connection.alias
