"""Take plans in from a file: all of it or nothing; the same file twice changes nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from bodies.models import Body
from cases.models import Subject
from plans.models import Milestone, Plan, Target, Touched
from plans.plan_files import PlanLine, TargetLine, World, read
from plans.words import STRUCTURE

# Any number that no other use of advisory locks in the product has: two loads wait for each other.
_LOCK = 0x504C414E


@dataclass(slots=True)
class Loaded:
    """How much of what was created, changed or left as it was; and how many lines left the file."""

    plans: Counter[str] = field(default_factory=Counter)
    targets: Counter[str] = field(default_factory=Counter)
    duties: Counter[str] = field(default_factory=Counter)
    milestones: Counter[str] = field(default_factory=Counter)
    keys: list[str] = field(default_factory=list)

    def differing(self) -> int:
        """How many plans, targets and duties are not as they were."""
        return sum(count.total() - count["unchanged"] for count in (self.plans, self.targets, self.duties))


@transaction.atomic
def load_plans(files: Iterable[tuple[str, str]]) -> Loaded:
    """Take in files, given as (name, text), all or none. Raises FileRefused with the lines of the first bad file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    codes = dict(Body.objects.values_list("code", "pk"))
    world = World(frozenset(codes), frozenset(Subject.objects.values_list("code", flat=True)))
    loaded = Loaded()
    for source, text in files:
        for line in read(text, source=source, world=world):
            _load(line, codes, loaded)
            loaded.keys.append(line.columns["key"])
    return loaded


def _load(line: PlanLine, codes: dict[str, int], loaded: Loaded) -> None:
    before = loaded.differing()
    columns = line.columns | _ids(line.bodies, codes)
    plan = Plan.objects.select_for_update().filter(key=columns["key"]).first()
    if plan is None:
        plan = Plan.objects.create(**columns)
        loaded.plans["created"] += 1
    else:
        loaded.plans["changed" if _apply(plan, columns) else "unchanged"] += 1
    _load_targets(plan, line.targets, codes, loaded)
    _load_milestones(plan, line.milestones, loaded.milestones)
    if loaded.differing() != before:
        # The worker counts it soon.
        note = Touched(source=STRUCTURE, subject=plan.key, body_id=plan.issuer_id, since=plan.first_on)
        Touched.objects.bulk_create([note], ignore_conflicts=True)


def _load_targets(plan: Plan, lines: list[TargetLine], codes: dict[str, int], loaded: Loaded) -> None:
    present = {target.code: target for target in Target.objects.filter(plan=plan)}
    new: list[Target] = []
    for line in lines:
        columns = line.columns | _ids(line.bodies, codes) | {"is_retired": False}
        count = loaded.duties if columns["is_duty"] else loaded.targets
        target = present.pop(columns["code"], None)
        if target is None:
            new.append(Target(plan=plan, **columns))
            count["created"] += 1
        else:
            count["changed" if _apply(target, columns) else "unchanged"] += 1
    Target.objects.bulk_create(new)
    for target in present.values():
        gone = _apply(target, {"is_retired": True})
        (loaded.duties if target.is_duty else loaded.targets)["retired" if gone else "unchanged"] += 1


def _load_milestones(plan: Plan, rows: list[dict[str, Any]], count: Counter[str]) -> None:
    present = list(plan.milestones.values("position", "year", "text", "source_line").order_by("position"))
    if present == rows:
        count["unchanged"] += len(rows)
        return
    plan.milestones.all().delete()
    Milestone.objects.bulk_create(Milestone(plan=plan, **row) for row in rows)
    count["created" if not present else "changed"] += len(rows)


def _ids(bodies: dict[str, str | None], codes: dict[str, int]) -> dict[str, int | None]:
    return {f"{name}_id": codes[code] if code else None for name, code in bodies.items()}


def _apply(row: Plan | Target, columns: dict[str, Any]) -> bool:
    """Write what differs; say whether anything did."""
    differing = [name for name, value in columns.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, columns[name])
    if differing:
        row.save(update_fields=[name.removesuffix("_id") for name in differing])
    return bool(differing)
