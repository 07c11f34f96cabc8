"""Who finds which cases: a list of them goes by other indexes than a look at one, and finds the same."""

import pytest

from bodies.scopes import standing_of
from cases import querysets
from cases.models import Case
from tests.cases.making import day, do, make_area, make_body, make_case, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def bodies():
    """A province over two communes, and one apart; cases held, received, handed on, shared and against somebody."""
    wide = make_area(level="province")
    province = make_body(area=wide, level="province")
    first, second = (make_body(area=make_area(parent=wide), superior=province) for _ in range(2))
    apart = make_body()
    make_case(first)
    make_case(second, kind="denunciation", against_body=first)
    moved = make_case(first, kind="feedback")
    do(moved, "route", "2024-04-03", body=second)
    shared = make_case(second)
    shared.co_bodies.add(apart)
    make_case(apart)
    return {"province": province, "first": first, "second": second, "apart": apart}


@pytest.mark.parametrize("few", [0, 1, 60])
@pytest.mark.parametrize(
    "role", ["receptionist", "handler", "head", "superior_office", "monitor", "administrator"]
)
def test_a_list_finds_what_a_look_at_one_finds(bodies, role, few, monkeypatch):
    monkeypatch.setattr(querysets, "FEW", few)
    seen = {}
    for name, body in bodies.items():
        standing = standing_of(make_user((role, body)), day("2024-05-01"))
        seen[name] = set(Case.objects.visible_to(standing))
        assert set(Case.objects.visible_to(standing, as_list=True)) == seen[name], name
    assert any(seen.values()) == (role != "administrator")


def test_each_sees_their_own_what_they_received_and_what_they_share(bodies):
    def count(role, name):
        standing = standing_of(make_user((role, bodies[name])), day("2024-05-01"))
        return Case.objects.visible_to(standing, as_list=True).count()

    # The first holds one and handed one on; the denunciation of it is not for it to know.
    assert {name: count("handler", name) for name in bodies} == {
        "province": 0,
        "first": 2,
        "second": 3,
        "apart": 2,
    }
    assert count("head", "province") == count("monitor", "province") == 4


def test_somebody_of_no_body_sees_nothing(bodies):
    assert not Case.objects.visible_to(standing_of(make_user(), day("2024-05-01")), as_list=True).exists()
