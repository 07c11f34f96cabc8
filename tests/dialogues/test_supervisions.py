"""Supervision and social criticism by the front and organisations: what counts for whom, and recommendations with a reply clock."""

import pytest

from bodies.kinds import BodyKind
from bodies.refusals import BadInput, Refused
from cases.conclusions import Promise
from dialogues import supervisions
from dialogues.models import Supervision
from dialogues.supervisions import Recommended
from tests.cases.making import at, day, due_days, make_body
from tests.dialogues.meeting import make_commune

pytestmark = pytest.mark.django_db


def session(commune, on="2024-05-14", *, kind="supervision", by=None, chair=None, partners=(), **facts):
    row = Supervision(
        kind=kind,
        form=facts.pop("form", "visit"),
        chair=chair or commune.front,
        day=day(on),
        title=facts.pop("title", "Giám sát việc tiếp công dân"),
    )
    return supervisions.record(
        row,
        partners=partners,
        about=[commune.office],
        by=by or commune.front_head,
        at=at(facts.pop("written", on), 18),
    )


def test_only_the_front_and_organisations_chair_and_nobody_is_their_own_partner():
    commune = make_commune()
    with pytest.raises(BadInput, match="chair"):
        session(commune, chair=commune.office, by=commune.chair)
    with pytest.raises(BadInput, match="partners"):
        session(commune, partners=[commune.front])
    with pytest.raises(BadInput, match="day"):
        session(commune, written="2024-05-13")
    with pytest.raises(Refused):
        session(commune, by=commune.chair)
    assert not Supervision.objects.exists()


def test_a_recommendation_is_a_case_with_a_reply_clock_of_the_body_it_is_made_to(law):
    commune = make_commune()
    row = session(commune)
    case = supervisions.recommend(
        row,
        Recommended(
            what=Promise(text="Niêm yết lịch tiếp công dân", body=commune.office), sent_on=day("2024-05-16")
        ),
        by=commune.front_head,
        at=at("2024-05-17"),
    )
    assert (case.kind, case.channel, case.body, case.received_by) == (
        "supervision", "front", commune.office, commune.front,
    )  # fmt: skip
    # 15 working days from Thursday 16 May 2024: Thursday 6 June.
    assert due_days(case) == {"supervision.reply": "2024-06-06"}
    named = supervisions.recommend(
        row,
        Recommended(what=Promise(text="Trả lời dân", body=commune.office, due_on=day("2024-05-31"))),
        by=commune.front_head,
        at=at("2024-05-17"),
    )
    assert due_days(named) == {"supervision.reply": "2024-05-31"}
    assert [each.case for each in row.recommendations.all()] == [case, named]


def test_a_recommendation_may_be_sent_on_the_day_of_the_session(law):
    commune = make_commune()
    new = Recommended(what=Promise(text="Niêm yết", body=commune.office), sent_on=day("2024-05-14"))
    case = supervisions.recommend(session(commune), new, by=commune.front_head, at=at("2024-05-17"))
    # 15 working days from Tuesday 14 May 2024.
    assert due_days(case) == {"supervision.reply": "2024-06-04"}


@pytest.mark.parametrize(
    ("sent_on", "body", "field"),
    [("2024-05-13", True, "sent_on"), ("2024-05-18", True, "sent_on"), ("2024-05-16", False, "body")],
)
def test_a_recommendation_is_sent_between_the_session_and_today_to_somebody(law, sent_on, body, field):
    commune = make_commune()
    row = session(commune)
    what = Promise(text="Niêm yết", body=commune.office if body else None)
    with pytest.raises(BadInput, match=field):
        supervisions.recommend(
            row, Recommended(what=what, sent_on=day(sent_on)), by=commune.front_head, at=at("2024-05-17")
        )
    assert not row.recommendations.exists()


def test_what_is_struck_out_counts_no_more(law):
    commune = make_commune()
    women = make_body(kind=BodyKind.DOAN_THE, area=commune.area)
    row = session(commune, partners=[women])
    supervisions.strike_out(row, reason="nhầm", by=commune.front_head, at=at("2024-05-20"))
    assert not Supervision.objects.filter(struck_at=None).exists()
    with pytest.raises(Refused):
        supervisions.recommend(
            row,
            Recommended(what=Promise(text="Niêm yết", body=commune.office)),
            by=commune.front_head,
            at=at("2024-05-21"),
        )
