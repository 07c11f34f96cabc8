"""From commune to district to province: each level sees its branch, added up from the same bodies by the same rule."""

import pytest
import time_machine

from bodies import structure
from bodies.kinds import Level
from bodies.models import Area
from plans import recounts
from tests.cases.making import at, day, make_area, make_body, make_user
from tests.plans.making import all_of, line, make_dialogue, make_district, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
HELD = all_of("counter: dialogues_held, where: {chaired_by: head}, op: '>=', value: threshold")
LINES = [
    line("HELD", HELD, scope="{kinds: [dang_uy_xa, ubnd], levels: [commune]}"),
    line("AREA", HELD, per="area", scope="{kinds: [dang_uy_xa, ubnd], levels: [commune]}"),
]


@pytest.fixture
def province():
    """Two districts of two communes and of one; a dialogue in each district."""
    area = make_area(level=Level.PROVINCE)
    top = make_body(kind="tinh_uy", area=area, level=Level.PROVINCE)
    first, second = make_district(2), make_district(1)
    for district in (first, second):
        place = Area.objects.get(pk=district.area.pk)
        place.parent = area
        place.save(update_fields=["parent"])
        district.party.superior = top
        district.party.save(update_fields=["superior"])
    top.party, top.first, top.second = top, first, second
    top.plan = make_plan(top, *LINES, period="{from: 2024, to: 2025}")
    make_dialogue(first.body(0, "ubnd"), "2024-03-01")
    make_dialogue(second.body(0, "dang_uy_xa"), "2024-03-01")
    recounts.recount(top.plan, at=at("2024-12-30"))
    return top


def told(client, on="2024-12-30", **asked):
    with time_machine.travel(at(on, 20), tick=False):
        answer = client.get("/api/v1/plans/ke_hoach/targets/", {"year": 2024, **asked})
    assert answer.status_code == 200, answer.json()
    return {row["code"]: (row["numerator"], row["denominator"]) for row in answer.json()["results"]}


def test_each_level_sees_its_branch(client_of, province):
    whole = told(client_of(make_user(("head", province))))
    first = told(client_of(make_user(("head", province.first.party))))
    second = told(client_of(make_user(("head", province.second.party))))
    commune = told(client_of(make_user(("head", province.first.body(0, "dang_uy_xa")))))
    assert whole == {"HELD": (2, 6), "AREA": (2, 3)}
    assert first == {"HELD": (1, 4), "AREA": (1, 2)}
    assert second == {"HELD": (1, 2), "AREA": (1, 1)}
    assert commune == {"HELD": (1, 2), "AREA": (1, 1)}


def test_the_province_asks_about_a_district_and_its_own_is_not_asked_about_by_the_other(client_of, province):
    client = client_of(make_user(("head", province)))
    branch = {"body": province.first.party.code, "subtree": "area"}
    assert told(client, **branch) == {"HELD": (1, 4), "AREA": (1, 2)}
    assert told(client, as_of="2024-02-01", **branch) == {"HELD": (0, 4), "AREA": (0, 2)}
    other = client_of(make_user(("head", province.second.party)))
    assert other.get("/api/v1/plans/ke_hoach/targets/", {"year": 2024, **branch}).status_code == 404


def test_a_district_that_ended_is_still_added_up_for_its_years(client_of, province):
    """The district level ended on 30/6/2025; of 2024 the province still sees it, and of 2025 its communes."""
    first = province.first
    structure.dissolve([first.party], on=day("2025-07-01"), document="1/NQ", by=None, at=at("2025-07-01"))
    recounts.recount(province.plan, at=at("2025-12-30"))
    client = client_of(make_user(("head", province)))
    branch = {"body": first.party.code, "subtree": "area"}
    assert told(client, on="2025-12-30", **branch) == {"HELD": (1, 4), "AREA": (1, 2)}
    assert told(client, on="2025-12-30", year=2025, **branch) == {"HELD": (0, 4), "AREA": (0, 2)}
