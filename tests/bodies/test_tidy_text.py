"""The form in which text is stored: tidied once, it stays as it is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bodies.text import tidy


@given(st.text())
@example("A\x00Æ A\x00û")
@example("AÆ Au\u0302")
@example("A\x01\u0302 A\x01\u0302")
def test_tidying_what_is_tidy_changes_nothing(typed):
    assert tidy(tidy(typed)) == tidy(typed)


# Letters and signs that TCVN3 gives a meaning, with marks and control signs that could join them
@given(
    st.text(alphabet="aAuoxt ¸µ¶·¹¨©ª«¬\u00ad®ÆÇËÎÑûüþö\u0300\u0301\u0302\u0308\u0323\x00\n\r", max_size=20)
)
def test_text_does_not_turn_into_an_old_encoding_by_being_tidied(typed):
    assert tidy(tidy(typed)) == tidy(typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("§¬n khiÕu n¹i", "Đơn khiếu nại"),
        ("TrÇn ThÞ Hång", "Trần Thị Hồng"),
        ("Jürgen Müller", "Jürgen Müller"),
        ("GRÖßE MÜLLER", "GRÖßE MÜLLER"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        (" a\u00a0 b\tc \r\nd\x00\ud800 ", "a b c \nd"),
    ],
)
def test_text_is_stored_in_one_form(typed, stored):
    assert tidy(typed) == stored
