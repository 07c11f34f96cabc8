"""What the lines of an old book become: petition, sealed people and case, many lines in a few statements.

Each comes out as `intake.receive` and the move `import` would have left it; a test compares the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, time
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.crypto import salted_hmac

from bodies import identities, new_rows
from bodies.identity_facts import Identity
from bodies.kinds import Level
from bodies.models import Area, Body
from bodies.text import fold, tidy
from cases import book_cases
from cases.book_cases import BookCase
from cases.codes import Channel
from cases.law import Law
from cases.stages import Stage
from cases.steps import IMPORTER, Document
from feedback import intake
from feedback.intake import Checked, NewPetition, NewPetitioner
from feedback.models import Petition, Petitioner, RegisterLine
from feedback.register_cells import commune_in, commune_key
from feedback.register_reading import Line


@dataclass(frozen=True)
class Taken:
    """A line that can be written: its fingerprint, what it brings in, and the case it becomes."""

    line: Line
    fingerprint: str
    checked: Checked
    book_case: BookCase


@dataclass(frozen=True)
class Host:
    """The body whose book it is, and the communes of its area by their folded names."""

    body: Body
    communes: dict[str, list[Area]]

    @classmethod
    def of(cls, body: Body) -> "Host":
        communes: dict[str, list[Area]] = {}
        for area in Area.objects.filter(path__startswith=body.area.path, level=Level.COMMUNE):
            communes.setdefault(commune_key(area.name), []).append(area)
        return cls(body, communes)


def work_out(line: Line, fingerprint: str, host: Host, *, at: datetime, law: Law) -> Taken:
    """Everything that can be said of a line before it is written. Raises BadInput and Refused."""
    new = petition_in(line, host)
    checked = intake.check(new, recorded_at=at)
    case = intake.case_of(new, checked.judged)
    facts = None if line.stage == Stage.RECEIVED else facts_in(line)
    book_case = book_cases.work_out(case, facts, at=new.received_at, recorded_at=at, law=law)
    return Taken(line, fingerprint, checked, book_case)


def write(taken: Sequence[Taken], *, at: datetime) -> None:
    """Write all of them, or none: the caller has opened the transaction and holds the book."""
    people = identities.boxed([who for line in taken for who in line.checked.identities], at=at)
    new_rows.give_ids(people)
    sealed = iter(people)
    book_cases.write([each.book_case for each in taken], also_tell=intake.announcement_of(at))
    petitions: list[Petition] = []
    petitioners: list[Petitioner] = []
    for each in taken:
        new = each.checked.new
        petition = intake.petition_of(new, each.book_case.case, IMPORTER, at, uuid4())
        petitions.append(petition)
        petitioners += intake.petitioners_of(
            petition, list(islice(sealed, len(new.petitioners))), new.petitioners
        )
    lines = [_written(each, petition) for each, petition in zip(taken, petitions, strict=True)]
    new_rows.write([*people, *petitions, *petitioners, *lines])


def _written(taken: Taken, petition: Petition) -> RegisterLine:
    return RegisterLine(
        body=taken.checked.new.received_by,
        year=taken.line.year,
        sheet=sheet_of(taken.line),
        number=taken.line.number,
        date=taken.line.date,
        fingerprint=taken.fingerprint,
        petition=petition,
    )


def petition_in(line: Line, host: Host) -> NewPetition:
    """What a line says came in."""
    is_anonymous = fold(line.name) in {"nac danh", "khong ten"}
    who = Identity(name=line.name, address=line.address, id_number=line.id_number)
    area = host.communes.get(commune_in(line.address), [])
    return NewPetition(
        kind=line.kind,
        channel=Channel.RECEPTION,
        received_by=host.body,
        received_at=timezone.make_aware(datetime.combine(line.date, time.min)),
        content=line.content,
        petitioners=() if is_anonymous else (NewPetitioner(identity=who),),
        people_count=line.people,
        is_anonymous=is_anonymous,
        area=area[0] if len(area) == 1 and area[0].is_valid_on(line.date) else None,
        earlier_settled_by=line.earlier,
        is_imported=True,
        details={"sheet": line.sheet, "number": line.number},
    )


def facts_in(line: Line) -> dict[str, Any]:
    """What a line says was done with it: the facts of the move `import`."""
    facts: dict[str, Any] = {
        "line": f"{sheet_of(line)}/{line.year}/{line.number}",
        "stage": line.stage,
        "text": line.text,
        "note": line.note,
        "address": line.transferred_to,
    }
    if line.stage == Stage.CLOSED and line.decision:
        facts["document"] = Document(line.decision.number, line.decision.date)
    return facts


def sheet_of(line: Line) -> str:
    return _short(line.sheet)


@lru_cache(maxsize=100)
def _short(sheet: str) -> str:
    return tidy(sheet)[:40]


# What stands elsewhere in a corrected book and is the same line all the same.
_ELSEWHERE = {"sheet", "row", "date", "year"}
_SAID = sorted(each.name for each in fields(Line) if each.name not in _ELSEWHERE)


def fingerprint_of(line: Line) -> str:
    """A keyed hash of what the line says, without where it stands and its day."""
    said = [(name, getattr(line, name)) for name in _SAID]
    return salted_hmac("feedback.register", repr(said), algorithm="sha256").hexdigest()
