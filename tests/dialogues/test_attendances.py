"""Members of committees attend meetings of cells and branches in their area: written down once, counted by month."""

import pytest

from bodies.models import Announcement
from bodies.refusals import BadInput, Refused
from dialogues import attendances
from dialogues.models import Attendance
from tests.cases.making import at, make_area, make_user
from tests.dialogues.meeting import attended, make_commune, make_member

pytestmark = pytest.mark.django_db


def test_only_members_in_their_own_area_and_on_days_that_were():
    commune = make_commune()
    an = make_member(commune.party, until="2024-06-30")
    with pytest.raises(BadInput, match="member"):
        attended(commune, make_user(), "2024-03-05")
    with pytest.raises(BadInput, match="member"):
        attended(commune, an, "2024-07-01")
    with pytest.raises(BadInput, match="area"):
        attended(commune, an, "2024-03-05", area=make_area())
    with pytest.raises(BadInput, match="day"):
        attended(commune, an, "2024-03-05", written="2024-03-04")
    with pytest.raises(BadInput, match="attended"):
        attended(commune, an, "2024-03-05", attended="   ")
    assert not Attendance.objects.exists()


def test_a_member_writes_their_own_down_and_a_stranger_nobodys():
    commune = make_commune()
    an = make_member(commune.party)
    assert attended(commune, an, "2024-03-05", by=an).recorded_by == an
    with pytest.raises(Refused):
        attended(commune, an, "2024-03-06", by=make_commune().secretary)


def test_the_same_meeting_is_written_down_once():
    commune = make_commune()
    an = make_member(commune.party)
    first = attended(commune, an, "2024-03-05")
    with pytest.raises(Refused):
        attended(commune, an, "2024-03-05", attended=" Chi bộ  thôn Vồng ")
    attendances.strike_out(first, reason="nhầm ngày", by=an, at=at("2024-03-06"))
    assert attended(commune, an, "2024-03-05").pk != first.pk


def test_what_is_struck_out_counts_no_more_and_is_announced():
    commune = make_commune()
    an = make_member(commune.party)
    row = attended(commune, an, "2024-03-05")
    with pytest.raises(BadInput, match="reason"):
        attendances.strike_out(row, reason=" ", by=commune.secretary, at=at("2024-03-06"))
    attendances.strike_out(row, reason="nhầm người", by=commune.secretary, at=at("2024-03-06"))
    assert not Attendance.objects.filter(struck_at=None).exists()
    with pytest.raises(Refused):
        attendances.strike_out(row, reason="lần nữa", by=commune.secretary, at=at("2024-03-07"))
    told = Announcement.objects.filter(subject=str(row.pk)).order_by("pk")
    assert [(each.topic, each.day, each.body) for each in told] == [
        ("attendance.recorded", row.day, commune.party),
        ("attendance.struck", row.day, commune.party),
    ]
