"""`manage.py due`: the questions other systems ask, the answers they get, and what is refused."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from bodies.calendar_seed import load_calendar, read_seed
from cases.management.commands.load_rules import OURS
from cases.rule_book import load_rules
from cases.rule_files import read_rules

pytestmark = pytest.mark.django_db

COMPLEX = ["denunciation.settle", "--situation", "complex"]


@pytest.fixture(autouse=True)
def _law():
    load_calendar(read_seed())
    load_rules(
        read_rules(OURS.read_text(encoding="utf-8"), source="ours"), source="ours", today=date(2026, 11, 20)
    )
    with translation.override("en"):
        yield


def asked(*question, **options):
    out = StringIO()
    call_command("due", *question, json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def due_on(*question):
    return asked(*question)["due_on"]


def batch(tmp_path, *lines):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(
        b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    )
    out = StringIO()
    call_command("due", batch=str(path), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


# --- The three timelines, checked by hand on the calendar ----------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # A complaint at a reception on Tue 2024-04-02
        (["reception.reply", "--start", "2024-04-02"], "2024-04-16"),
        (["complaint.first.accept", "--start", "2024-04-02"], "2024-04-12"),
        # ... accepted on 2024-04-12: Sun 12 May, so Monday
        (["complaint.first.settle", "--start", "2024-04-12"], "2024-05-13"),
        (["complaint.first.settle", "--start", "2024-04-12", "--situation", "complex"], "2024-05-27"),
        # ... answered on 2024-05-27
        (["complaint.first.send_decision", "--start", "2024-05-27"], "2024-05-30"),
        (["complaint.disclose", "--start", "2024-05-27"], "2024-06-11"),
        # A denunciation by letter on Mon 2024-04-22, across a swap: 29/4 off, Sat 4/5 worked
        (["denunciation.accept", "--start", "2024-04-22"], "2024-05-04"),
        (["letter.classify", "--start", "2024-04-22"], "2024-05-08"),
        # ... accepted on 2024-05-02
        (["denunciation.notify_accepted", "--start", "2024-05-02"], "2024-05-08"),
        (["denunciation.settle", "--start", "2024-05-02"], "2024-06-03"),
        (["denunciation.settle", "--start", "2024-05-02", "--pause", "2024-05-20..2024-05-27"], "2024-06-10"),
        ([*COMPLEX, "--start", "2024-05-02", "--pause", "2024-05-20..2024-05-27", "--extend", "1"], "2024-07-08"),
        # Feedback by hotline on Wed 2026-08-19: Thu 3 Sep, after the holidays
        (["feedback.answer", "--start", "2026-08-19"], "2026-09-03"),
    ],
)  # fmt: skip
def test_the_timelines_come_out_as_counted_by_hand(question, expected):
    assert due_on(*question) == expected


def test_the_answer_holds_the_due_day_the_original_one_the_state_and_the_explanation():
    assert asked("complaint.first.settle", "--start", "2024-02-05", "--situation", "remote") == {
        "rule": "complaint.first.settle",
        "situation": "remote",
        "start": "2024-02-05",
        "due_on": "2024-03-21",
        "original_due_on": "2024-03-21",
        "state": "running",
        "explanation": [{"from": "2024-02-06", "to": "2024-03-21", "counted": 45, "why": "calendar days"}],
    }


def test_an_open_pause_leaves_the_due_day_open():
    answer = asked("complaint.first.settle", "--start", "2026-07-01", "--pause", "2026-07-10..")
    assert (answer["due_on"], answer["state"]) == (None, "paused")
    assert answer["original_due_on"] == "2026-07-31"
    assert answer["explanation"] == [
        {"from": "2026-07-02", "to": "2026-07-09", "counted": 8, "why": "calendar days"},
        {"from": "2026-07-10", "to": None, "counted": 0, "why": "paused"},
    ]


def test_several_pauses_can_be_given():
    pauses = ["--pause", "2024-05-20..2024-05-24", "--pause", "2024-05-22..2024-05-27"]
    assert due_on("denunciation.settle", "--start", "2024-05-02", *pauses) == "2024-06-10"


def test_the_order_of_the_flags_does_not_matter_and_flags_without_a_row_are_ignored():
    either = ["complaint.first.settle", "--start", "2024-02-05", "--situation"]
    assert due_on(*either, "remote+complex") == due_on(*either, "complex+remote") == "2024-04-05"
    assert asked(*either, "group+remote")["situation"] == "remote"
    assert asked(*either, "group")["situation"] == "normal"


@pytest.mark.parametrize(
    "question",
    [
        ["complaint.first.settle", "--start", "2012-06-30"],
        ["dialogue.notice", "--start", "2025-06-15"],
        ["complaint.third.settle", "--start", "2024-02-05"],
    ],
)
def test_without_a_rule_in_force_nothing_is_guessed(question):
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("due", *question, "--json", stdout=out)
    assert ended.value.code == 1
    assert json.loads(out.getvalue()) == {"error": "no rule"}
    with pytest.raises(CommandError, match="no rule"):
        call_command("due", *question)


def test_a_rule_is_in_force_on_its_first_day():
    assert due_on("dialogue.notice", "--start", "2025-06-16") == "2025-06-09"
    assert due_on("complaint.first.accept", "--start", "2012-07-01") == "2012-07-11"


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (["complaint.first.settle", "--start", "2024-02-30"], "start"),
        (["complaint.first.settle", "--start", "5/2/2024"], "start"),
        (["complaint.first.settle", "--start", "20240205"], "start"),
        (["complaint.first.settle", "--start", "2050-12-25"], "start"),
        (["complaint.first.settle", "--start", "2024-02-05", "--pause", "2024-02-09..2024-02-08"], "pauses"),
        (["complaint.first.settle", "--start", "2024-02-05", "--pause", "2024-02-09"], "pauses"),
        (["complaint.first.settle", "--start", "2024-02-05", "--pause", "..2024-02-09"], "pauses"),
        (["complaint.first.settle", "--start", "2024-02-05", "--extend", "1"], "extensions"),
        (["denunciation.settle", "--start", "2024-02-05", "--situation", "complex", "--extend", "2"], "extensions"),
        (["denunciation.settle", "--start", "2024-02-05", "--situation", "complex", "--extend", "-1"], "extensions"),
        (["denunciation.settle", "--start", "2024-02-05", "--extend", "one"], "extensions"),
        (["denunciation.settle", "--start", "2024-02-05", "--extend", "9" * 5000], "extensions"),
        (["dialogue.notice", "--start", "2025-07-25", "--pause", "2025-07-01..2025-07-02"], "pauses"),
    ],
)  # fmt: skip
def test_a_bad_question_is_refused_by_its_field(question, field):
    out = StringIO()
    with pytest.raises(CommandError, match=f"^{field}: "):
        call_command("due", *question, "--json", stdout=out)
    assert json.loads(out.getvalue())["field"] == field


@pytest.mark.parametrize(
    "question",
    [
        [],
        ["complaint.first.settle"],
        ["--start", "2024-01-01"],
        ["x", "--start", "2024-01-01", "--batch", "y"],
    ],
)
def test_half_a_question_is_refused(question):
    with pytest.raises(CommandError):
        call_command("due", *question)


# --- Many questions ------------------------------------------------------------------------------------------------


def test_a_file_of_questions_gets_one_answer_per_line(tmp_path):
    question = {"rule": "denunciation.settle", "start": "2024-05-02", "situation": "complex"}
    paused = {**question, "pauses": [["2024-05-20", "2024-05-27"]], "extensions": 1}
    left_open = {**question, "pauses": [["2024-05-20", None]]}
    several = {"rule": "complaint.first.settle", "start": "2024-02-05", "situation": ["complex", "remote"]}
    nothing = {
        "rule": "denunciation.settle",
        "start": "2024-05-02",
        "situation": None,
        "pauses": None,
        "extensions": None,
    }
    answers = batch(tmp_path, question, b"", paused, left_open, several, nothing)
    assert [answer["due_on"] for answer in answers] == [
        "2024-06-03",
        "2024-07-08",
        None,
        "2024-04-05",
        "2024-06-03",
    ]
    assert sum(stretch["counted"] for stretch in answers[1]["explanation"]) == 60


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ({"rule": "no.such.rule", "start": "2024-05-02"}, {"error": "no rule"}),
        ({"rule": "denunciation.settle", "start": "2018-12-31"}, {"error": "no rule"}),
        (b"{", "line"),
        (b"\xff\xfe", "line"),
        (b"[" * 100_000, "line"),
        (b"[]", "line"),
        (b"12", "line"),
        ({}, "rule"),
        ({"rule": 5, "start": "2024-05-02"}, "rule"),
        ({"rule": "denunciation.settle"}, "start"),
        ({"rule": "denunciation.settle", "start": 20240502}, "start"),
        ({"rule": "denunciation.settle", "start": "2024-05-02T00:00"}, "start"),
        ({"rule": "denunciation.settle", "start": "2024-05-02", "situation": 5}, "situation"),
        ({"rule": "denunciation.settle", "start": "2024-05-02", "situation": [5]}, "situation"),
        ({"rule": "denunciation.settle", "start": "2024-05-02", "pauses": "2024-05-03"}, "pauses"),
        ({"rule": "denunciation.settle", "start": "2024-05-02", "pauses": [["2024-05-03"]]}, "pauses"),
        ({"rule": "denunciation.settle", "start": "2024-05-02", "pauses": [[None, "2024-05-03"]]}, "pauses"),
        ({"rule": "denunciation.settle", "start": "2024-05-02", "pauses": [["2024-05-09", "2024-05-03"]]}, "pauses"),
        ({"rule": "denunciation.settle", "start": "2024-05-02", "extensions": 1}, "extensions"),
        ({"rule": "denunciation.settle", "start": "2024-05-02", "extensions": 1.5}, "extensions"),
        ({"rule": "denunciation.settle", "start": "2024-05-02", "situation": "complex", "extensions": True}, "extensions"),
        ({"rule": "denunciation.settle", "start": "2024-05-02", "extension": 1}, "extension"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_answered_does_not_stop_the_rest(tmp_path, line, error):
    good = {"rule": "denunciation.settle", "start": "2024-05-02"}
    first, second, third = batch(tmp_path, good, line, good)
    assert first["due_on"] == third["due_on"] == "2024-06-03"
    if isinstance(error, dict):
        assert second == error
    else:
        assert second["field"] == error
        assert second["error"]


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(CommandError, match=r"nowhere\.jsonl"):
        call_command("due", batch="nowhere.jsonl")


def test_a_batch_asks_the_database_no_more_than_one_question_does(tmp_path, django_assert_max_num_queries):
    questions = [{"rule": "letter.classify", "start": f"2024-04-{day:02}"} for day in range(1, 31)] * 20
    with django_assert_max_num_queries(6):
        assert len(batch(tmp_path, *questions)) == 600


# --- For people ----------------------------------------------------------------------------------------------------


def test_without_json_the_answer_is_written_for_a_person_to_check():
    out = StringIO()
    pause = ["--pause", "2024-05-20..2024-05-27"]
    call_command("due", "denunciation.settle", "--start", "2024-05-02", *pause, stdout=out)
    lines = out.getvalue().splitlines()
    assert lines == [
        "denunciation.settle: 30 calendar days; Luật Tố cáo, Đ.30(1) [SEEN]",
        "Start (day 0): Thursday, 02/05/2024",
        "Due: Monday, 10/06/2024",
        "Originally due: Monday, 03/06/2024",
        "  03/05/2024 – 19/05/2024    17  calendar days",
        "  20/05/2024 – 26/05/2024     0  paused",
        "  27/05/2024 – 07/06/2024    12  calendar days",
        "  08/06/2024 – 08/06/2024     1  last day counted, but not worked (weekend): moves to the next working day",
        "  09/06/2024 – 09/06/2024     0  weekend",
        "  10/06/2024 – 10/06/2024     0  the first working day after it: the due day",
    ]


def test_for_a_person_an_open_pause_has_no_due_day():
    out = StringIO()
    call_command("due", "denunciation.settle", "--start", "2024-05-02", "--pause", "2024-05-20..", stdout=out)
    assert "Due: not known while the pause is open" in out.getvalue()


def test_a_disputed_unit_is_told_to_a_person():
    out = StringIO()
    call_command("due", "letter.classify", "--start", "2024-04-22", stdout=out)
    assert "Due: Wednesday, 08/05/2024" in out.getvalue()
    assert "warned from Thursday, 02/05/2024 on" in out.getvalue()
