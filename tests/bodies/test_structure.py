"""Mergers, dissolutions and new names: what ends, what goes on, and where."""

from datetime import UTC, date, datetime

import pytest

from bodies import structure
from bodies.kinds import BodyKind, Level
from bodies.models import Announcement, Area, Body, Membership, Post, Role, StructureAct
from bodies.models.body import Duty
from bodies.refusals import Refused
from tests.bodies.making import make_area, make_body, make_membership, make_post, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

NEW_ORDER = date(2025, 7, 1)
LAST_DAY = date(2025, 6, 30)
AT = datetime(2025, 7, 1, 2, 0, tzinfo=UTC)
PAPER = {"document": "Nghị quyết 01/NQ", "by": None, "at": AT}


@pytest.fixture
def district():
    return make_body(area=make_area(code="huyen", level=Level.DISTRICT))


@pytest.fixture
def old_one(district):
    return make_body(area=make_area(code="a", parent=district.area), superior=district, name="UBND xã A")


@pytest.fixture
def old_two(district):
    return make_body(area=make_area(code="b", parent=district.area), superior=district)


@pytest.fixture
def new(district):
    return make_body(area=make_area(code="c", parent=district.area), superior=district, valid_from=NEW_ORDER)


def spans(rows):
    return sorted((row.body.code, row.valid_from, row.valid_to) for row in rows.select_related("body"))


# --- Bodies -----------------------------------------------------------------------------------------------------------


def test_a_merger_ends_the_old_bodies_the_day_before_and_names_their_successor(old_one, old_two, new):
    act = structure.merge([old_one, old_two], new, on=NEW_ORDER, **PAPER)

    for body in Body.objects.filter(code__in=["a-ubnd", "b-ubnd"]):
        assert (body.valid_to, body.successor) == (LAST_DAY, new)
        assert body.is_open_on(LAST_DAY)
        assert not body.is_open_on(NEW_ORDER)
    assert set(act.bodies.all()) == {old_one, old_two}
    assert (act.kind, act.into, act.takes_effect_on, act.document) == (
        "merge",
        new,
        NEW_ORDER,
        "Nghị quyết 01/NQ",
    )
    assert StructureAct.objects.count() == 1


def test_an_act_is_announced_once_with_codes_for_those_who_must_move_something(old_one, old_two, new):
    act = structure.merge([old_one, old_two], new, on=NEW_ORDER, **PAPER)
    told = Announcement.objects.get()
    assert (told.topic, told.subject, told.body, told.day) == (
        "structure.changed",
        str(act.pk),
        new,
        NEW_ORDER,
    )
    assert told.facts == {"act": "merge", "bodies": ["a-ubnd", "b-ubnd"], "into": "c-ubnd"}


def test_a_dissolution_may_leave_no_successor(old_one):
    structure.dissolve([old_one], on=NEW_ORDER, **PAPER)
    old_one.refresh_from_db()
    assert (old_one.valid_to, old_one.successor) == (LAST_DAY, None)


def test_subordinates_that_go_on_answer_to_the_successor(old_one, old_two, new):
    village = make_body(
        area=make_area(code="thon", parent=old_one.area, level=Level.COMMUNITY), superior=old_one
    )
    act = structure.merge([old_one, old_two], new, on=NEW_ORDER, **PAPER)
    village.refresh_from_db()
    assert village.superior == new
    assert village.path == f"{new.path}{village.pk}/"
    assert act.progress["subordinates"] == 1


def test_without_a_successor_subordinates_answer_to_the_next_superior_that_stays(district, old_one):
    top = make_body(area=make_area(code="tinh", level=Level.PROVINCE))
    Body.objects.filter(pk=district.pk).update(superior=top)
    office = make_body(area=old_one.area, kind=BodyKind.CONG_AN, superior=old_one)
    structure.dissolve([district, old_one], on=NEW_ORDER, **PAPER)
    office.refresh_from_db()
    assert office.superior == top


def test_what_ended_earlier_keeps_the_superior_of_its_time(old_one, old_two, new):
    ended = make_body(area=old_one.area, kind=BodyKind.CONG_AN, superior=old_one, valid_to=date(2024, 12, 31))
    structure.merge([old_one, old_two], new, on=NEW_ORDER, **PAPER)
    ended.refresh_from_db()
    assert ended.superior == old_one


def test_a_subordinate_may_take_over_from_its_superior(district, old_one):
    """The district's last matters go to the commune that takes its place: nobody ends up under themselves."""
    office = make_body(area=old_one.area, kind=BodyKind.BO_PHAN_MOT_CUA, superior=old_one)
    structure.dissolve([district], on=NEW_ORDER, into=office, **PAPER)
    old_one.refresh_from_db()
    office.refresh_from_db()
    assert old_one.superior is None
    assert office.superior == old_one


