"""The rules and the calendar that clocks are reckoned with: one value for as long as neither changes."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language

from bodies.calendars import Calendar
from bodies.models import CalendarState
from bodies.working_days import current_calendar
from cases.models.time_limit import TimeLimit
from cases.time_limits import Due, Rule, Unit, choose, due

_KEPT = 5_000


@dataclass(frozen=True)
class Law:
    """Every time limit, dated, and the calendar; `version` rises when either changes (a trigger sees to it)."""

    version: int
    calendar: Calendar
    rules: dict[str, tuple[Rule, ...]]
    rows: dict[Rule, int]
    # Due days that were asked before, by limit, first day and language: books and sweeps ask the same again and again.
    _plain: dict[tuple[int, date, str | None], Due] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def plain_due(self, limit_id: int, start: date) -> Due:
        """Of a clock that was never paused, extended or held: by this limit, from this day."""
        key = (limit_id, start, get_language())
        found = self._plain.get(key)
        if found is None:
            if len(self._plain) >= _KEPT:
                self._plain.clear()
            found = self._plain[key] = due(self.rule_of(limit_id), start, self.calendar)
        return found

    def choose(self, code: str, on: date, situation: frozenset[str], body_id: int | None) -> Rule | None:
        """The row that governs a clock started on this day for this body; None: no legal limit on that day."""
        rules = (rule for rule in self.rules.get(code, ()) if rule.body in {None, body_id})
        return choose(rules, code, on, situation)

    def rule_of(self, limit_id: int) -> Rule:
        return self._by_row[limit_id]

    @property
    def _by_row(self) -> dict[int, Rule]:
        return _by_row(self.version)


def current_law() -> Law:
    """The law as it stands in the database now: one cheap query, and the value of that version."""
    return law_of(CalendarState.objects.values_list("version", flat=True).get(pk=1))


@lru_cache(maxsize=2)
def law_of(version: int) -> Law:
    """The law in force, for whoever has just read its version in this transaction."""
    rows = {as_rule(limit): limit.pk for limit in TimeLimit.objects.all()}
    by_code: dict[str, list[Rule]] = {}
    for rule in rows:
        by_code.setdefault(rule.code, []).append(rule)
    return Law(version, current_calendar(), {code: tuple(rules) for code, rules in by_code.items()}, rows)


@lru_cache(maxsize=2)
def _by_row(version: int) -> dict[int, Rule]:
    return {row: rule for rule, row in law_of(version).rows.items()}


def as_rule(limit: TimeLimit) -> Rule:
    """A row of the table as the pure value that is reckoned with."""
    return Rule(
        code=limit.code,
        unit=Unit(limit.unit),
        amount=limit.amount,
        situation=frozenset(limit.situation),
        kind=limit.kind,
        instance=limit.instance,
        stage=limit.stage,
        applies_when=limit.applies_when,
        counted_from=limit.counted_from,
        met_by=limit.met_by,
        extendable_times=limit.extendable_times,
        extension_amount=limit.extension_amount,
        pause_basis=limit.pause_basis,
        pause_from=limit.pause_from,
        basis=limit.basis,
        mark=limit.mark,
        valid_from=limit.valid_from,
        valid_to=limit.valid_to,
        body=limit.body_id,
    )
