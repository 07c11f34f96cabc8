"""Timings taken in turn, and figures with what they must reach."""

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from bench.places import Site


@dataclass(frozen=True)
class Timing:
    """Seconds of one act, one value a run."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    def __str__(self) -> str:
        low, mid, high = (_seconds(value) for value in (min(self.runs), self.median, max(self.runs)))
        return f"{mid} ({low} to {high})"


def _seconds(value: float) -> str:
    return f"{value * 1000:.2f} ms" if value < 1 else f"{value:.2f} s"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One thing found, and the bounds it should keep: `must`, and `stretch` beyond it."""

    name: str
    value: float
    low: float
    high: float
    unit: str = "times"
    must: float | None = None
    stretch: float | None = None
    at_least: bool = False
    # What it was made of, for the reader.
    of: str = ""

    @classmethod
    def ratio(cls, name: str, act: Timing, yardstick: Timing, **bounds: Any) -> Self:
        """How many times as long the one takes as the other; the ratio of the medians, and the least and most of a run.

        With `at_least`, how many times as much the one gets done in the same time.
        """
        faster = bool(bounds.get("at_least"))
        upper, lower = (yardstick, act) if faster else (act, yardstick)
        each = [a / b for a, b in zip(upper.runs, lower.runs, strict=True)]
        made_of = f"{act} against {yardstick}"
        value = upper.median / lower.median
        return cls(name=name, value=value, low=min(each), high=max(each), **{"of": made_of, **bounds})

    @classmethod
    def plain(cls, name: str, value: float, **bounds: Any) -> Self:
        return cls(name=name, value=value, low=value, high=value, **bounds)

    @property
    def verdict(self) -> str:
        """stretch, ok, short, or nothing where no bound was set."""
        if self.must is None:
            return ""
        if self.stretch is not None and self._keeps(self.stretch):
            return "stretch"
        return "ok" if self._keeps(self.must) else "short"

    def _keeps(self, bound: float) -> bool:
        return self.value >= bound if self.at_least else self.value <= bound

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"verdict": self.verdict}

    def line(self) -> str:
        sign = ">=" if self.at_least else "<="
        bounds = "" if self.must is None else f"  must {sign} {self.must:g}"
        bounds += "" if self.stretch is None else f", stretch {sign} {self.stretch:g}"
        spread = "" if self.low == self.high else f" ({self.low:.3g} to {self.high:.3g})"
        return f"{self.name}  {self.value:.3g} {self.unit}{spread}{bounds}  {self.verdict}".rstrip()


@dataclass
class Bench:
    """One run of the bench, as the sections see it."""

    full: Site
    small: Site
    runs: int = 5

    @property
    def is_brief(self) -> bool:
        """Whether this run only shows that everything runs: its figures say nothing, so nothing is done twice for them."""
        return self.full.cases < 1000

    def rounds(self) -> range:
        """The runs, 0 being the one that warms up and does not count."""
        return range(1, 2) if self.is_brief else range(self.runs + 1)

    def side_by_side(self, acts: Mapping[str, Callable[[], object]], *, each: int = 1) -> dict[str, Timing]:
        """Do the acts in turn, `each` times in every run; the first run warms up and does not count."""
        taken: dict[str, list[float]] = {name: [] for name in acts}
        for run in self.rounds():
            # Whoever comes second finds other caches: they change places.
            order = list(acts) if run % 2 else list(reversed(acts))
            for name in order:
                spent = _median_time(acts[name], 1 if self.is_brief else each)
                if run:
                    taken[name].append(spent)
        return {name: Timing(tuple(values)) for name, values in taken.items()}

    def say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


def _median_time(act: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)
