"""`manage.py load_rules`: the law as dated rows that are added to and ended, never rewritten."""

import csv
import io
import json
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import translation

from bodies.calendar_seed import load_calendar, read_seed
from bodies.models import CalendarState
from bodies.yaml_lines import FileRefused
from cases.codes import Kind
from cases.law import current_law
from cases.management.commands.load_rules import OURS
from cases.models import Case, Clock, TimeLimit
from cases.rule_book import load_rules
from cases.rule_files import read_rules
from cases.time_limits import Unit
from tests.bodies.making import make_area, make_body

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
ROW = {
    "code": "complaint.first.settle",
    "kind": "complaint",
    "instance": "first",
    "stage": "settle",
    "situation": "normal",
    "applies_when": "",
    "amount": "30",
    "unit": "calendar_day",
    "counted_from": "accepted",
    "met_by": "decided",
    "extendable_times": "0",
    "extension_amount": "",
    "pause_basis": "",
    "pause_from": "",
    "basis": "Luật Khiếu nại, Đ.28",
    "mark": "SEEN",
    "valid_from": "2012-07-01",
    "valid_to": "",
}


@pytest.fixture(autouse=True)
def _no_rule():
    load_calendar(read_seed())
    TimeLimit.objects.all().delete()
    with translation.override("en"):
        yield


def table(*rows, columns=tuple(ROW)):
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**ROW, **row} for row in rows)
    return out.getvalue()


def load(*rows, today=TODAY):
    return load_rules(read_rules(table(*rows), source="f"), source="f", today=today)


def refused(*rows, today=TODAY):
    """The faults of a file, as (line, column); the file must have changed nothing."""
    before = everything()
    with pytest.raises(FileRefused) as refusal:
        load(*rows, today=today)
    assert everything() == before
    return [(fault.line, fault.what.partition(":")[0]) for fault in refusal.value.faults]


def everything():
    return list(TimeLimit.objects.order_by("id").values_list()), CalendarState.objects.get().version


# --- Our own file --------------------------------------------------------------------------------------------------


def test_our_own_table_is_loaded_once_and_a_second_run_changes_nothing():
    first, second = StringIO(), StringIO()
    call_command("load_rules", json=True, stdout=first)
    before = everything()
    call_command("load_rules", json=True, stdout=second)
    assert everything() == before
    assert json.loads(first.getvalue()) == {"created": 52, "changed": 0, "unchanged": 0}
    assert json.loads(second.getvalue()) == {"created": 0, "changed": 0, "unchanged": 52}


def test_every_cell_of_our_own_table_is_in_the_rows():
    call_command("load_rules", stdout=StringIO())
    with OURS.open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    for row in told:
        limit = TimeLimit.objects.get(
            code=row["code"],
            situation=sorted(set(row["situation"].split("+")) - {"normal"}),
            valid_from=row["valid_from"],
        )
        for column in set(ROW) - {"situation"}:
            value = getattr(limit, column)
            assert ("" if value is None else str(value)) == row[column], (row["code"], column)
    assert TimeLimit.objects.count() == len(told)


def test_the_units_of_the_pure_rules_and_of_the_rows_are_the_same():
    assert set(Unit) == set(TimeLimit.Unit.values)


def test_limits_on_the_citizen_and_information_are_known_as_such():
    call_command("load_rules", stdout=StringIO())
    rules = [rule for rules in current_law().rules.values() for rule in rules]
    told = {
        rule.code for rule in rules if rule.applies_when.startswith(("a limit on the citizen", "information"))
    }
    assert {rule.code for rule in rules if not rule.binds_a_body} == told
    assert len(told) == 5


def test_a_loaded_rule_counts_at_once_in_every_process():
    assert current_law().choose("complaint.first.settle", TODAY, frozenset(), None) is None
    load(ROW)
    assert current_law().choose("complaint.first.settle", TODAY, frozenset(), None).amount == 30


# --- What changes, and what must not -------------------------------------------------------------------------------


def test_the_law_changes_by_ending_a_row_and_adding_one():
    load(ROW)
    counts = load({"valid_to": "2026-12-31"}, {"valid_from": "2027-01-01", "amount": "20"})
    assert counts == {"created": 1, "changed": 1, "unchanged": 0}
    law = current_law()
    amounts = [
        law.choose(ROW["code"], day, frozenset(), None).amount
        for day in (date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert amounts == [30, 20]


def test_a_file_may_name_only_the_rows_it_adds():
    load(ROW)
    load({"situation": "complex", "amount": "45"})
    assert TimeLimit.objects.count() == 2


def test_the_words_of_a_row_in_force_may_be_mended():
    load({**ROW, "mark": "RECALLED"})
    assert load({**ROW, "basis": "Luật Khiếu nại, Đ.28(1)"})["changed"] == 1
    limit = TimeLimit.objects.get()
    assert (limit.mark, limit.basis) == ("SEEN", "Luật Khiếu nại, Đ.28(1)")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount", "45"),
        ("unit", "working_day"),
        ("counted_from", "received"),
        ("met_by", "answered"),
        ("kind", "feedback"),
        ("stage", "answer"),
        ("pause_basis", "house rule"),
    ],
)
def test_a_row_in_force_is_not_rewritten(column, value):
    load(ROW)
    assert refused({column: value}) == [(2, column)]


def test_extensions_of_a_row_in_force_are_not_rewritten():
    load(ROW)
    found = refused({"extendable_times": "1", "extension_amount": "15"})
    assert sorted(found) == [(2, "extendable_times"), (2, "extension_amount")]


def test_a_row_that_is_not_yet_in_force_may_be_changed():
    load(ROW, today=date(2012, 6, 30))
    assert load({"amount": "45"}, today=date(2012, 6, 30))["changed"] == 1
    assert refused({"amount": "30"}, today=date(2012, 7, 1)) == [(2, "amount")]


