"""A dialogue put right moves the figures of the hosts and quarters that it leaves and of those that it comes to."""

import pytest

from dialogues import workflow
from dialogues.entries import NewDialogue
from plans import recounts
from plans.models import Measure
from tests.cases.making import at, make_user
from tests.plans.acts import head_of
from tests.plans.followed import told
from tests.plans.making import all_of, line, make_district, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]

HELD = all_of("counter: dialogues_held, where: {chaired_by: head}, op: '>=', value: 1")
PLANNED = all_of("counter: dialogues_planned, op: '>=', value: 1")


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def plan(district):
    lines = [
        line(
            "HELD", HELD, scope="{kinds: [dang_uy_xa, ubnd], levels: [commune]}", measured_by="auto:dialogue"
        ),
        line(
            "PLANNED", PLANNED, scope="{kinds: [dang_uy_xa], levels: [commune]}", measured_by="auto:dialogue"
        ),
    ]
    return make_plan(district, *lines, period="{from: 2025, to: 2026}")


def held(district, now, **planned):
    host = district.body(0, "dang_uy_xa")
    for body in (host, district.body(0, "ubnd"), district.body(1, "ubnd")):
        make_user(("head", body))
    new = NewDialogue(
        host=host,
        title="Đất đai",
        kind="periodic",
        participants="residents",
        area=host.area,
        **({"year": 2026, "quarter": 1} | planned),
    )
    dialogue = workflow.plan(new, by=head_of(host), recorded_at=at("2026-01-05"))
    brought = {
        "schedule": {"starts_at": at("2026-02-10", 8), "place": "Nhà văn hóa"},
        "announce": {"announcement": "Mời dân", "how_to_attend": "Đến dự"},
        "hold": {"chaired_by": head_of(host), "present_count": 20, "heads_present": planned["joint_hosts"]},
    }
    for name, facts in brought.items():
        on = now if name == "hold" else at("2026-01-06")
        workflow.move(dialogue, name, by=head_of(host), recorded_at=on, facts=facts)
    return dialogue


def kept(plan, code, period):
    rows = Measure.objects.filter(target__plan=plan, target__code=code, period=period).exclude(body=None)
    return {row.body.code: row.passed for row in rows.select_related("body")}


def test_the_head_of_the_right_joint_host_counts_and_that_of_the_wrong_one_no_more(district, plan):
    wrong, right = district.body(1, "ubnd"), district.body(0, "ubnd")
    dialogue = held(district, at("2026-02-10", 12), joint_hosts=[wrong])
    told(at("2026-02-10", 13))
    recounts.recount(plan, at=at("2026-02-10", 13))
    before = kept(plan, "HELD", "2026")
    assert (before[wrong.code], before[right.code]) == (True, False)
    fields = {"joint_hosts": [right.code], "heads_present": [right.code]}
    head = head_of(dialogue.host)
    workflow.move(
        dialogue,
        "correct",
        by=head,
        recorded_at=at("2026-02-11"),
        reason="ghi nhầm",
        facts={"fields": fields},
    )
    told(at("2026-02-11", 20))
    after = kept(plan, "HELD", "2026")
    assert {code for code in before if before[code] != after[code]} == {wrong.code, right.code}
    assert (after[wrong.code], after[right.code]) == (False, True)


def test_both_years_are_recounted_when_the_quarter_moves_into_another(district, plan):
    dialogue = held(district, at("2026-02-10", 12), joint_hosts=[], year=2025, quarter=4)
    told(at("2026-02-10", 13))
    recounts.recount(plan, at=at("2026-02-10", 13))
    assert kept(plan, "PLANNED", "2025")[dialogue.host.code] is True
    workflow.move(
        dialogue,
        "correct",
        by=head_of(dialogue.host),
        recorded_at=at("2026-02-11"),
        reason="ghi nhầm",
        facts={"fields": {"year": 2026, "quarter": 1}},
    )
    told(at("2026-02-11", 20))
    assert kept(plan, "PLANNED", "2025")[dialogue.host.code] is False
    assert kept(plan, "PLANNED", "2026")[dialogue.host.code] is True
