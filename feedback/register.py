"""How the lines of an old book become petitions and cases: each once, in batches, with its outcome as written."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodies import messages
from bodies.identity_facts import Identity
from bodies.kinds import Level
from bodies.messages import Wording
from bodies.models import Area, Body, Role, User
from bodies.refusals import BadInput, Refused
from bodies.text import fold, tidy
from cases import workflow
from cases.codes import Channel
from cases.models import Case
from cases.stages import ENDED, Stage
from cases.steps import IMPORTER, Document, local_day
from feedback import intake
from feedback.intake import NewPetition, NewPetitioner
from feedback.models import RegisterLine
from feedback.register_cells import commune_in, commune_key
from feedback.register_reading import Book, Fault, Line

BATCH = 50


@dataclass
class Outcome:
    imported: int = 0
    unchanged: int = 0
    changed: list[dict[str, object]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def write(
    book: Book, body: Body, *, at: datetime, dry_run: bool = False, tick: Callable[[int], object] = int
) -> Outcome:
    """Take the lines in. What a crash leaves is whole batches; the next run goes on from there."""
    outcome = Outcome(faults=list(book.faults))
    importer = _Importer(body, at, outcome, _communes(body), dry_run=dry_run)
    for batch in _batches(book.lines):
        with transaction.atomic():
            for line in batch:
                importer.take(line)
        tick(len(batch))
    if outcome.imported and not dry_run:
        tell_the_head(body, at=at)
    return outcome


def tell_the_head(body: Body, *, at: datetime) -> int:
    """What is still open of the imported books, as one list to the heads of the body."""
    still_open = list(
        Case.objects.filter(petition__register_line__body=body)
        .exclude(stage__in=ENDED)
        .order_by("reference")
        .values_list("reference", flat=True)
    )
    if not still_open:
        return 0
    on = local_day(at)
    heads = User.objects.filter(
        memberships__in=body.memberships.on(on).filter(role=Role.HEAD), is_active=True
    ).distinct()
    wording = Wording(
        gettext_lazy("%(count)d cases from imported books are still open"),
        gettext_lazy("They climb no ladder. Still open: %(references)s."),
        {"count": len(still_open), "references": ", ".join(still_open)},
    )
    key = f"register.open:{body.code}:{salted_hmac('register.open', ','.join(still_open)).hexdigest()[:16]}"
    return messages.tell(heads, key=key, topic="register.open", wording=wording, subject=body.code, at=at)


@dataclass
class _Importer:
    body: Body
    at: datetime
    outcome: Outcome
    communes: dict[str, list[Area]]
    dry_run: bool
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def take(self, line: Line) -> None:
        key = (line.year, line.sheet, line.number, line.date)
        if key in self.seen:
            self._fault(line, _("This number and day stand in the sheet twice."))
            return
        self.seen.add(key)
        fingerprint = fingerprint_of(line)
        known = self._known(line, fingerprint)
        if known is not None:
            self._compare(line, known, fingerprint)
            return
        try:
            self._write(line, fingerprint)
        except (BadInput, Refused) as refused:
            self._fault(line, _sentence(refused))
        except IntegrityError:
            # Another run of the same book was quicker; anything else is no affair of ours.
            if self._known(line, fingerprint) is None:
                raise
            self.outcome.unchanged += 1

    def _known(self, line: Line, fingerprint: str) -> RegisterLine | None:
        rows = RegisterLine.objects.filter(body=self.body, sheet=_sheet(line), number=line.number)
        same_day = rows.filter(year=line.year, date=line.date).first()
        # Its day was corrected in the book: the same line all the same.
        return same_day or rows.filter(fingerprint=fingerprint).first()

    def _compare(self, line: Line, known: RegisterLine, fingerprint: str) -> None:
        if known.fingerprint == fingerprint and known.date == line.date:
            self.outcome.unchanged += 1
            return
        self.outcome.changed.append({"sheet": line.sheet, "row": line.row, "number": line.number})

    def _write(self, line: Line, fingerprint: str) -> None:
        new = self._petition(line)
        if self.dry_run:
            intake.check(new, recorded_at=self.at)
            self.outcome.imported += 1
            return
        with transaction.atomic():
            receipt = intake.receive(new, by=IMPORTER, recorded_at=self.at)
            if line.stage != Stage.RECEIVED:
                self._import(line, receipt.case, new.received_at)
            RegisterLine.objects.create(
                body=self.body,
                year=line.year,
                sheet=_sheet(line),
                number=line.number,
                date=line.date,
                fingerprint=fingerprint,
                petition=receipt.petition,
            )
        self.outcome.imported += 1

    def _import(self, line: Line, case: Case, at: datetime) -> None:
        facts = {
            "line": f"{_sheet(line)}/{line.year}/{line.number}",
            "stage": line.stage,
            "text": line.text,
            "note": line.note,
            "address": line.transferred_to,
        }
        if line.stage == Stage.CLOSED and line.decision:
            facts["document"] = Document(line.decision.number, line.decision.date)  # type: ignore[assignment]
        workflow.move(case, "import", by=IMPORTER, recorded_at=self.at, at=at, facts=facts)

    def _petition(self, line: Line) -> NewPetition:
        is_anonymous = fold(line.name) in {"nac danh", "khong ten"}
        who = Identity(name=line.name, address=line.address, id_number=line.id_number)
        area = self.communes.get(commune_in(line.address), [])
        return NewPetition(
            kind=line.kind,
            channel=Channel.RECEPTION,
            received_by=self.body,
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

    def _fault(self, line: Line, why: str) -> None:
        self.outcome.faults.append(Fault(line.sheet, line.row, "", why))


def fingerprint_of(line: Line) -> str:
    """A keyed hash of what the line says, without where it stands and its day."""
    said = {
        name: value for name, value in asdict(line).items() if name not in {"sheet", "row", "date", "year"}
    }
    return salted_hmac("feedback.register", repr(sorted(said.items())), algorithm="sha256").hexdigest()


def _sheet(line: Line) -> str:
    return tidy(line.sheet)[:40]


def _communes(body: Body) -> dict[str, list[Area]]:
    found: dict[str, list[Area]] = {}
    for area in Area.objects.filter(path__startswith=body.area.path, level=Level.COMMUNE):
        found.setdefault(commune_key(area.name), []).append(area)
    return found


def _batches(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    for start in range(0, len(lines), BATCH):
        yield lines[start : start + BATCH]


def _sentence(refused: BadInput | Refused) -> str:
    errors = getattr(refused, "errors", None)
    if isinstance(errors, dict):
        return " ".join(f"{name}: {' '.join(map(str, told))}" for name, told in errors.items())
    return str(refused)
