"""The tracking code: what it is made of, how it is read, and what the database can tell of it."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies import tracking

UUIDS = st.uuids(version=4)
CODE = st.text(alphabet=tracking.DIGITS, min_size=12, max_size=12)


@given(UUIDS)
def test_a_code_is_three_groups_of_four_and_the_same_each_time(pk):
    code = tracking.code_of(pk)
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert set(code) <= set(tracking.DIGITS + "-")
    assert tracking.code_of(pk) == code
    assert tracking.read(code) == code


def test_ten_thousand_petitions_have_ten_thousand_codes_whose_every_digit_occurs_in_every_place():
    codes = [tracking.code_of(uuid.uuid4()) for _ in range(10_000)]
    assert len(set(codes)) == 10_000
    for place in range(14):
        assert {code[place] for code in codes} == ({"-"} if place in {4, 9} else set(tracking.DIGITS))


@given(CODE, st.data())
def test_a_code_is_read_however_it_is_written(digits, data):
    """Small letters, o for 0, i and l for 1, hyphens and spaces anywhere."""
    looks_like = {"0": "0oO", "1": "1iIlL"}
    typed = "".join(data.draw(st.sampled_from(looks_like.get(sign, sign + sign.lower()))) for sign in digits)
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(typed)))
        typed = (
            typed[:place] + data.draw(st.sampled_from([" ", "-", "–", "\u00a0", ".", "\t"])) + typed[place:]
        )
    meant = f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"
    assert tracking.read(typed) == meant
    assert tracking.hash_of(typed) == tracking.hash_of(meant)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ABCD-EFGH",
        "ABCD-EFGH-JKMNP",
        "UUUU-UUUU-UUUU",
        "2026-kim-bang-ubnd-000123",
        "ABCD-EFGH-JKM\u0660",
        "đ" * 12,
    ],
)
def test_what_is_no_code_is_read_as_none_and_still_has_a_hash(typed):
    assert tracking.read(typed) is None
    assert len(tracking.hash_of(typed)) == 32


@given(UUIDS)
def test_the_hash_depends_on_the_key_and_so_does_the_code(pk):
    from django.test import override_settings

    code, found_by = tracking.code_of(pk), tracking.hash_of("ABCD-EFGH-JKMN")
    with override_settings(TRACKING_KEY=b"another key of thirty-two bytes!"):
        assert tracking.code_of(pk) != code
        assert tracking.hash_of("ABCD-EFGH-JKMN") != found_by
