"""Dated reports: owed by the right bodies at the right time, reminded, escalated, filled with figures, handed in once."""

import io

import docx
import openpyxl
import pytest
import time_machine
from django.core.management import call_command

from bodies.management.commands.load_bodies import DATA as TREES
from bodies.management.commands.load_bodies import SAMPLES as SAMPLE_TREES
from bodies.models import Message, Post
from bodies.refusals import BadInput, Refused
from bodies.yaml_lines import FileRefused
from cases import escalation
from cases.models import Case, CaseFile, Escalation
from cases.steps import Document
from plans import recounts, report_papers, reports
from plans.models import Measure, Plan, Report, Target
from plans.occasions import occasions
from tests.cases.making import answered, at, day, do, make_user
from tests.plans.making import BY_HAND, all_of, line, load_samples, load_text, make_district, make_reception

pytestmark = pytest.mark.usefixtures("law", "in_english")

YEARLY = """\
  - id: R1
    text_vi: Đảng ủy xã báo cáo trước ngày 10/12 hằng năm
    scope: {kinds: [dang_uy_xa], levels: [commune]}
    comparator: <
    value_type: deadline
    period: year
    measured_by: manual
    deadline: {month: 12, day: 10}
    to_body: TO
    to_words: Ban Thường vụ Huyện ủy
    reminder: true
"""
RECEPTIONS = line(
    "T1",
    all_of("counter: reception_days, op: '>=', value: threshold"),
    scope="{kinds: [dang_uy_xa], levels: [commune]}",
    measured_by="auto:reception",
)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def plan(district):
    """A target counted from reception days, and the yearly report about it."""
    text = f"""\
plans:
- key: ke_hoach
  issuer: {district.party.code}
  kind: Kế hoạch
  title_vi: Kế hoạch công tác Dân vận
  period: {{from: 2023, to: 2025}}
  targets:
{RECEPTIONS}  obligations:
{YEARLY.replace("TO", district.party.code)}"""
    load_text(text)
    return Plan.objects.get(key="ke_hoach")


def head_of(body):
    user = make_user(("head", body))
    Post.objects.create(body=body, duty="head", title="x", holder=user, valid_from=day("2020-01-01"))
    return user


def paper(on="2024-12-05"):
    return Document(number="15-BC/ĐU", date=day(on), signer="Bí thư")


def test_a_report_is_owed_by_the_bodies_in_scope_from_45_days_before_its_day_and_once(district, plan):
    # The day before 10 December is the last in time; 45 days before it is 25 October.
    assert reports.open_due(at("2024-10-24", 8)) == 0
    assert reports.open_due(at("2024-10-25", 8)) == 3
    assert reports.open_due(at("2024-11-26", 8)) == 0
    rows = list(Report.objects.values_list("body__code", "period", "due_on"))
    assert rows == [(district.body(n, "dang_uy_xa").code, "2024", day("2024-12-09")) for n in range(3)]
    case = Report.objects.first().case
    clock = case.clocks.get()
    assert (case.kind, clock.rule, clock.due_on, clock.is_deciding) == (
        "report",
        "report",
        day("2024-12-09"),
        True,
    )


def test_a_body_that_ended_before_the_day_owes_none(district, plan):
    gone = district.body(0, "dang_uy_xa")
    gone.valid_to = day("2024-06-30")
    gone.save(update_fields=["valid_to"])
    assert reports.open_due(at("2024-11-01", 8)) == 2
    assert not Report.objects.filter(body=gone).exists()


def test_quarters_and_the_year_that_a_day_in_january_is_about():
    duty = Target(plan=Plan(first_on=day("2024-01-01")), deadline={"months": [3, 6, 9, 12], "day": 15})
    found = list(occasions(duty, duty.plan, day("2024-01-01"), day("2024-12-31")))
    assert [(o.term.code, str(o.due_on)) for o in found] == [
        ("2024-Q1", "2024-03-14"),
        ("2024-Q2", "2024-06-14"),
        ("2024-Q3", "2024-09-14"),
        ("2024-Q4", "2024-12-14"),
    ]
    duty.deadline = {"month": 1, "day": 20, "reviews": [2025]}
    found = list(occasions(duty, duty.plan, day("2024-06-01"), day("2026-06-01")))
    assert [(o.term.code, str(o.due_on), o.is_review) for o in found] == [
        ("2024", "2025-01-19", True),
        ("2025", "2026-01-19", False),
    ]


