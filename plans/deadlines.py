"""The day of a dated duty, as a plan file writes it. Pure.

A yearly {month, day}, a quarterly {months, day}, or one {date}: always to be done before that day. Where the plan names
none, `deadline_suggested` is the product's own, and said to be. `reviews` are years in which a report looks back over the
whole plan.
"""

from datetime import date
from typing import Any, cast

from django.utils.translation import gettext as _

from bodies.yaml_lines import Entry, Fault, Shape

_MORE = {"reviews": list}
_SHAPES = (
    Shape(needs={"month": int, "day": int}, may_have=_MORE),
    Shape(needs={"months": list, "day": int}, may_have=_MORE),
    Shape(needs={"date": date}),
)


def read(entry: Entry) -> tuple[dict[str, Any] | None, list[Fault]]:
    """The deadline of a line of a plan as it is kept (none: it has none), or what is wrong with it."""
    key = "deadline_suggested" if "deadline_suggested" in entry else "deadline"
    if key not in entry:
        return None, []
    line = entry.line_of(key)
    if "deadline" in entry and key != "deadline":
        return None, [Fault(line, _("deadline_suggested is only for a duty without a deadline"))]
    given = cast(Entry, entry[key])
    if all(shape.faults(given, line) for shape in _SHAPES) or not (_is_day(given) and _are_years(given)):
        what = _("a deadline is {month, day}, {months, day} or {date}, on days that every year has")
        return None, [Fault(line, what)]
    plain = {name: str(value) if isinstance(value, date) else value for name, value in given.items()}
    return plain | ({"is_ours": True} if key == "deadline_suggested" else {}), []


def _is_day(given: Entry) -> bool:
    if "date" in given:
        return True
    months = cast(list[object], given.get("months", [given.get("month")]))
    try:
        # A year without a 29 February
        return bool(months) and all(
            date(2023, cast(int, month), cast(int, given["day"])) is not None for month in months
        )
    except (ValueError, TypeError):
        return False


def _are_years(given: Entry) -> bool:
    return all(
        type(year) is int and 1990 <= year <= 2100 for year in cast(list[object], given.get("reviews", []))
    )
