"""Past figures are fixed when their report is handed in, and a correction is a new version that says what it changed."""

import pytest

from bodies.refusals import BadInput, Refused
from cases.steps import Document
from plans import freezing, recounts, reports
from plans.models import Freeze, Measure, Report, Target
from tests.cases.making import at, day, make_user
from tests.plans.making import all_of, line, make_dialogue, make_district, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
HELD = line("T", all_of("counter: dialogues_held, op: '>=', value: threshold"), period="quarter")
NOW = at("2024-05-10")


@pytest.fixture
def world():
    district = make_district()
    district.plan = make_plan(district, HELD)
    make_dialogue(district.body(0, "ubnd"), "2024-02-01")
    recounts.recount(district.plan, at=NOW)
    return district


def target():
    return Target.objects.get(code="T")


def q1(body=None):
    return Measure.objects.newest().get(target__code="T", period="2024-Q1", body=body)


def test_a_fixed_figure_is_not_written_again_and_the_sum_keeps_it(world):
    first, second = world.body(0, "ubnd"), world.body(1, "ubnd")
    assert freezing.freeze(target(), "2024-Q1", body=first, by=None, at=NOW, reason="báo cáo") == 1
    make_dialogue(first, "2024-03-01")
    make_dialogue(second, "2024-03-01")
    assert recounts.recount(world.plan, at=at("2024-05-11")) == 2
    assert (q1(first).value, q1(first).frozen_at) == (1, NOW)
    assert (q1(second).value, q1().numerator) == (1, 2)


def test_a_whole_period_is_fixed_with_its_sum(world):
    assert freezing.freeze(target(), "2024-Q1", by=None, at=NOW, reason="báo cáo") == 4
    make_dialogue(world.body(1, "ubnd"), "2024-03-01")
    assert recounts.recount(world.plan, at=at("2024-05-11")) == 0
    assert q1().numerator == 1
    # Fixed again it stays as it was fixed first.
    assert freezing.freeze(target(), "2024-Q1", by=None, at=at("2024-05-12"), reason="lại") == 0


def test_a_correction_is_a_new_version_that_says_what_it_changed(world):
    freezing.freeze(target(), "2024-Q1", by=None, at=NOW, reason="báo cáo")
    second = world.body(1, "ubnd")
    make_dialogue(second, "2024-03-01")
    assert freezing.differing(target(), "2024-Q1", at=at("2024-05-11")) == [
        {
            "body": second.code,
            "before": {"value": "0", "numerator": "0", "denominator": "1", "passed": False},
            "after": {"value": "1", "numerator": "1", "denominator": "1", "passed": True},
        }
    ]
    by = make_user(("plan_keeper", world.party))
    freezing.correct(target(), "2024-Q1", by=by, at=at("2024-05-11"), reason="biên bản đến muộn")
    assert (q1(second).version, q1(second).value) == (2, 1)
    assert (q1().version, q1().numerator) == (2, 2)
    assert q1(world.body(0, "ubnd")).version == 1
    old = Measure.objects.get(target__code="T", period="2024-Q1", body=second, version=1)
    assert (old.value, old.is_newest) == (0, False)
    told = Freeze.objects.get(measure=q1(second))
    assert (told.by, told.reason, told.changes["before"]["value"]) == (by, "biên bản đến muộn", "0")
    assert freezing.differing(target(), "2024-Q1", at=at("2024-05-11")) == []


def test_nothing_to_correct_no_reason_and_nothing_fixed_are_refused(world):
    by = make_user(("head", world.party))
    with pytest.raises(Refused):
        freezing.correct(target(), "2024-Q1", by=by, at=NOW, reason="vì sai")
    freezing.freeze(target(), "2024-Q1", by=None, at=NOW, reason="báo cáo")
    with pytest.raises(Refused):
        freezing.correct(target(), "2024-Q1", by=by, at=NOW, reason="vì sai")
    make_dialogue(world.body(1, "ubnd"), "2024-03-01")
    with pytest.raises(Refused):
        freezing.correct(target(), "2024-Q1", by=by, at=NOW, reason=" ")
    assert q1().version == 1


def test_a_period_that_is_not_over_and_one_outside_the_plan_are_not_fixed(world):
    with pytest.raises(Refused):
        freezing.freeze(target(), "2024-Q2", by=None, at=NOW, reason="báo cáo")
    with pytest.raises(BadInput):
        freezing.freeze(target(), "2031-Q2", by=None, at=NOW, reason="báo cáo")
    assert not Freeze.objects.exists()


YEARLY = """\
  - id: R
    text_vi: Báo cáo năm
    scope: {kinds: [ubnd], levels: [commune]}
    comparator: <
    value_type: deadline
    period: year
    measured_by: manual
    deadline: {month: 12, day: 10}
"""


def test_a_report_fixes_what_is_over_at_once_and_the_rest_on_the_night_after_its_end():
    district = make_district()
    make_plan(district, HELD, YEARLY)
    Target.objects.filter(code="R").update(is_duty=True)
    body, other = district.body(0, "ubnd"), district.body(1, "ubnd")
    head = make_user(("head", body))
    reports.open_due(at("2024-11-20"))
    recounts.check_daily(at("2024-12-05"))
    report = Report.objects.get(body=body)
    document = Document(number="9/BC-UBND", date=day("2024-12-05"), signer="Chủ tịch")
    reports.hand_in(report, document=document, on=None, by=head, at=at("2024-12-05"))
    assert fixed(body) == ["2024-Q1", "2024-Q2", "2024-Q3"]
    freezing.close_the_day(at("2024-12-31", 2))
    assert fixed(body) == ["2024-Q1", "2024-Q2", "2024-Q3"]
    freezing.close_the_day(at("2025-01-01", 2))
    assert fixed(body) == ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]
    assert fixed(other) == []


def fixed(body):
    rows = Measure.objects.filter(body=body, frozen_at__isnull=False, target__code="T")
    return list(rows.order_by("period").values_list("period", flat=True))


def test_over_http_the_versions_of_a_figure_are_told_with_what_changed(client_of, world):
    freezing.freeze(target(), "2024-Q1", by=None, at=NOW, reason="báo cáo")
    second = world.body(1, "ubnd")
    make_dialogue(second, "2024-03-01")
    told = {"period": "2024-Q1", "reason": "biên bản đến muộn"}
    address = "/api/v1/plans/ke_hoach/targets/T/corrections/"
    assert client_of(make_user(("head", second))).post(address, told).status_code == 409
    client = client_of(make_user(("head", world.party)))
    fixed = client.post(address, told)
    assert (fixed.status_code, [row["version"] for row in fixed.json()]) == (201, [2, 2])
    assert client.post(address, told).status_code == 409
    asked = {"target": "T", "period": "2024-Q1", "body": second.code}
    (now,) = client.get("/api/v1/measures/", asked).json()["results"]
    assert (now["version"], now["value"], now["reason"]) == (2, 1, "biên bản đến muộn")
    assert now["changes"]["before"]["value"] == "0"
    rows = client.get("/api/v1/measures/", {**asked, "versions": True}).json()["results"]
    assert [(row["version"], row["value"], row["is_newest"]) for row in rows] == [(1, 0, False), (2, 1, True)]