def test_it_reminds_ten_and_three_days_before_and_climbs_when_late(district, plan):
    body = district.body(0, "dang_uy_xa")
    head, above = head_of(body), head_of(district.party)
    reports.open_due(at("2024-11-01", 8))
    case = Report.objects.get(body=body).case

    def told(user, moment):
        escalation.raise_overdue(at(moment, 8))
        return Message.objects.filter(recipient=user, subject=case.reference).count()

    assert [told(head, moment) for moment in ("2024-11-28", "2024-11-29", "2024-12-05", "2024-12-06")] == [
        0,
        1,
        1,
        2,
    ]
    assert told(head, "2024-12-10") == 3
    assert told(above, "2024-12-10") == 0
    assert told(above, "2024-12-13") == 1
    assert sorted(Escalation.objects.filter(case=case).values_list("level", flat=True)) == [-2, -1, 1, 2]


def test_handing_in_freezes_words_and_figures_and_closes_the_case(district, plan):
    body = district.body(0, "dang_uy_xa")
    head = head_of(body)
    make_reception(body, "2024-03-05")
    reports.open_due(at("2024-11-01", 8))
    recounts.recount(plan, at=at("2024-11-01", 9))
    report = Report.objects.get(body=body)
    (figure,) = reports.figures_of(report)
    assert (figure["code"], figure["value"], figure["passed"]) == ("T1", "1", True)
    reports.write_words(report, "Đã tiếp dân định kỳ.", version=0, by=head, at=at("2024-12-04", 9))
    report = reports.hand_in(report, document=paper(), on=None, by=head, at=at("2024-12-05", 10))

    assert (report.handed_in_on, report.was_in_time) == (day("2024-12-05"), True)
    report.case.refresh_from_db()
    assert (report.case.stage, report.case.result, report.case.ended_on_time) == ("closed", "done", True)
    kept = CaseFile.objects.get(case=report.case)
    assert kept.event_seq is not None
    # What is counted later changes the measure, not the report.
    make_reception(body, "2024-12-06")
    recounts.recount(plan, at=at("2024-12-07", 9))
    assert Measure.objects.get(body=body, period="2024").value == 2
    assert reports.figures_of(Report.objects.get(pk=report.pk))[0]["value"] == "1"
    for again in (
        lambda: reports.write_words(report, "Khác", version=None, by=head, at=at("2024-12-08", 9)),
        lambda: reports.hand_in(report, document=paper(), on=None, by=head, at=at("2024-12-08", 9)),
    ):
        with pytest.raises(Refused, match="was handed in"):
            again()


def test_a_late_report_is_late_by_the_day_it_left_not_by_the_day_it_was_recorded(district, plan):
    bodies = [district.body(n, "dang_uy_xa") for n in range(2)]
    heads = [head_of(body) for body in bodies]
    reports.open_due(at("2024-11-01", 8))
    days = (day("2024-12-09"), None)
    for body, head, on in zip(bodies, heads, days, strict=True):
        report = Report.objects.get(body=body)
        reports.hand_in(report, document=paper("2024-12-09"), on=on, by=head, at=at("2024-12-11", 9))
    assert [r.was_in_time for r in Report.objects.filter(body__in=bodies).order_by("body")] == [True, False]
    assert Report.objects.in_time().get().body == bodies[0]
    assert Report.objects.handed_in_late().get().body == bodies[1]
    assert [c.ended_on_time for c in (r.case for r in Report.objects.exclude(handed_in_on=None))] == [
        True,
        False,
    ]


def test_only_the_head_hands_in_and_nothing_is_half_done(district, plan):
    body = district.body(0, "dang_uy_xa")
    clerk, stranger = make_user(("handler", body)), head_of(district.body(1, "dang_uy_xa"))
    reports.open_due(at("2024-11-01", 8))
    report = Report.objects.get(body=body)
    for person in (clerk, stranger):
        with pytest.raises(Refused):
            reports.hand_in(report, document=paper(), on=None, by=person, at=at("2024-12-05", 10))
    with pytest.raises(BadInput):
        reports.hand_in(
            report, document=paper(), on=day("2024-12-20"), by=head_of(body), at=at("2024-12-05", 10)
        )
    report.refresh_from_db()
    assert (report.handed_in_on, report.figures) == (None, None)
    assert report.case.clocks.get().state == "running"
    assert not CaseFile.objects.exists()
    with pytest.raises(Refused, match="not yours"):
        reports.write_words(report, "x", version=None, by=stranger, at=at("2024-12-05", 10))
    reports.write_words(report, "a", version=0, by=clerk, at=at("2024-12-05", 10))
    with pytest.raises(Refused, match="meanwhile"):
        reports.write_words(report, "b", version=0, by=clerk, at=at("2024-12-05", 10))


