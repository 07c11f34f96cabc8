"""What was written down wrongly is put right until the minutes are signed: who hosts, the quarter, who was there."""

import pytest

from bodies.models import Announcement
from bodies.refusals import BadInput, Refused
from dialogues import workflow
from dialogues.models import Dialogue
from dialogues.yearly_plan import plan_of
from tests.cases.making import at, day, make_body
from tests.dialogues.making import brought_to, do, make_host, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "in_english")]


def correct(dialogue, host, on="2026-03-21", **fields):
    return do(dialogue, host, "correct", on, fields=fields)


def hosts(dialogue):
    return dict(dialogue.joint_hosts.values_list("body__code", "head_was_present"))


def test_joint_hosts_are_put_right_before_it_is_held():
    host = make_host()
    dialogue = make_plan(host, joint_hosts=[host.front])
    event = correct(dialogue, host, "2026-02-01", joint_hosts=[host.party.code])
    assert hosts(dialogue) == {host.party.code: None}
    assert event.details["fields"] == {
        "joint_hosts": {"was": [host.front.code], "now": [host.party.code]},
    }
    # Whoever counts by body hears of the one that was and of the one that is.
    told = Announcement.objects.filter(subject=dialogue.code).latest("id").facts
    assert (told["was_joint"], told["joint"]) == ([host.front.code], [host.party.code])


def test_of_a_joint_host_named_afterwards_the_head_was_there_only_if_it_is_said():
    host = make_host()
    dialogue = brought_to(host, "announced", joint_hosts=[host.party])
    do(dialogue, host, "hold", "2026-03-20", heads_present=[host.party])
    correct(dialogue, host, joint_hosts=[host.party.code, host.front.code])
    assert hosts(dialogue) == {host.party.code: True, host.front.code: False}
    correct(dialogue, host, heads_present=[host.front.code])
    assert hosts(dialogue) == {host.party.code: False, host.front.code: True}


def test_another_quarter_moves_it_in_the_yearly_plan_and_tells_since_when():
    host = make_host()
    dialogue = make_plan(host, year=2026, quarter=1)
    correct(dialogue, host, "2026-02-01", year=2027, quarter=3)
    assert plan_of(Dialogue.objects.all(), 2026) == []
    (plan,) = plan_of(Dialogue.objects.all(), 2027)
    assert [quarter.planned for quarter in plan.quarters] == [0, 0, 1, 0]
    assert Announcement.objects.latest("id").facts["was_planned"] == "2026-01-01"
    # The number it was given stays.
    assert dialogue.code == f"2026-{host.body.code}-dt-001"


def test_a_dialogue_leaves_the_plan_only_when_its_day_is_named():
    host = make_host()
    dialogue = make_plan(host)
    with pytest.raises(BadInput) as bad:
        correct(dialogue, host, "2026-02-01", year=None, quarter=None)
    assert list(bad.value.errors) == ["fields.year"]
    do(dialogue, host, "schedule", "2026-02-20")
    correct(dialogue, host, "2026-02-21", year=None, quarter=None)
    do(dialogue, host, "announce", "2026-03-10")
    do(dialogue, host, "hold", "2026-03-20")
    (plan,) = plan_of(Dialogue.objects.all(), 2026)
    assert (plan.planned, plan.held, plan.unplanned_held) == (0, 0, 1)


def test_who_chaired_it_is_put_right_and_counts_so():
    host = make_host()
    dialogue = brought_to(host, "held")
    correct(dialogue, host, chaired_by=host.handler.username, delegate_reason="họp Tỉnh ủy")
    assert (dialogue.chair, dialogue.delegate_reason) == ("delegate", "họp Tỉnh ủy")
    assert list(Dialogue.objects.by_the_head()) == []
    correct(dialogue, host, chaired_by=host.head.username, delegate_reason="")
    assert list(Dialogue.objects.by_the_head()) == [dialogue]


def test_what_was_counted_in_the_room_is_put_right():
    host = make_host()
    dialogue = brought_to(host, "held")
    correct(dialogue, host, present_count=58, invited_count=70, party_invited=True, government_invited=True)
    assert (dialogue.present_count, dialogue.invited_count) == (58, 70)
    assert (dialogue.party_invited, dialogue.government_invited) == (True, True)


def test_before_it_is_held_nobody_was_there():
    host = make_host()
    dialogue = brought_to(host, "announced")
    with pytest.raises(Refused, match="not been held") as refused:
        correct(dialogue, host, "2026-03-12", present_count=58)
    assert refused.value.field == "fields.present_count"


def test_after_the_signature_neither_hosts_nor_quarter_nor_chair_change():
    host = make_host()
    dialogue = brought_to(host, "signed", joint_hosts=[host.party])
    for fields in ({"joint_hosts": []}, {"quarter": 2}, {"chaired_by": host.handler.username}):
        with pytest.raises(Refused, match="locked"):
            correct(dialogue, host, "2026-03-26", **fields)
    assert hosts(dialogue) == {host.party.code: False}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"joint_hosts": "dang-uy"}, "joint_hosts"),
        ({"joint_hosts": ["khong-co"]}, "joint_hosts"),
        ({"quarter": 5}, "quarter"),
        ({"quarter": None}, "quarter"),
        ({"year": 1990}, "year"),
        ({"heads_present": "x"}, "heads_present"),
        ({"chaired_by": "khong-co"}, "chaired_by"),
        ({"delegate_reason": "họp"}, "delegate_reason"),
        ({"party_invited": "yes"}, "party_invited"),
        ({"present_count": -1}, "present_count"),
        ({"title": " … "}, "title"),
        ({"title": "x" * 301}, "title"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_wrong_value_names_its_field_and_changes_nothing(fields, named):
    host = make_host()
    dialogue = brought_to(host, "held", joint_hosts=[host.party])
    before = dialogue.events.count()
    with pytest.raises(BadInput) as bad:
        correct(dialogue, host, **fields)
    assert list(bad.value.errors) == [f"fields.{named}"]
    assert dialogue.events.count() == before


def test_a_host_is_named_once_and_is_open_on_that_day():
    host = make_host()
    dialogue = brought_to(host, "held")
    closed = make_body(area=host.area)
    closed.valid_to = day("2025-12-31")
    closed.save()
    for body in (host.body, closed, host.front):
        codes = [body.code] * (2 if body == host.front else 1)
        with pytest.raises(BadInput, match="joint_hosts"):
            correct(dialogue, host, joint_hosts=codes)
    assert hosts(dialogue) == {}


def test_a_correction_that_changes_nothing_is_refused():
    host = make_host()
    dialogue = make_plan(host)
    with pytest.raises(Refused, match="Nothing"):
        workflow.move(
            dialogue,
            "correct",
            by=host.head,
            recorded_at=at("2026-02-01"),
            reason="nhầm",
            facts={"fields": {"title": dialogue.title, "quarter": 1}},
        )


def test_over_http_a_correction_takes_codes_and_lists(client_of):
    host = make_host()
    dialogue = make_plan(host)
    fields = {"joint_hosts": [host.party.code], "year": 2027, "quarter": 2, "subject": None}
    url = f"/api/v1/dialogues/{dialogue.code}/moves/"
    told = client_of(host.head).post(url, {"move": "correct", "reason": "ghi nhầm", "fields": fields})
    assert told.status_code == 200, told.content
    assert (told.json()["planned_year"], told.json()["planned_quarter"]) == (2027, 2)
    assert told.json()["joint_hosts"] == [{"body": host.party.code, "head_was_present": None}]
