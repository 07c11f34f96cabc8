"""How often each post must receive citizens: the law's days, dated, and what is wrong with a bad file."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db.models import Q

from bodies import loading
from bodies.management.commands.load_bodies import DATA
from bodies.models import ReceptionMinimum
from bodies.yaml_lines import FileRefused

TEXT = (DATA / "reception_minimums.yaml").read_text()
ONE = """
minimums:
  - title: bi_thu
    level: commune
    amount: 2
    per: month
    basis: Quy định 11
    mark: SEEN
    valid_from: 2019-02-18
"""

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def load(text):
    return dict(loading.load_minimums(text, source="minimums.yaml"))


def minimum(title, level, day):
    """What holds on a day, as (amount, per); None where nothing does."""
    holding = Q(valid_to=None) | Q(valid_to__gte=day)
    rows = ReceptionMinimum.objects.filter(holding, title=title, level=level, valid_from__lte=day)
    assert len(rows) <= 1
    return next(((row.amount, row.per) for row in rows), None)


@pytest.mark.parametrize(
    ("title", "level", "day", "expected"),
    [
        ("chu_tich_ubnd", "province", date(2026, 11, 20), (1, "month")),
        ("chu_tich_ubnd", "district", date(2025, 6, 30), (2, "month")),
        ("chu_tich_ubnd", "district", date(2025, 7, 1), None),
        ("chu_tich_ubnd", "commune", date(2026, 6, 30), (1, "week")),
        ("chu_tich_ubnd", "commune", date(2026, 7, 1), (2, "month")),
        ("bi_thu", "province", date(2026, 11, 20), (1, "month")),
        ("bi_thu", "district", date(2025, 6, 30), (1, "month")),
        ("bi_thu", "district", date(2025, 7, 1), None),
        ("bi_thu", "commune", date(2026, 11, 20), (2, "month")),
        ("thu_truong_co_quan", "province", date(2026, 11, 20), (1, "month")),
        ("thu_truong_don_vi", "province", date(2026, 11, 20), (1, "month")),
        ("tt_hdnd", "commune", date(2026, 11, 20), None),
    ],
)
def test_the_minimum_of_a_day_is_the_laws_of_that_day(title, level, day, expected):
    load(TEXT)
    assert minimum(title, level, day) == expected


def test_every_minimum_names_its_basis_and_how_sure_it_is():
    load(TEXT)
    rows = ReceptionMinimum.objects.all()
    assert all(row.basis and row.mark.startswith("SEEN") for row in rows)
    # The law's own pages and two news items disagree: whoever reads the figure must see it
    assert "CONFLICT" in rows.get(title="chu_tich_ubnd", per="week").mark


def test_the_command_loads_them_and_the_second_time_changes_nothing(capsys):
    call_command("load_bodies", minimums=True)
    call_command("load_bodies", minimums=True)
    first, second = capsys.readouterr().out.splitlines()
    total = ReceptionMinimum.objects.count()
    assert first == f"reception minimums: {total} created, 0 changed, 0 unchanged"
    assert second == f"reception minimums: 0 created, 0 changed, {total} unchanged"


def test_a_row_that_is_said_otherwise_is_changed():
    load(ONE)
    assert load(ONE.replace("amount: 2", "amount: 3")) == {"changed": 1}
    assert ReceptionMinimum.objects.get().amount == 3


@pytest.mark.parametrize(
    ("good", "bad", "line", "what"),
    [
        ("level: commune", "level: xa", 4, "xa is not a level"),
        ("amount: 2", "amount: 0", 5, "between 1 and 31"),
        ("amount: 2", "amount: two", 5, "amount must be a whole number"),
        ("per: month", "per: year", 6, "per must be week or month"),
        ("mark: SEEN", "mark: ''", 8, "mark must have 1 to 200 letters"),
        (
            "valid_from: 2019-02-18",
            "valid_from: 2019-02-18\n    valid_to: 2019-02-17",
            10,
            "would end before it begins",
        ),
        ("    basis: Quy định 11\n", "", 3, "basis is missing"),
        ("minimums:", "minima:", 2, "minima is not known here"),
    ],
)
def test_a_fault_is_named_with_its_line_and_nothing_is_loaded(good, bad, line, what):
    with pytest.raises(FileRefused) as refused:
        load(ONE.replace(good, bad))
    assert [fault for fault in refused.value.faults if fault.line == line and what in fault.what]
    assert not ReceptionMinimum.objects.exists()


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ("valid_from: 2014-07-01", "valid_from: 2019-02-18", True),
        ("valid_from: 2014-07-01\n    valid_to: 2019-02-18", "valid_from: 2019-02-18", True),
        ("valid_from: 2014-07-01\n    valid_to: 2019-02-17", "valid_from: 2019-02-18", False),
    ],
)
def test_two_minimums_never_hold_on_the_same_day(first, second, overlap):
    load(ONE.replace("valid_from: 2019-02-18", first))
    again = ONE.replace("valid_from: 2019-02-18", second)
    if overlap:
        with pytest.raises(FileRefused, match="would hold on the same day"):
            load(again)
        assert ReceptionMinimum.objects.count() == 1
    else:
        assert load(again) == {"created": 1}