def test_the_paper_holds_words_and_every_figure_as_text(district, plan):
    body = district.body(0, "dang_uy_xa")
    make_reception(body, "2024-03-05")
    reports.open_due(at("2024-11-01", 8))
    recounts.recount(plan, at=at("2024-11-01", 9))
    report = Report.objects.get(body=body)
    report.words = "Kết quả #tốt {1}\n=SUM(A1)"
    figures = reports.figures_of(report)
    document = docx.Document(io.BytesIO(report_papers.docx_of(report, figures)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Kết quả #tốt {1}" in text
    assert "T1. Chỉ tiêu (năm 2024): 1; mức phải đạt ≥ 1; đạt" in text
    page = openpyxl.load_workbook(io.BytesIO(report_papers.sheet_of(figures))).active
    assert [cell.value for cell in page[2]][:6] == ["T1", "Chỉ tiêu", "năm 2024", 1, 1, 1]


def test_over_http_reports_are_listed_written_and_handed_in_by_those_who_may(
    district, plan, client_of, django_assert_max_num_queries
):
    body = district.body(0, "dang_uy_xa")
    head, above = head_of(body), head_of(district.party)
    reports.open_due(at("2024-11-01", 8))
    report = Report.objects.get(body=body)
    with django_assert_max_num_queries(8):
        rows = client_of(above).get("/api/v1/reports/", {"plan": "ke_hoach", "state": "overdue"}).json()
    assert len(rows["results"]) == 3
    stranger = head_of(make_district(1).body(0, "dang_uy_xa"))
    assert client_of(stranger).get(f"/api/v1/reports/{report.pk}/").status_code == 404
    mine = client_of(head)
    shown = mine.get(f"/api/v1/reports/{report.pk}/").json()
    assert (shown["body"], shown["to"], shown["due_on"]) == (body.code, district.party.code, "2024-12-09")
    wrote = mine.patch(f"/api/v1/reports/{report.pk}/", {"words": "Lời", "version": 0}, format="json")
    assert (wrote.status_code, wrote.json()["words_version"]) == (200, 1)
    assert (
        mine.patch(f"/api/v1/reports/{report.pk}/", {"words": "x", "version": 0}, format="json").status_code
        == 409
    )
    assert mine.post(f"/api/v1/reports/{report.pk}/hand-in/", {}, format="json").status_code == 400
    sent = mine.post(
        f"/api/v1/reports/{report.pk}/hand-in/",
        {"document": {"number": "15-BC/ĐU", "date": "2026-01-05"}},
        format="json",
    )
    assert sent.status_code == 200, sent.content
    assert sent.json()["was_in_time"] is False
    for name in ("docx", "xlsx"):
        answer = mine.get(f"/api/v1/reports/{report.pk}/report.{name}")
        assert (answer.status_code, answer.content[:2]) == (200, b"PK")
        assert client_of(stranger).get(f"/api/v1/reports/{report.pk}/report.{name}").status_code == 404


def asked(client, body, period="2024", duty="R1"):
    given = {"plan": "ke_hoach", "duty": duty, "body": body.code, "period": period}
    return client.post("/api/v1/reports/", given, format="json")


def test_a_report_is_asked_for_before_it_opens_by_itself_and_once(district, plan, client_of):
    body = district.body(0, "dang_uy_xa")
    with time_machine.travel(at("2024-07-01"), tick=False):
        client = client_of(head_of(body))
        first, again = asked(client, body), asked(client, body)
        issuer = asked(client_of(head_of(district.party)), district.body(1, "dang_uy_xa"), "2023")
    assert (first.status_code, again.status_code, issuer.status_code) == (201, 200, 201)
    assert first.json()["id"] == again.json()["id"]
    assert (first.json()["due_on"], first.json()["to_words"]) == ("2024-12-09", "Ban Thường vụ Huyện ủy")
    assert issuer.json()["due_on"] == "2023-12-09"
    # The one of 2023 is late from its first day.
    assert Report.objects.overdue(day("2024-07-01")).get().body == district.body(1, "dang_uy_xa")
    assert reports.open_due(at("2024-11-01", 8)) == 2


@pytest.mark.parametrize(
    ("kind", "place", "period", "duty", "status", "field"),
    [
        # Of the plan's area, but a government: the duty is the party committees'.
        ("ubnd", 0, "2024", "R1", 400, "body"),
        ("dang_uy_xa", 0, "2031", "R1", 400, "period"),
        ("dang_uy_xa", 0, "2025", "R1", 400, "period"),
        ("dang_uy_xa", 0, "2024-Q1", "R1", 400, "period"),
        ("dang_uy_xa", 0, "khi nào", "R1", 400, "period"),
        ("dang_uy_xa", 0, "2024", "T1", 400, "duty"),
        ("dang_uy_xa", 0, "2024", "R9", 404, None),
        ("dang_uy_xa", 1, "2024", "R1", 404, None),
    ],
)
def test_a_report_that_nobody_owes_is_refused_and_nothing_is_opened(
    district, plan, client_of, kind, place, period, duty, status, field
):
    user = make_user(("head", district.body(0, "dang_uy_xa")), ("head", district.body(0, "ubnd")))
    with time_machine.travel(at("2024-07-01"), tick=False):
        answer = asked(client_of(user), district.body(place, kind), period, duty)
    assert answer.status_code == status
    assert field is None or list(answer.json()) == [field]
    assert not Report.objects.exists()
    assert not Case.objects.exists()


def test_whoever_only_works_there_asks_for_no_report(district, plan, client_of):
    body = district.body(0, "dang_uy_xa")
    with time_machine.travel(at("2024-07-01"), tick=False):
        answer = asked(client_of(make_user(("handler", body))), body)
    assert (answer.status_code, answer.json()["field"]) == (409, "body")
    assert not Case.objects.exists()


def test_what_was_done_on_the_page_of_its_case_stands_when_it_is_handed_in(district, plan):
    """The head answered the case, a clerk recorded the day: the figures are frozen all the same, by the day that stands."""
    bodies = [district.body(n, "dang_uy_xa") for n in range(2)]
    heads = [head_of(body) for body in bodies]
    reports.open_due(at("2024-11-01", 8))
    answered(Report.objects.get(body=bodies[0]).case, "2024-12-04", "done")
    closed = Report.objects.get(body=bodies[1]).case
    do(
        closed,
        "record_duty",
        "2024-12-04",
        duty="handed_in",
        day=day("2024-12-03"),
        document=paper("2024-12-03"),
    )
    answered(closed, "2024-12-04", "done")
    do(closed, "close", "2024-12-04", hour=16)
    for body, head in zip(bodies, heads, strict=True):
        report = Report.objects.get(body=body)
        with pytest.raises(Refused, match="head"):
            reports.hand_in(report, document=paper(), on=None, by=make_user(), at=at("2024-12-05", 9))
        reports.hand_in(report, document=paper(), on=None, by=head, at=at("2024-12-05", 10))
    handed_in = Report.objects.filter(body__in=bodies).order_by("handed_in_on")
    rows = [(each.handed_in_on, each.figures is not None, each.case.stage) for each in handed_in]
    assert rows == [(day("2024-12-03"), True, "closed"), (day("2024-12-05"), True, "closed")]


def test_what_was_entered_by_mistake_is_owed_by_nobody(district, plan):
    reports.open_due(at("2024-11-01", 8))
    report = Report.objects.earliest("pk")
    do(report.case, "void", "2024-11-02")
    assert report not in Report.objects.owed()
    assert Report.objects.owed().count() == 2


def test_whoever_keeps_the_plans_of_a_body_reads_its_reports(district, plan, client_of):
    body = district.body(0, "dang_uy_xa")
    reports.open_due(at("2024-11-01", 8))
    keeper = client_of(make_user(("plan_keeper", body)))
    (row,) = keeper.get("/api/v1/reports/").json()["results"]
    assert row["body"] == body.code


@pytest.mark.slow
def test_the_four_plans_ask_for_their_reports_when_they_fall_due():
    call_command("load_bodies", *[TREES / name for name in SAMPLE_TREES], stdout=io.StringIO())
    load_samples()
    duties = dict(Target.objects.filter(deadline__isnull=False, is_duty=True).values_list("code", "deadline"))
    assert duties["KB-O17"] == {"month": 12, "day": 10}
    assert duties["BG-O14"] == {"months": [3, 6, 9, 12], "day": 15}
    assert duties["NB-O23"] == {"month": 12, "day": 31, "reviews": [2023, 2025], "is_ours": True}
    assert duties["BK-O15"] == {"month": 12, "day": 31, "is_ours": True}
    reports.open_due(at("2023-12-01", 8))
    opened = set(Report.objects.values_list("duty__code", flat=True))
    assert {"KB-O17", "BK-O15", "NB-O23", "NB-O25"} <= opened
    assert Report.objects.filter(duty__code="NB-O23").first().is_review
    assert not Report.objects.filter(duty__code="NB-O25", is_review=True).exists()


def test_a_suggested_day_beside_the_plans_own_is_refused():
    call_command("load_bodies", TREES / "kim-bang.yaml", stdout=io.StringIO())
    with pytest.raises(FileRefused, match="without a deadline"):
        load_text(
            BY_HAND.replace(
                "deadline: {month: 12, day: 10}",
                "deadline: {month: 12, day: 10}\n    deadline_suggested: {month: 1, day: 5}",
            )
        )
