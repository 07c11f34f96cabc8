"""How the lines of an old book come in: each once, in batches, with its outcome as written."""

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodies import messages
from bodies.messages import Wording
from bodies.models import Body, Role, User
from bodies.refusals import BadInput, Refused
from cases.law import current_law
from cases.models import Case
from cases.stages import ENDED
from cases.steps import local_day
from feedback import register_writing
from feedback.models import RegisterLine
from feedback.register_reading import Book, Fault, Line
from feedback.register_writing import Host, Taken, fingerprint_of, sheet_of

# Lines in one transaction: what a crash takes back, and how long a clerk of that body's book waits for a number.
BATCH = 500
# A message names so many open cases; the list of cases has them all.
_NAMED = 100


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
    importer = _Importer(Host.of(body), at, outcome, dry_run=dry_run)
    # The book stays to the end: looking through it for garbage again and again took a fifth of the time.
    gc.freeze()
    try:
        for batch in _batches(book.lines):
            with transaction.atomic():
                importer.take(batch)
            tick(len(batch))
    finally:
        gc.unfreeze()
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
    named = ", ".join(still_open[:_NAMED]) + (", …" if len(still_open) > _NAMED else "")
    wording = Wording(
        gettext_lazy("%(count)d cases from imported books are still open"),
        gettext_lazy("They climb no ladder. Still open: %(references)s."),
        {"count": len(still_open), "references": named},
    )
    key = f"register.open:{body.code}:{salted_hmac('register.open', ','.join(still_open)).hexdigest()[:16]}"
    return messages.tell(heads, key=key, topic="register.open", wording=wording, subject=body.code, at=at)


@dataclass
class _Importer:
    host: Host
    at: datetime
    outcome: Outcome
    dry_run: bool
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def take(self, lines: Sequence[Line]) -> None:
        """One batch: what is there already is compared, the rest is worked out and written together."""
        if not self.dry_run:
            # Another run of the same book waits here, and then finds these lines written.
            Body.objects.select_for_update(no_key=True, of=("self",)).get(pk=self.host.body.pk)
        known, law = self._known(lines), current_law()
        taken: list[Taken] = []
        for line in lines:
            fingerprint = fingerprint_of(line)
            if self._stands_twice(line, fingerprint):
                self._fault(line, _("This number and day stand in the sheet twice."))
                continue
            there = _same(line, known[sheet_of(line), line.number], fingerprint)
            if there is not None:
                self._compare(line, there, fingerprint)
                continue
            try:
                taken.append(register_writing.work_out(line, fingerprint, self.host, at=self.at, law=law))
            except (BadInput, Refused) as refused:
                self._fault(line, _sentence(refused))
        if not self.dry_run:
            register_writing.write(taken, at=self.at)
        self.outcome.imported += len(taken)

    def _stands_twice(self, line: Line, fingerprint: str) -> bool:
        """By its day, or word for word: of such two only one can be known again."""
        place = (sheet_of(line), line.number)
        keys = {(*place, line.year, line.date), (*place, fingerprint)}
        twice = not self.seen.isdisjoint(keys)
        self.seen |= keys
        return twice

    def _known(self, lines: Sequence[Line]) -> dict[tuple[str, int], list[RegisterLine]]:
        rows = RegisterLine.objects.filter(
            body=self.host.body,
            sheet__in={sheet_of(line) for line in lines},
            number__in={line.number for line in lines},
        )
        known: dict[tuple[str, int], list[RegisterLine]] = defaultdict(list)
        for row in rows:
            known[row.sheet, row.number].append(row)
        return known

    def _compare(self, line: Line, known: RegisterLine, fingerprint: str) -> None:
        if known.fingerprint == fingerprint and known.date == line.date:
            self.outcome.unchanged += 1
            return
        self.outcome.changed.append({"sheet": line.sheet, "row": line.row, "number": line.number})

    def _fault(self, line: Line, why: str) -> None:
        self.outcome.faults.append(Fault(line.sheet, line.row, "", why))


def _same(line: Line, known: Sequence[RegisterLine], fingerprint: str) -> RegisterLine | None:
    for row in known:
        if (row.year, row.date) == (line.year, line.date):
            return row
    # Its day was corrected in the book: the same line all the same.
    return next((row for row in known if row.fingerprint == fingerprint), None)


def _batches(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    for start in range(0, len(lines), BATCH):
        yield lines[start : start + BATCH]


def _sentence(refused: BadInput | Refused) -> str:
    errors = getattr(refused, "errors", None)
    if isinstance(errors, dict):
        return " ".join(f"{name}: {' '.join(map(str, told))}" for name, told in errors.items())
    return str(refused)
