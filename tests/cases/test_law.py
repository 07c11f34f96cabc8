"""Due days that were asked before are kept: for the same limit, day and language, as long as the law stands."""

from datetime import date

import pytest
from django.utils import translation

from bodies.working_days import set_day
from cases.law import current_law
from cases.time_limits import due
from tests.cases.making import at, day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
START = date(2024, 4, 2)


def accept_limit() -> int:
    law = current_law()
    rule = law.choose("complaint.first.accept", START, frozenset(), None)
    assert rule is not None
    return law.rows[rule]


def test_what_is_kept_is_what_is_worked_out() -> None:
    law, limit = current_law(), accept_limit()
    with translation.override("en"):
        kept, fresh = law.plain_due(limit, START), due(law.rule_of(limit), START, law.calendar)
        assert (kept.on, kept.original_on, kept.explanation) == (
            fresh.on,
            fresh.original_on,
            fresh.explanation,
        )
        assert law.plain_due(limit, START) is kept


def test_each_language_has_its_own_words() -> None:
    law, limit = current_law(), accept_limit()
    words = []
    for language in ("en", "vi"):
        with translation.override(language):
            words.append([stretch.why for stretch in law.plain_due(limit, START).explanation])
    assert words[0] != words[1]


def test_a_new_day_off_moves_what_was_kept() -> None:
    limit = accept_limit()
    before = current_law().plain_due(limit, START).on
    set_day(day("2024-04-12"), working=False, name="Nghỉ", document="1/QĐ", by=None, at=at("2024-04-01"))
    after = current_law().plain_due(limit, START).on
    assert before is not None
    assert after is not None
    assert after > before
