"""Take tree files into the database: what is new is made, what the file says otherwise is changed, the rest is left.

A file has a say only on what it states, and never undoes an act: a body that was merged, dissolved or renamed since stays so.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bodies import structure, trees
from bodies.kinds import LEVEL_ORDER
from bodies.minimums import MinimumLine, read_minimums
from bodies.models import Area, Body, BodyName, ReceptionMinimum, StructureAct
from bodies.refusals import Refused
from bodies.world import ActLine, AreaLine, BodyLine, Tree, World
from bodies.yaml_lines import Fault, FileRefused


@dataclass(slots=True)
class Loaded:
    """How much of what was created, changed or left as it was."""

    areas: Counter[str] = field(default_factory=Counter)
    bodies: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)


@transaction.atomic
def load_trees(files: Iterable[tuple[str, str]], *, at: datetime) -> Loaded:
    """Take in files, given as (name, text), all or none. Raises FileRefused with the lines of the first bad file."""
    structure.one_at_a_time()
    loaded = Loaded()
    for source, text in files:
        tree = trees.read(text, source=source, world=present_world())
        _load_areas(tree.areas, loaded.areas)
        _load_bodies(tree.bodies, loaded.bodies)
        _load_acts(tree, source, loaded.acts, at=at)
    return loaded


def present_world() -> World:
    """What the database holds, by code, as the reader of files wants it."""
    areas = {
        code: AreaLine(code=code, name=name, level=level, parent=parent, is_training=is_training)
        for code, name, level, parent, is_training in Area.objects.values_list(
            "code", "name", "level", "parent__code", "is_training"
        )
    }
    bodies = {
        code: BodyLine(
            code=code,
            name=name,
            kind=kind,
            level=level,
            area=area,
            number=number,
            superior=superior,
            valid_to=valid_to,
            is_training=is_training,
        )
        for code, name, kind, level, area, number, superior, valid_to, is_training in Body.objects.values_list(
            "code",
            "name",
            "kind",
            "level",
            "area__code",
            "number",
            "superior__code",
            "valid_to",
            "is_training",
        )
    }
    return World(areas, bodies)


# --- Areas ---------------------------------------------------------------------------------------------------------


def _load_areas(lines: list[AreaLine], count: Counter[str]) -> None:
    codes = {line.code for line in lines} | {line.parent for line in lines}
    present = {area.code: area for area in Area.objects.filter(code__in=codes - {None})}
    new = [line for line in lines if line.code not in present]
    # Parents before their parts: an area lies in one of a wider level
    for level in LEVEL_ORDER:
        made = [_new_area(line, present) for line in new if line.level == level]
        present |= {area.code: area for area in Area.objects.bulk_create(made)}
    count["created"] += len(new)
    fresh = {line.code for line in new}
    for line in lines:
        if line.code not in fresh:
            changes = _area_changes(line, present[line.code], present)
            count["changed" if _apply(present[line.code], changes) else "unchanged"] += 1


def _new_area(line: AreaLine, present: Mapping[str, Area]) -> Area:
    return Area(
        code=line.code,
        name=line.name,
        level=line.level,
        parent=present[line.parent] if line.parent else None,
        valid_from=line.valid_from,
        valid_to=line.valid_to,
        key_area=line.key_area,
        remote=line.remote,
        is_training=line.is_training,
    )


def _area_changes(line: AreaLine, area: Area, present: Mapping[str, Area]) -> dict[str, object]:
    stated = line.stated - {"parent"}
    changes: dict[str, object] = {name: getattr(line, name) for name in stated}
    ended_by_act = area.valid_to is not None and "valid_to" not in line.stated
    if "parent" in line.stated and line.parent and not ended_by_act:
        changes["parent_id"] = present[line.parent].pk
    return changes


def _apply(row: Area | Body, changes: Mapping[str, object]) -> bool:
    """Write what differs; say whether anything did."""
    differing = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, changes[name])
    if differing:
        row.save(update_fields=[name.removesuffix("_id") for name in differing])
    return bool(differing)


# --- Bodies --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Present:
    """The bodies a file meets, and what acts have made of them."""

    ids: dict[str, int]
    bodies: dict[str, Body]
    # Ended by an act: who answers in their place
    replaced: dict[str, str | None]
    renamed: set[str]

    def superior_id(self, code: str | None) -> int | None:
        while code is not None and code in self.replaced:
            code = self.replaced[code]
        return self.ids[code] if code is not None else None


def _load_bodies(lines: list[BodyLine], count: Counter[str]) -> None:
    present = _present_bodies(lines)
    area_ids = dict(Area.objects.filter(code__in={line.area for line in lines}).values_list("code", "pk"))
    new = [line for line in lines if line.code not in present.ids]
    count["created"] += len(new)
    while new:
        # Superiors before their subordinates; there is no circle, so every round makes some
        ready = [line for line in new if line.superior is None or line.superior in present.ids]
        made = Body.objects.bulk_create(_new_body(line, area_ids, present) for line in ready)
        present.ids |= {body.code: body.pk for body in made}
        done = {line.code for line in ready}
        new = [line for line in new if line.code not in done]
    for line in lines:
        if line.code in present.bodies:
            body = present.bodies[line.code]
            count["changed" if _apply(body, _body_changes(line, present)) else "unchanged"] += 1


def _present_bodies(lines: list[BodyLine]) -> _Present:
    ended = Body.objects.filter(
        acts__kind__in=[StructureAct.Kind.MERGE, StructureAct.Kind.DISSOLVE]
    ).distinct()
    replaced = ended.values_list("code", "successor__code", "superior__code")
    return _Present(
        ids=dict(Body.objects.values_list("code", "pk")),
        bodies={body.code: body for body in Body.objects.filter(code__in=[line.code for line in lines])},
        replaced={code: successor or superior for code, successor, superior in replaced},
        renamed=set(BodyName.objects.values_list("body__code", flat=True)),
    )


def _new_body(line: BodyLine, area_ids: Mapping[str, int], present: _Present) -> Body:
    return Body(
        code=line.code,
        name=line.name,
        kind=line.kind,
        level=line.level,
        area_id=area_ids[line.area],
        superior_id=present.superior_id(line.superior),
        number=line.number,
        valid_from=line.valid_from,
        valid_to=line.valid_to,
        is_training=line.is_training,
    )


def _body_changes(line: BodyLine, present: _Present) -> dict[str, object]:
    stated = line.stated - {"superior"}
    if line.code in present.renamed:
        stated -= {"name"}
    if line.code in present.replaced:
        stated -= {"valid_to"}
    changes: dict[str, object] = {name: getattr(line, name) for name in stated}
    # Whoever's superior an act has ended was given another by that act
    if line.code not in present.replaced and line.superior not in present.replaced:
        changes["superior_id"] = present.superior_id(line.superior)
    return changes


# --- Acts ----------------------------------------------------------------------------------------------------------


def _load_acts(tree: Tree, source: str, count: Counter[str], *, at: datetime) -> None:
    for line in tree.acts:
        # What the same act has done before is not done again
        done = Q(
            acts__kind=line.kind, acts__takes_effect_on=line.takes_effect_on, acts__document=line.document
        )
        bodies = list(Body.objects.filter(code__in=line.bodies).exclude(pk__in=Body.objects.filter(done)))
        if not bodies:
            count["unchanged"] += 1
            continue
        try:
            _act(line, bodies, at=at)
        except Refused as refused:
            raise FileRefused(source, [Fault(line.line, refused.sentence)]) from None
        count["created"] += 1
    for ending in tree.endings:
        into = Area.objects.get(code=ending.into) if ending.into else None
        structure.end_areas(Area.objects.filter(code__in=ending.areas), on=ending.takes_effect_on, into=into)


def _act(line: ActLine, bodies: list[Body], *, at: datetime) -> None:
    on, document = line.takes_effect_on, line.document
    into = Body.objects.get(code=line.into) if line.into else None
    if line.kind == StructureAct.Kind.RENAME:
        structure.rename(bodies[0], line.name, on=on, document=document, by=None, at=at)
    elif line.kind == StructureAct.Kind.MERGE and into:
        structure.merge(bodies, into, on=on, document=document, by=None, at=at)
    else:
        structure.dissolve(bodies, on=on, document=document, by=None, at=at, into=into)


# --- Reception minimums --------------------------------------------------------------------------------------------


@transaction.atomic
def load_minimums(text: str, *, source: str) -> Counter[str]:
    """Take in how often each post must receive citizens; a row is known by post, level and first day. Raises FileRefused."""
    count: Counter[str] = Counter()
    lines = read_minimums(text, source=source)
    for line in lines:
        row = {name: value for name, value in asdict(line).items() if name != "line"}
        key = {name: row.pop(name) for name in ("title", "level", "valid_from")}
        present = ReceptionMinimum.objects.filter(**key)
        if present.filter(**row).exists():
            count["unchanged"] += 1
            continue
        _minimum, created = ReceptionMinimum.objects.update_or_create(**key, defaults=row)
        count["created" if created else "changed"] += 1
    _refuse_overlaps(lines, source)
    return count


def _refuse_overlaps(lines: Iterable[MinimumLine], source: str) -> None:
    for line in lines:
        others = ReceptionMinimum.objects.filter(title=line.title, level=line.level).exclude(
            valid_from=line.valid_from
        )
        since = Q(valid_to=None) | Q(valid_to__gte=line.valid_from)
        until = Q(valid_from__lte=line.valid_to) if line.valid_to else Q()
        if others.filter(since & until).exists():
            what = _("two minimums of %(title)s would hold on the same day") % {"title": line.title}
            raise FileRefused(source, [Fault(line.line, what)])