def test_a_basis_for_pauses_may_be_filled_in_with_its_first_day_and_not_be_changed_again():
    load(ROW)
    filled = {"pause_basis": "Law 136/2025 Art. 2", "pause_from": "2026-07-01"}
    assert load(filled)["changed"] == 1
    assert refused({**filled, "pause_from": "2026-01-01"}) == [(2, "pause_basis")]
    assert refused(ROW) == [(2, "pause_basis")]


def test_a_row_does_not_end_before_a_clock_that_was_started_under_it():
    load(ROW)
    start_clock(TimeLimit.objects.get(), date(2026, 10, 15))
    assert refused({"valid_to": "2026-10-14"}) == [(2, "valid_to")]
    assert load({"valid_to": "2026-10-15"})["changed"] == 1


def start_clock(limit, on):
    body = make_body(area=make_area())
    case = Case.objects.create(
        reference="2026-ubnd-000001",
        kind=Kind.COMPLAINT,
        instance="first",
        channel="letter",
        title="Đơn",
        received_by=body,
        body=body,
        first_received_on=on,
        received_on=on,
        received_at=f"{on}T01:00Z",
    )
    Clock.objects.create(
        case=case,
        rule=limit.code,
        limit=limit,
        started_on=on,
        due_on=on,
        original_due_on=on,
        calendar_version=1,
    )


def test_rows_of_one_limit_and_situation_do_not_overlap():
    assert refused(ROW, {"valid_from": "2020-01-01"}) == [(3, "valid_from")]
    assert refused({"valid_to": "2020-01-01"}, {"valid_from": "2020-01-01"}) == [(3, "valid_from")]
    load(ROW)
    assert refused({"valid_from": "2027-01-01"}) == [(2, "valid_from")]
    assert refused({"valid_from": "2000-01-01"}) == [(2, "valid_from")]


def test_the_same_row_twice_is_refused_whatever_the_order_of_its_flags():
    again = {"situation": "complex+remote"}
    assert (3, "valid_from") in refused({"situation": "remote+complex"}, again)


# --- Bad files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("code", ""),
        ("code", "Complaint"),
        ("code", "a." + "x" * 60),
        ("kind", "petition"),
        ("instance", "third"),
        ("stage", ""),
        ("situation", "complicated"),
        ("amount", "0"),
        ("amount", "-1"),
        ("amount", "1.5"),
        ("amount", "thirty"),
        ("amount", "99999999999"),
        ("unit", "day"),
        ("counted_from", ""),
        ("met_by", " "),
        ("extendable_times", "x"),
        ("extension_amount", "15"),
        ("pause_from", "2026-07-01"),
        ("pause_from", "1/7/2026"),
        ("basis", ""),
        ("basis", "x" * 301),
        ("mark", "sure"),
        ("valid_from", ""),
        ("valid_from", "20120701"),
        ("valid_from", "2012-02-30"),
        ("valid_to", "2012-06-30"),
    ],
)
def test_a_bad_cell_is_told_by_line_and_column_and_nothing_is_loaded(column, value):
    assert refused({"situation": "complex"}, {column: value}) == [(3, column)]


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"extendable_times": "1", "extension_amount": "5"}, "extendable_times"),
        ({"pause_basis": "x"}, "pause_basis"),
    ],
)
def test_a_limit_counted_back_has_neither_extensions_nor_pauses(more, column):
    assert refused({"unit": "calendar_day_before", **more}) == [(2, column)]


def test_all_faults_are_told_at_once():
    found = refused({"amount": "0", "unit": "day"}, ROW, {"kind": "x"})
    assert found == [(2, "amount"), (2, "unit"), (4, "kind")]


def test_lines_are_counted_as_an_editor_counts_them():
    # A quoted line break, a blank line, Windows line ends
    text = (
        table({"situation": "complex", "basis": "one\ntwo"}) + "\r\n" + table({"amount": "0"}).splitlines()[1]
    )
    with pytest.raises(FileRefused) as refusal:
        read_rules(text, source="f")
    assert [fault.line for fault in refusal.value.faults] == [5]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("", 1, "code"),
        ("code,kind\n", 1, "amount"),
        (table(ROW, columns=[*ROW, "amounts"]), 1, "amounts"),
        (table(ROW, columns=[*ROW, "amount"]), 1, "amount"),
        (table(), 1, "no time limit"),
        (table(ROW) + "one,two\n", 3, "fields"),
        (table(ROW) + '"open', 3, "CSV"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(text, line, word):
    with pytest.raises(FileRefused) as refusal:
        read_rules(text, source="f")
    assert any(fault.line == line and word in fault.what for fault in refusal.value.faults)


def test_texts_are_kept_in_one_form_and_a_situation_in_one_order():
    decomposed = "Luâ\u0323t  Khiê\u0301u na\u0323i "
    load({"basis": decomposed, "situation": " remote + complex "})
    limit = TimeLimit.objects.get()
    assert (limit.basis, limit.situation) == ("Luật Khiếu nại", ["complex", "remote"])


@time_machine.travel("2026-11-20T10:00:00+07:00")
def test_the_command_names_the_file_the_line_and_the_column(tmp_path):
    path = tmp_path / "rules.csv"
    path.write_text("\ufeff" + table(ROW), encoding="utf-8")
    call_command("load_rules", str(path), stdout=StringIO())
    path.write_text(table({"amount": "45"}), encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("load_rules", str(path), json=True, stdout=out)
    assert f"{path}:2: amount: in force since 2012-07-01" in str(refusal.value)
    [fault] = json.loads(out.getvalue())["faults"]
    assert fault["line"] == 2


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "rules.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=r"rules\.csv"):
        call_command("load_rules", str(path))
