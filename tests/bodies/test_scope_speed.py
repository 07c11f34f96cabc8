"""With 20,000 bodies, who is below whom and what lies in an area is found in under 5 ms, by the index."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest
from django.db import connection

from bodies.kinds import BodyKind, Level
from bodies.models import Area, Body
from bodies.world import body_code

PROVINCES, DISTRICTS, COMMUNES = 4, 10, 26
KINDS = [kind for kind in BodyKind if kind not in {BodyKind.UBND, BodyKind.THON_TDP}][:18]
MOST_SECONDS = 0.005

pytestmark = pytest.mark.django_db


def _areas(level: Level, parents: list[Area | None], each: int) -> list[Area]:
    """So many areas in each parent, as they are in the database: with paths."""
    Area.objects.bulk_create(
        Area(code=f"{parent.code if parent else 'x'}-{n}", name="x", level=level, parent=parent)
        for parent in parents
        for n in range(each)
    )
    return list(Area.objects.filter(level=level).order_by("pk"))


def _bodies(areas: list[Area], kind: BodyKind, superiors: dict[int | None, Body]) -> dict[int, Body]:
    """One body of a kind in each area, under the body of the area above."""
    made = Body.objects.bulk_create(
        Body(
            code=body_code(area.code, kind, None),
            name="x",
            kind=kind,
            level=area.level,
            area=area,
            superior=superiors.get(area.parent_id),
        )
        for area in areas
    )
    return {body.area_id: body for body in made}


@pytest.fixture
def country():
    """Four provinces of 10 districts of 26 communes, 19 bodies in each area: 20,596 bodies. One district and its committee."""
    provinces = _areas(Level.PROVINCE, [None], PROVINCES)
    districts = _areas(Level.DISTRICT, provinces, DISTRICTS)
    communes = _areas(Level.COMMUNE, districts, COMMUNES)
    of_province = _bodies(provinces, BodyKind.UBND, {})
    of_district = _bodies(districts, BodyKind.UBND, of_province)
    of_commune = _bodies(communes, BodyKind.UBND, of_district)
    for kind in KINDS:
        for area in (provinces, districts, communes):
            Body.objects.bulk_create(
                Body(
                    code=body_code(place.code, kind, None),
                    name="x",
                    kind=kind,
                    level=place.level,
                    area=place,
                    superior=(of_province | of_district | of_commune)[place.pk],
                )
                for place in area
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bodies_area, bodies_body")
    return Area.objects.get(code="x-1-3"), Body.objects.get(code="x-1-3-ubnd")


def seconds(ask: Callable[[], object]) -> float:
    """The median time of a question that has been asked before."""
    ask()
    times = []
    for _ in range(25):
        start = perf_counter()
        ask()
        times.append(perf_counter() - start)
    return median(times)


def test_scope_queries_are_quick_and_use_the_index(country):
    district, ubnd = country
    assert Body.objects.count() == 20_596
    below = Body.objects.subordinate_to(ubnd)
    inside = Body.objects.in_area(district)
    # The district and its communes
    assert below.count() == inside.count() == (1 + COMMUNES) * (1 + len(KINDS))

    for scope, index in ((below, "body_path"), (inside, "area_path")):
        assert index in scope.explain()
        assert seconds(lambda scope=scope: list(scope.values_list("pk", flat=True))) < MOST_SECONDS


def test_a_whole_province_is_asked_about_one_body_as_quickly(country):
    """What a permission asks: is this body in that scope; however wide the scope is."""
    district, ubnd = country
    province = district.parent
    one = Body.objects.filter(pk=ubnd.pk)
    assert seconds(one.in_area(province).exists) < MOST_SECONDS
    assert seconds(one.subordinate_to(ubnd.superior).exists) < MOST_SECONDS
    assert one.in_area(province).exists()
    assert not one.in_area(Area.objects.get(code="x-2")).exists()