# --- People -----------------------------------------------------------------------------------------------------------


def test_memberships_go_on_at_the_successor_from_the_day(old_one, old_two, new):
    user = make_user()
    make_membership(user=user, body=old_one)
    make_membership(user=user, body=old_two, valid_to=date(2025, 12, 31))
    make_membership(user=user, body=old_two, role=Role.RECEPTIONIST, valid_to=date(2025, 12, 31))

    structure.merge([old_one, old_two], new, on=NEW_ORDER, **PAPER)

    assert spans(Membership.objects.filter(role=Role.HANDLER)) == [
        ("a-ubnd", date(2024, 1, 1), LAST_DAY),
        ("b-ubnd", date(2024, 1, 1), LAST_DAY),
        ("c-ubnd", NEW_ORDER, None),
    ]
    assert spans(Membership.objects.filter(role=Role.RECEPTIONIST, body=new)) == [
        ("c-ubnd", NEW_ORDER, date(2025, 12, 31))
    ]


def test_a_membership_that_ended_before_stays_as_it_was(old_one, new):
    make_membership(user=make_user(), body=old_one, valid_to=date(2024, 6, 30))
    structure.merge([old_one], new, on=NEW_ORDER, **PAPER)
    assert spans(Membership.objects.all()) == [("a-ubnd", date(2024, 1, 1), date(2024, 6, 30))]


def test_a_membership_that_would_begin_after_the_end_begins_at_the_successor(old_one, new):
    make_membership(user=make_user(), body=old_one, valid_from=date(2025, 9, 1))
    structure.merge([old_one], new, on=NEW_ORDER, **PAPER)
    assert spans(Membership.objects.all()) == [("c-ubnd", date(2025, 9, 1), None)]


def test_who_is_already_at_the_successor_is_there_once(old_one, new):
    user = make_user()
    make_membership(user=user, body=old_one)
    make_membership(user=user, body=new, valid_from=NEW_ORDER)
    structure.merge([old_one], new, on=NEW_ORDER, **PAPER)
    assert spans(Membership.objects.filter(body=new)) == [("c-ubnd", NEW_ORDER, None)]


@pytest.mark.parametrize("how", ["dissolved", "merged into another kind"])
def test_nobody_is_given_a_role_at_a_body_that_is_not_alike(district, old_one, how):
    make_membership(user=make_user(), body=old_one)
    make_post(holder=make_user("binh"), body=old_one, duty=Duty.MASS_MOBILISATION)
    if how == "dissolved":
        structure.dissolve([old_one], on=NEW_ORDER, into=district, **PAPER)
    else:
        structure.merge([old_one], district, on=NEW_ORDER, **PAPER)
    assert spans(Membership.objects.all()) == [("a-ubnd", date(2024, 1, 1), LAST_DAY)]
    assert spans(Post.objects.all()) == [("a-ubnd", date(2024, 1, 1), LAST_DAY)]


def test_the_only_head_goes_along_to_an_empty_seat(old_one, old_two, new):
    an = make_user()
    make_post(holder=an, body=old_one)
    act = structure.merge([old_one, old_two], new, on=NEW_ORDER, **PAPER)
    assert spans(Post.objects.filter(holder=an)) == [
        ("a-ubnd", date(2024, 1, 1), LAST_DAY),
        ("c-ubnd", NEW_ORDER, None),
    ]
    assert act.progress["heads_to_name"] == 0


def test_of_two_heads_neither_is_chosen_by_the_machine(old_one, old_two, new):
    make_post(holder=make_user(), body=old_one)
    make_post(holder=make_user("binh"), body=old_two)
    act = structure.merge([old_one, old_two], new, on=NEW_ORDER, **PAPER)
    assert not Post.objects.filter(body=new).exists()
    assert (act.progress["posts_ended"], act.progress["heads_to_name"]) == (2, 1)


def test_a_head_does_not_push_out_the_one_already_named(old_one, new):
    named = make_user("binh")
    make_post(holder=make_user(), body=old_one)
    make_post(holder=named, body=new, valid_from=NEW_ORDER)
    structure.merge([old_one], new, on=NEW_ORDER, **PAPER)
    assert [post.holder for post in Post.objects.filter(body=new)] == [named]


