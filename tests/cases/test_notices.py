"""The duty to inform: who is made to know of a case, once for each reason, and never the body complained of."""

import pytest

from bodies import outbox
from bodies.kinds import BodyKind, Level
from bodies.models import Message, Post
from cases.models import Notice
from tests.cases.making import at, day, do, make_area, make_body, make_case, make_user, paper

pytestmark = pytest.mark.usefixtures("law")
NOW = at("2026-03-02", 12)


@pytest.fixture
def commune():
    area = make_area()
    bodies = {
        "ubnd": make_body(area=area),
        "khoi": make_body(area=area, kind=BodyKind.KHOI_DAN_VAN),
        "ubkt": make_body(area=area, kind=BodyKind.UBKT),
        "mttq": make_body(area=area, kind=BodyKind.MTTQ),
        "phu_nu": make_body(area=area, kind=BodyKind.DOAN_THE),
        "dang_uy": make_body(area=area, kind=BodyKind.DANG_UY_XA),
    }
    for body in bodies.values():
        Post.objects.create(
            body=body, duty="head", title="x", holder=make_user(("head", body)), valid_from=day("2020-01-01")
        )
    return bodies


def told(case, why):
    return set(Notice.objects.filter(case=case, why=why).values_list("body__kind", flat=True))


ALL = {"khoi_dan_van", "ubkt", "mttq", "doan_the"}


@pytest.mark.parametrize(("kind", "who"), [("complaint", ALL), ("denunciation", ALL), ("feedback", set())])
def test_complaints_and_denunciations_are_made_known_to_the_four_kinds_of_bodies(commune, kind, who):
    case = make_case(commune["ubnd"], kind=kind, received="2026-03-02")
    outbox.tell_pending(NOW)
    assert told(case, "duty") == who


def test_a_voter_matter_of_any_kind_is_made_known(commune):
    case = make_case(
        commune["ubnd"], kind="feedback", received="2026-03-02", flags=frozenset({"voter_matter"})
    )
    outbox.tell_pending(NOW)
    assert told(case, "duty") == ALL


def test_twice_is_once_and_a_new_reason_is_told_at_once(commune):
    case = make_case(commune["ubnd"], received="2026-03-02")
    outbox.tell_pending(NOW)
    before = Message.objects.count()
    do(case, "note", "2026-03-02", text="x")
    outbox.tell_pending(at("2026-03-02", 15))
    assert Message.objects.count() == before
    do(case, "correct", "2026-03-02", fields={"flags": ["hot_spot"]}, hour=16)
    outbox.tell_pending(at("2026-03-02", 17))
    assert told(case, "hot_spot") == ALL
    assert (
        Message.objects.filter(is_urgent=True).count() == len(ALL) + 1
    )  # and the committee is asked for a direction
    assert told(case, "direct") == {"dang_uy_xa"}


def test_a_denunciation_is_not_told_to_the_body_complained_of_nor_with_its_title(commune):
    above = make_body(level=Level.DISTRICT, area=commune["ubnd"].area)
    case = make_case(
        above,
        kind="denunciation",
        against_body=commune["mttq"],
        received="2026-03-02",
        title="Tố cáo ông Bí Mật",
    )
    outbox.tell_pending(NOW)
    assert "mttq" not in told(case, "duty")
    assert told(case, "duty")
    assert not Message.objects.filter(title__contains="Bí Mật").exists()


def test_the_third_transfer_raises_an_alarm(commune):
    case = make_case(commune["ubnd"], kind="recommendation", received="2026-03-02")
    others = [make_body(area=commune["ubnd"].area) for _ in range(3)]
    for number, body in enumerate(others, start=3):
        do(case, "transfer", f"2026-03-0{number}", body=body, document=paper(f"2026-03-0{number}"))
        outbox.tell_pending(at(f"2026-03-0{number}", 15))
        assert bool(told(case, "third_transfer")) == (number == 5)


def test_the_third_petition_on_one_matter_in_90_days_raises_an_alarm_and_no_other(commune):
    body, title = commune["ubnd"], "Trại lợn thôn Hạ xả thải ra mương tưới gây ô nhiễm"

    def comes(received, **facts):
        case = make_case(
            body, kind="feedback", received=received, **{"area": body.area, "title": title, **facts}
        )
        outbox.tell_pending(at(received, 15))
        return case

    comes("2025-12-01")
    first = comes("2026-03-02")
    other_matter = comes("2026-03-03", title="Đèn đường ngõ 4 không sáng vào ban đêm")
    second = comes("2026-03-04")
    # The one of December lies more than 90 days back.
    third = comes("2026-04-20")
    assert told(third, "third_petition") == {"khoi_dan_van", "ubkt", "mttq"}
    for case in (first, other_matter, second):
        assert told(case, "third_petition") == set()


def test_what_was_joined_is_one_matter_and_the_alarm_looks_at_denunciations_by_that_alone(commune):
    body = commune["ubnd"]
    cases = [
        make_case(body, kind="denunciation", received=f"2026-03-0{n}", area=body.area) for n in (2, 3, 4, 5)
    ]
    outbox.tell_pending(at("2026-03-05", 15))
    # They say the same, but what denunciations say is not compared.
    assert [told(case, "third_petition") for case in cases] == [set()] * 4
    for case in cases[1:3]:
        do(case, "join", "2026-03-06", into=cases[0])
    outbox.tell_pending(at("2026-03-06", 15))
    assert told(cases[2], "third_petition") == {"khoi_dan_van", "ubkt", "mttq"}
    assert told(cases[3], "third_petition") == set()


def test_many_cases_are_made_known_in_a_fixed_number_of_statements(commune, django_assert_max_num_queries):
    for number in range(20):
        make_case(commune["ubnd"], received="2026-03-02", title=f"Việc {number}")
    with django_assert_max_num_queries(80):
        outbox.tell_pending(NOW)
    assert Notice.objects.filter(why="duty").count() == 20 * 4


def test_whoever_opens_the_case_of_a_body_that_was_told_is_kept(commune, client_of):
    case = make_case(commune["ubnd"], received="2026-03-02")
    outbox.tell_pending(NOW)
    watcher = make_user(("monitor", commune["mttq"]))
    assert client_of(watcher).get(f"/api/v1/cases/{case.reference}/").status_code == 200
    notice = Notice.objects.get(case=case, body=commune["mttq"])
    assert notice.opened_by == watcher
    shown = client_of(watcher).get(f"/api/v1/cases/{case.reference}/notices/").json()
    assert {row["body"] for row in shown if row["opened_at"]} == {commune["mttq"].code}
