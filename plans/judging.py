"""From counts to a figure: of one body, and of many together. Pure, so that a district and a province have it by one rule.

An empty scope has no value, and nothing passes or fails. Without a threshold and a default of ours the value is shown and
nothing is judged (rulings on targets).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from plans.measure_shapes import THRESHOLD, Condition, Measure
from plans.models import Target
from plans.words import BODY_BY_BODY, ValueType, holds

_HUNDRED, _PLACES = Decimal(100), Decimal("0.0001")


@dataclass(frozen=True)
class Part:
    """One counter of a measure: how many, how many it takes (null: nothing asked), and whether that is kept."""

    n: int
    of: int | None = None
    kept: bool | None = None


@dataclass(frozen=True)
class Figure:
    """What is known of a target: of one body, or (without a body) of all that were asked about together."""

    body_id: int | None = None
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    passed: bool | None = None
    parts: tuple[Part, ...] = ()


@dataclass
class Sums:
    """What the figures of several bodies come to, added up."""

    bodies: int = 0
    value: Decimal = Decimal(0)
    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    parts: list[int] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        self.bodies += 1
        self.value += figure.value or 0
        self.numerator += figure.numerator or 0
        self.denominator += figure.denominator or 0
        self.parts = self.parts or [0] * len(figure.parts)
        for place, part in enumerate(figure.parts):
            self.parts[place] += part.n


def sums_of(figures: Iterable[Figure]) -> Sums:
    sums = Sums()
    for figure in figures:
        sums.add(figure)
    return sums


def of_body(target: Target, measure: Measure, body_id: int, parts: Sequence[Part]) -> Figure:
    """The figure of one body from its counts."""
    shown = tuple(parts)
    if measure.whole:
        return _share(target, measure, body_id, shown)
    first = Decimal(shown[0].n)
    if target.value_type not in BODY_BY_BODY:
        return Figure(body_id, first, first, None, None, shown)
    kept = judged(measure, shown)
    numerator, denominator = (None, None) if kept is None else (Decimal(int(kept)), Decimal(1))
    value = first
    if target.value_type == ValueType.PERCENT_OF_BODIES:
        value = Decimal(0) if not kept else _HUNDRED
        return Figure(body_id, None if kept is None else value, numerator, denominator, kept, shown)
    return Figure(body_id, value, numerator, denominator, kept, shown)


def judged(measure: Measure, parts: Sequence[Part]) -> bool | None:
    """All or any of the conditions; what is not asked leaves it open."""
    kept = [part.kept for part in parts[: len(measure.conditions)]]
    if measure.is_any:
        return True if True in kept else (None if None in kept else False)
    return False if False in kept else (None if None in kept else True)


def _share(target: Target, measure: Measure, body_id: int | None, parts: tuple[Part, ...]) -> Figure:
    split = len(measure.part)
    part = Decimal(sum(each.n for each in parts[:split]))
    whole = Decimal(sum(each.n for each in parts[split : split + len(measure.whole)]))
    value = percent(part, whole)
    return Figure(body_id, value, part, whole, _against_threshold(target, value), parts)


def of_many(target: Target, measure: Measure, sums: Sums) -> Figure:
    """The figure of several bodies together, from their sums."""
    if not sums.bodies:
        return Figure(denominator=Decimal(0), numerator=Decimal(0)) if not _is_total(target) else Figure()
    parts = tuple(Part(n) for n in sums.parts[: len(measure.asks)])
    if measure.whole:
        return _share(target, measure, None, parts)
    if _is_total(target):
        parts = (
            tuple(
                Part(part.n, *held(target, condition, part.n))
                for part, condition in zip(parts, measure.conditions, strict=False)
            )
            + parts[len(measure.conditions) :]
        )
        first = Decimal(parts[0].n)
        return Figure(None, first, first, None, judged(measure, parts), parts)
    if not sums.denominator:
        # Nothing is judged: what was counted, added up.
        return Figure(None, sums.value, None, None, None, parts)
    value = percent(sums.numerator, sums.denominator)
    if target.value_type == ValueType.PERCENT_OF_BODIES:
        passed = _against_threshold(target, value)
    else:
        passed = sums.numerator == sums.denominator
    return Figure(None, value, sums.numerator, sums.denominator, passed, parts)


def of_typed(target: Target, sums: Sums) -> Figure:
    """The figure of what was typed in, by one body or several."""
    if not sums.bodies:
        return Figure()
    if sums.denominator:
        value = percent(sums.numerator, sums.denominator)
        return Figure(None, value, sums.numerator, sums.denominator, _against_threshold(target, value))
    if target.value_type in {ValueType.QUALITATIVE, ValueType.DEADLINE}:
        return Figure(None, sums.value)
    each_alone = target.value_type in BODY_BY_BODY and sums.bodies > 1
    return Figure(
        None, sums.value, None, None, None if each_alone else _against_threshold(target, sums.value)
    )


def held(target: Target, condition: Condition, n: int) -> tuple[int | None, bool | None]:
    """How many a condition takes and whether a count keeps it, for those that need nothing but the target."""
    if isinstance(condition.value, int):
        return condition.value, holds(n, condition.op, condition.value)
    if condition.value == THRESHOLD and target.judged_by is not None:
        return int(target.judged_by), holds(n, condition.op, target.judged_by)
    return None, None


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part * _HUNDRED / whole).quantize(_PLACES) if whole else None


def _against_threshold(target: Target, value: Decimal | None) -> bool | None:
    if value is None or target.judged_by is None:
        return None
    return holds(value, target.comparator, target.judged_by)


def _is_total(target: Target) -> bool:
    return target.value_type == ValueType.COUNT_TOTAL