def test_other_posts_go_along_side_by_side(old_one, old_two, new):
    make_post(holder=make_user(), body=old_one, duty=Duty.MASS_MOBILISATION, title="lanh_dao_phu_trach")
    make_post(holder=make_user("binh"), body=old_two, duty=Duty.MASS_MOBILISATION, title="lanh_dao_phu_trach")
    structure.merge([old_one, old_two], new, on=NEW_ORDER, **PAPER)
    assert spans(Post.objects.filter(body=new)) == [("c-ubnd", NEW_ORDER, None), ("c-ubnd", NEW_ORDER, None)]


# --- What cannot be ---------------------------------------------------------------------------------------------------


def test_an_act_waits_for_its_day_in_viet_nam(old_one, new):
    before = {**PAPER, "at": datetime(2025, 6, 30, 16, 59, tzinfo=UTC)}
    with pytest.raises(Refused, match="on the day it takes effect"):
        structure.merge([old_one], new, on=NEW_ORDER, **before)
    structure.merge([old_one], new, on=NEW_ORDER, **{**PAPER, "at": datetime(2025, 6, 30, 17, 0, tzinfo=UTC)})


def test_a_body_ends_once(old_one, new):
    structure.merge([old_one], new, on=NEW_ORDER, **PAPER)
    with pytest.raises(Refused, match="not open on that day") as refused:
        structure.dissolve([old_one], on=NEW_ORDER, **PAPER)
    assert refused.value.field == "on"


def test_a_body_that_began_later_cannot_have_ended(new, old_one):
    with pytest.raises(Refused, match="not open on that day"):
        structure.dissolve([new], on=NEW_ORDER, **PAPER)


def test_a_closed_body_takes_over_nothing(old_one, old_two):
    structure.dissolve([old_two], on=NEW_ORDER, **PAPER)
    old_two.refresh_from_db()
    with pytest.raises(Refused, match="not open on that day") as refused:
        structure.merge([old_one], old_two, on=NEW_ORDER, **PAPER)
    assert refused.value.field == "into"


def test_an_act_that_is_refused_leaves_nothing_behind(old_one, new):
    for wrong, field in (
        ({"bodies": [], "into": new}, "bodies"),
        ({"bodies": [old_one], "into": old_one}, "into"),
        ({"bodies": [old_one], "into": new, "document": " "}, "document"),
    ):
        with pytest.raises(Refused) as refused:
            structure.merge(**{"on": NEW_ORDER, **PAPER, **wrong})
        assert refused.value.field == field
    assert not StructureAct.objects.exists()
    old_one.refresh_from_db()
    assert old_one.valid_to is None


# --- Names and areas --------------------------------------------------------------------------------------------------


def test_reports_of_old_days_keep_old_names(old_one, old_two):
    structure.rename(old_one, "UBND phường A", on=date(2024, 1, 1), **PAPER)
    structure.rename(old_one, "UBND thị trấn A", on=NEW_ORDER, **PAPER)
    old_one.refresh_from_db()
    days = [date(2023, 12, 31), date(2024, 1, 1), LAST_DAY, NEW_ORDER]
    assert [structure.names_on([old_one], day)[old_one.pk] for day in days] == [
        "UBND xã A",
        "UBND phường A",
        "UBND phường A",
        "UBND thị trấn A",
    ]
    assert structure.names_on([old_one, old_two], NEW_ORDER)[old_two.pk] == "b-ubnd"


@pytest.mark.parametrize(
    ("name", "on", "what"),
    [
        ("UBND xã A", NEW_ORDER, "must differ"),
        (" ", NEW_ORDER, "must differ"),
        ("UBND phường A", date(2024, 12, 31), "another new name since"),
    ],
)
def test_a_name_is_new_and_the_latest(old_one, name, on, what):
    old_one.former_names.create(name="UBND xã A cũ", valid_to=date(2025, 1, 31))
    with pytest.raises(Refused, match=what):
        structure.rename(old_one, name, on=on, **PAPER)


def test_a_merged_area_lies_in_the_new_one_and_a_dissolved_one_stays(old_one, new):
    structure.end_areas([old_one.area], on=NEW_ORDER, into=new.area)
    structure.end_areas([old_one.area.parent], on=NEW_ORDER)
    merged, gone = Area.objects.get(code="a"), Area.objects.get(code="huyen")
    assert (merged.valid_to, merged.parent) == (LAST_DAY, new.area)
    assert list(Area.objects.within(new.area).order_by("code")) == [merged, new.area]
    assert (gone.valid_to, gone.parent) == (LAST_DAY, None)


def test_ending_an_area_twice_changes_nothing(old_one, new):
    assert structure.end_areas([old_one.area], on=NEW_ORDER, into=new.area) == 1
    assert structure.end_areas([old_one.area], on=NEW_ORDER, into=new.area) == 0
