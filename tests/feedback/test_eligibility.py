"""Whether a petition can be handled as it came (Circular 05/2021), and who may speak for a group."""

import pytest

from feedback.eligibility import Facts, Lack, group_fault, group_warning, judge, most_representatives


def judged(**facts):
    found = judge(Facts(**({"kind": "complaint", "channel": "letter"} | facts)))
    return set(found.flags), set(found.lacks)


def test_a_letter_with_date_signature_name_and_address_is_eligible():
    assert judged(is_dated=True, is_signed=True) == (set(), set())


def test_what_nobody_looked_at_is_no_lack():
    assert judged(is_dated=None, is_signed=None) == (set(), set())


@pytest.mark.parametrize(
    ("facts", "lack"),
    [
        ({"is_dated": False}, Lack.DATE),
        ({"is_signed": False}, Lack.SIGNATURE),
        ({"has_address": False}, Lack.ADDRESS),
        ({"has_name": False}, Lack.NAME),
    ],
)
def test_a_letter_that_lacks_one_of_these_is_ineligible(facts, lack):
    flags, lacks = judged(**facts)
    assert "ineligible" in flags
    assert lacks == {lack}


def test_a_petition_without_a_name_is_anonymous():
    assert "anonymous" in judged(has_name=False)[0]
    assert "anonymous" in judged(is_anonymous=True)[0]
    assert "anonymous" not in judged()[0]


def test_an_anonymous_denunciation_is_looked_into_only_with_evidence():
    """Law on Denunciations, Art. 25."""
    assert judged(kind="denunciation", is_anonymous=True) == ({"anonymous", "ineligible"}, {Lack.EVIDENCE})
    assert judged(kind="denunciation", is_anonymous=True, has_evidence=True) == ({"anonymous"}, set())


def test_evidence_does_not_make_an_anonymous_complaint_eligible():
    assert judged(is_anonymous=True, has_evidence=True)[0] == {"anonymous", "ineligible"}


@pytest.mark.parametrize("channel", ["hotline", "reception", "zalo_group", "village_meeting"])
def test_what_was_said_needs_no_form_of_a_letter(channel):
    told = {"channel": channel, "is_dated": False, "is_signed": False}
    assert judged(kind="feedback", has_address=False, **told) == (set(), set())
    assert judged(kind="feedback", has_name=False, **told) == ({"anonymous"}, set())
    assert judged(kind="complaint", has_name=False, **told) == ({"anonymous", "ineligible"}, {Lack.NAME})


@pytest.mark.parametrize(
    ("people", "most"), [(1, 1), (4, 4), (5, 2), (10, 2), (11, 5), (500, 5), (1_000_000, 5)]
)
def test_a_group_appoints_one_or_two_of_ten_and_up_to_five_of_more(people, most):
    assert most_representatives(people) == most
    assert group_fault(people, most) == ""
    assert str(most) in group_fault(people, most + 1)


def test_a_group_without_representatives_is_asked_for_them():
    assert group_warning(4, 0) == ""
    assert group_warning(5, 1) == ""
    assert "2" in group_warning(5, 0)
