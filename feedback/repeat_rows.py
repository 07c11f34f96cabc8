"""Candidates of a look for repeats, in one statement: who petitions is compared with all that came in. The twin stands in a test.

Only cases of whose people the asker may learn (feedback.permissions.cases_known_to), as SQL by hand.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from bodies.models import Area, Body
from bodies.scopes import Standing
from bodies.sealed_rows import Match
from cases.codes import Kind
from cases.likeness import COMPARED, pairs_to_look_for
from cases.querysets import ABOVE, WORKS_ON_CASES
from cases.same_matter import CANDIDATES, HORIZON, NEWEST, asked_for
from cases.stages import Stage
from feedback.permissions import without_watching

# The newest holders of a common name; of an id number or a phone there are few.
_MOST_PEOPLE = 500


class Candidate(NamedTuple):
    """A case that may be the same matter, with what one of its people has in common with one of those asked about."""

    pk: int
    reference: str
    kind: str
    stage: str
    title: str
    content: str
    received_on: date
    body: str
    area_id: int | None
    by_id_number: bool
    by_phone: bool
    by_name: bool

    @property
    def matches(self) -> frozenset[Match]:
        told = (
            (Match.ID_NUMBER, self.by_id_number),
            (Match.PHONE, self.by_phone),
            (Match.NAME, self.by_name),
        )
        return frozenset(match for match, is_shared in told if is_shared)


def candidates(
    title: str,
    content: str,
    people: Mapping[Match, Sequence[bytes]],
    standing: Standing,
    *,
    area: Area | None,
    body: Body | None,
    today: date,
) -> list[Candidate]:
    """Those found by a person, once for each person; and the newest of the place (else of the body) that share words."""
    pairs = pairs_to_look_for(title, content) if area is not None or body is not None else []
    if not pairs and not any(people.values()):
        return []
    asked = {
        **{f"{match}s": list(people.get(match, ())) for match in Match},
        "words": asked_for(pairs) or None,
        "place": area.pk if area is not None else body.pk if body is not None else None,
        "since": today - HORIZON,
        **_sight(standing),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_AREA if area is not None else _BY_BODY, asked)
        return [Candidate(*row) for row in cursor.fetchall()]


def _sight(standing: Standing) -> dict[str, Any]:
    """What decides whom somebody with this standing sees; what is named against them they see in no role."""
    workers = without_watching(standing)
    return {
        "mine": list(workers.bodies(*WORKS_ON_CASES)),
        "below": [f"{path}%" for path in workers.below(*ABOVE)],
        "areas": [f"{path}%" for path in workers.leads()],
        "theirs": list(standing.bodies()),
    }


_SHARED = ", ".join(f"coalesce(p.{match}_index = ANY(%({match}s)s), false) AS by_{match}" for match in Match)
_SHARING = " OR ".join(f"p.{match}_index = ANY(%({match}s)s)" for match in Match)
_SEEN = f"""
(c.body_id = ANY(%(mine)s) OR c.received_by_id = ANY(%(mine)s)
    OR c.id = ANY(ARRAY(SELECT x.case_id FROM cases_case_co_bodies x WHERE x.body_id = ANY(%(mine)s)))
    OR EXISTS (SELECT FROM bodies_body b JOIN bodies_area a ON a.id = b.area_id
               WHERE b.id = c.body_id AND (b.path LIKE ANY(%(below)s) OR a.path LIKE ANY(%(areas)s))))
AND NOT (c.kind = '{Kind.DENUNCIATION}' AND c.against_body_id IS NOT NULL AND c.against_body_id = ANY(%(theirs)s))
AND c.stage <> '{Stage.VOID}'
"""  # noqa: S608
_READ = ["id", "reference", "kind", "stage", "title", "content", "received_on", "area_id", "body_id"]
_JUDGED = ["received_by_id", "against_body_id", "search"]
_COLUMNS = ", ".join(f"c.{name}" for name in _READ)
# Our own names and numbers only; every value is a parameter.
_ASKED = f"""
WITH people AS MATERIALIZED (
    SELECT p.id, {_SHARED} FROM bodies_person p WHERE {_SHARING}
    ORDER BY NOT (coalesce(p.id_number_index = ANY(%(id_numbers)s), false) OR coalesce(p.phone_index = ANY(%(phones)s), false)),
        p.id DESC LIMIT {_MOST_PEOPLE}
), found AS (
    SELECT {_COLUMNS}, people.by_id_number, people.by_phone, people.by_name
    FROM people JOIN feedback_petitioner r ON r.person_id = people.id JOIN feedback_petition t ON t.id = r.petition_id
    JOIN cases_case c ON c.id = t.case_id WHERE {_SEEN}
    UNION ALL (
        SELECT {_COLUMNS}, false, false, false
        FROM (SELECT {", ".join(_READ + _JUDGED)} FROM cases_case
              WHERE {{place}} = %(place)s AND received_on >= %(since)s
              ORDER BY received_at DESC, id DESC LIMIT {NEWEST}) c
        WHERE c.search @@ to_tsquery('simple', %(words)s) AND {_SEEN}
        ORDER BY ts_rank(c.search, to_tsquery('simple', %(words)s)) DESC, c.id DESC LIMIT {CANDIDATES}
    )
)
SELECT f.id, f.reference, f.kind, f.stage, f.title, left(f.content, {COMPARED}), f.received_on, b.code, f.area_id,
    f.by_id_number, f.by_phone, f.by_name
FROM found f JOIN bodies_body b ON b.id = f.body_id
"""  # noqa: S608
_BY_AREA, _BY_BODY = (_ASKED.format(place=column) for column in ("area_id", "body_id"))
