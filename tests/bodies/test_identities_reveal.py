"""Reading a sealed identity: a guard allows, a reason is given, another consents once, a line stays."""

import logging
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from bodies import guards, identities, reveals
from bodies.guards import Verdict
from bodies.identity_facts import Identity
from bodies.models import Announcement, IdentityRead, Person, Reveal
from bodies.refusals import BadInput
from bodies.reveals import ConsentNeeded, RevealRefused
from bodies.sealing import CannotOpen
from tests.bodies.making import make_user
from tests.bodies.sealed import AT, CANARY, GUARDED, OPEN, TRACES, TableGuard, consent_to, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

LATER = AT + timedelta(hours=1)


# --- Without consent ------------------------------------------------------------------------------------------------


def test_who_may_read_reads_and_leaves_a_line(person, dung):
    identity = reveals.reveal(person, by=dung, reason=" To send the  answer ", at=AT)
    assert identity == Identity(name="Nguyễn Văn An", phone="+84912345678")
    line = IdentityRead.objects.get()
    assert (line.person, line.by, line.at, line.reveal) == (person, dung, AT, None)
    assert (line.reason, line.case_reference) == ("To send the answer", OPEN.case_reference)


def test_every_reading_leaves_a_line_of_its_own(person, dung):
    for _time in range(3):
        reveals.reveal(person, by=dung, reason="To send the answer", at=AT)
    assert IdentityRead.objects.count() == 3


@pytest.mark.parametrize("reason", ["", "  \n\t ", "\u0000", "x" * 1001])
def test_a_reading_needs_a_reason_of_some_length(person, dung, reason):
    with pytest.raises(BadInput) as bad:
        reveals.reveal(person, by=dung, reason=reason, at=AT)
    assert set(bad.value.errors) == {"reason"}
    assert not IdentityRead.objects.exists()


def test_who_is_not_allowed_reads_nothing_and_leaves_no_line(person):
    stranger = make_user("em")
    with pytest.raises(RevealRefused) as refused:
        reveals.reveal(person, by=stranger, reason="Curious", at=AT)
    assert refused.value.sentence == "The identity of this person is not yours to read."
    with pytest.raises(RevealRefused):
        reveals.ask_reveal(person, by=stranger, reason="Curious", at=AT)
    assert not IdentityRead.objects.exists()
    assert not Reveal.objects.exists()


def test_where_no_guard_is_registered_nobody_reads(person, dung, monkeypatch):
    monkeypatch.setattr(guards, "_guards", [])
    with pytest.raises(RevealRefused):
        reveals.reveal(person, by=dung, reason="To send the answer", at=AT)


def test_a_guard_registered_twice_is_asked_once(person, dung, guard):
    guards.register_guard(guard)
    assert guards._guards == [guard]


def test_a_guard_that_wants_consent_gets_it_whatever_another_allows(person, dung):
    guards.register_guard(TableGuard(readers={"dung": GUARDED}))
    with pytest.raises(ConsentNeeded):
        reveals.reveal(person, by=dung, reason="To send the answer", at=AT)
    assert reveals.ask_reveal(person, by=dung, reason="Why", at=AT).case_reference == GUARDED.case_reference


def test_a_guard_that_refuses_does_not_close_what_another_allows(person, dung):
    guards.register_guard(TableGuard())
    assert reveals.reveal(person, by=dung, reason="To send the answer", at=AT).name == "Nguyễn Văn An"


def test_a_box_that_does_not_open_was_not_read(person, dung):
    Person.objects.update(box=b"x" * 80)
    with pytest.raises(CannotOpen):
        reveals.reveal(person, by=dung, reason="To send the answer", at=AT)
    assert not IdentityRead.objects.exists()


def test_a_site_may_do_without_the_second_person(person, an, settings):
    settings.REVEAL_NEEDS_APPROVAL = False
    assert reveals.reveal(person, by=an, reason="To check the facts", at=AT).name == "Nguyễn Văn An"
    assert IdentityRead.objects.get().case_reference == GUARDED.case_reference


# --- With consent ---------------------------------------------------------------------------------------------------


def test_a_consent_is_asked_for_given_by_another_and_spent_by_one_reading(person, an, binh):
    with pytest.raises(ConsentNeeded, match="ask for it first"):
        reveals.reveal(person, by=an, reason="To check the facts", at=AT)
    asked = reveals.ask_reveal(person, by=an, reason="To check the facts", at=AT)
    assert (asked.state, asked.case_reference) == ("waiting", GUARDED.case_reference)
    with pytest.raises(ConsentNeeded, match="not decided yet"):
        reveals.reveal(person, by=an, reason="To check the facts", at=AT)

    granted = reveals.decide_reveal(asked, by=binh, grant=True, at=LATER)
    assert (granted.state, granted.decided_by, granted.decided_at) == ("granted", binh, LATER)
    assert granted.expires_at == LATER + timedelta(hours=24)

    identity = reveals.reveal(person, by=an, reason="To check the facts", at=LATER, reveal_id=asked.pk)
    assert identity.name == "Nguyễn Văn An"
    assert IdentityRead.objects.get().reveal == asked
    for which in (asked.pk, None):
        with pytest.raises(ConsentNeeded, match="was used"):
            reveals.reveal(person, by=an, reason="Once more", at=LATER, reveal_id=which)
    assert IdentityRead.objects.count() == 1


def test_a_consent_in_force_is_found_without_being_named(person, an, binh):
    consent = consent_to(person, asker=an, decider=binh)
    reveals.reveal(person, by=an, reason="To check the facts", at=AT)
    assert IdentityRead.objects.get().reveal == consent


def test_a_second_consent_is_spent_after_the_first(person, an, binh):
    first, second = (consent_to(person, asker=an, decider=binh) for _ in range(2))
    for _time in range(2):
        reveals.reveal(person, by=an, reason="To check the facts", at=AT)
    assert list(IdentityRead.objects.order_by("pk").values_list("reveal", flat=True)) == [first.pk, second.pk]


@pytest.mark.parametrize(
    ("after", "is_read"),
    [(timedelta(0), True), (timedelta(hours=24, microseconds=-1), True), (timedelta(hours=24), False)],
)
def test_a_consent_lasts_24_hours(person, an, binh, after, is_read):
    consent_to(person, asker=an, decider=binh)
    if is_read:
        assert reveals.reveal(person, by=an, reason="To check the facts", at=AT + after)
    else:
        with pytest.raises(ConsentNeeded, match="expired"):
            reveals.reveal(person, by=an, reason="To check the facts", at=AT + after)


def test_what_was_refused_is_not_read(person, an, binh):
    consent_to(person, asker=an, decider=binh, grant=False)
    with pytest.raises(ConsentNeeded, match="refused"):
        reveals.reveal(person, by=an, reason="To check the facts", at=AT)


def test_a_consent_is_for_one_reader_and_one_person(person, an, binh):
    consent = consent_to(person, asker=an, decider=binh)
    other_person = make_person(name="Trần Bình")
    for who, whom in [(binh, person), (an, other_person)]:
        with pytest.raises(ConsentNeeded):
            reveals.reveal(whom, by=who, reason="To check the facts", at=AT, reveal_id=consent.pk)
    assert not IdentityRead.objects.exists()


def test_who_lost_the_right_meanwhile_cannot_use_a_consent(person, an, binh, guard):
    consent_to(person, asker=an, decider=binh)
    del guard.readers["an"]
    with pytest.raises(RevealRefused, match="not yours to read"):
        reveals.reveal(person, by=an, reason="To check the facts", at=AT)


def test_nobody_consents_to_a_reading_of_their_own(person, binh):
    asked = reveals.ask_reveal(person, by=binh, reason="To check the facts", at=AT)
    with pytest.raises(RevealRefused, match="Another person"):
        reveals.decide_reveal(asked, by=binh, grant=True, at=AT)


def test_only_who_may_approve_in_that_case_decides(person, an, dung, binh, guard):
    asked = reveals.ask_reveal(person, by=an, reason="To check the facts", at=AT)
    with pytest.raises(RevealRefused, match="not yours to decide"):
        reveals.decide_reveal(asked, by=dung, grant=True, at=AT)
    guard.readers["an"] = Verdict(allowed=True, case_reference="2026-thi-son-ubnd-000001")
    elsewhere = reveals.ask_reveal(person, by=an, reason="To check the facts", at=AT)
    assert elsewhere != asked
    with pytest.raises(RevealRefused, match="not yours to decide"):
        reveals.decide_reveal(elsewhere, by=binh, grant=True, at=AT)
    assert set(Reveal.objects.values_list("state", flat=True)) == {"waiting"}


def test_a_request_is_decided_once(person, an, binh):
    asked = consent_to(person, asker=an, decider=binh, grant=False)
    with pytest.raises(RevealRefused, match="already decided"):
        reveals.decide_reveal(asked, by=make_user("chi"), grant=True, at=AT)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("refused", binh)


def test_asking_again_while_it_waits_is_the_same_request(person, an):
    first = reveals.ask_reveal(person, by=an, reason="To check the facts", at=AT)
    assert reveals.ask_reveal(person, by=an, reason="Still", at=LATER) == first
    assert Reveal.objects.get().reason == "To check the facts"
    assert Announcement.objects.filter(topic="reveal.asked").count() == 1


def test_where_no_consent_is_needed_none_is_asked_for(person, dung, an, settings):
    with pytest.raises(RevealRefused, match="No consent is needed"):
        reveals.ask_reveal(person, by=dung, reason="To send the answer", at=AT)
    settings.REVEAL_NEEDS_APPROVAL = False
    with pytest.raises(RevealRefused, match="No consent is needed"):
        reveals.ask_reveal(person, by=an, reason="To check the facts", at=AT)


def test_a_request_needs_a_reason(person, an):
    with pytest.raises(BadInput) as bad:
        reveals.ask_reveal(person, by=an, reason=" ", at=AT)
    assert set(bad.value.errors) == {"reason"}


def test_who_may_decide_sees_the_waiting_requests_of_others_oldest_first(person, an, binh, dung):
    later = reveals.ask_reveal(make_person(name="Trần Bình"), by=an, reason="To check the facts", at=LATER)
    first = reveals.ask_reveal(person, by=an, reason="To check the facts", at=AT)
    own = reveals.ask_reveal(person, by=binh, reason="To check the facts", at=AT)
    consent_to(make_person(name="Lê Chi"), asker=an, decider=binh)
    assert reveals.reveals_to_decide(binh, at=AT) == [first, later]
    assert reveals.reveals_to_decide(make_user("chi"), at=AT) == [first, own, later]
    assert reveals.reveals_to_decide(dung, at=AT) == []
    assert set(Reveal.objects.visible_to(an)) == set(Reveal.objects.filter(asked_by=an))


def test_asking_and_deciding_are_announced_with_the_case_and_without_a_person(person, an, binh):
    asked = consent_to(person, asker=an, decider=binh)
    told = Announcement.objects.order_by("pk").values_list("topic", "subject", "facts")
    assert list(told) == [
        ("reveal.asked", str(asked.pk), {"case": GUARDED.case_reference, "state": "waiting"}),
        ("reveal.decided", str(asked.pk), {"case": GUARDED.case_reference, "state": "granted"}),
    ]


# --- Pages and papers of a case -------------------------------------------------------------------------------------


@pytest.mark.parametrize("log", [True, False])
def test_the_people_of_a_case_are_read_together_with_a_line_each_if_asked(guard, dung, log):
    people = [make_person(name=f"Người thứ {n}") for n in range(3)]
    read = reveals.read_for_case(
        people, by=dung, reason="Invitation", case_reference="2026-kim-bang-ubnd-000001", at=AT, log=log
    )
    assert {pk: identity.name for pk, identity in read.items()} == {
        person.pk: f"Người thứ {n}" for n, person in enumerate(people)
    }
    lines = set(IdentityRead.objects.values_list("person", "by", "reason", "case_reference"))
    one_each = {(person.pk, dung.pk, "Invitation", "2026-kim-bang-ubnd-000001") for person in people}
    assert lines == (one_each if log else set())


def test_lines_for_the_people_of_a_case_need_a_reason(person, dung):
    with pytest.raises(BadInput):
        reveals.read_for_case([person], by=dung, reason="", case_reference="x", at=AT, log=True)


# --- Canary ---------------------------------------------------------------------------------------------------------


def test_nothing_of_an_identity_shows_in_what_a_reading_leaves_behind(guard, an, binh, dung, caplog):
    sql_log = logging.getLogger("django.db.backends")
    sql_log.addHandler(caplog.handler)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="django.db.backends")
    connection.force_debug_cursor = True
    try:
        person = identities.seal(CANARY, at=AT)
        consent = consent_to(person, asker=an, decider=binh)
        read = reveals.reveal(person, by=an, reason="To check the facts", at=AT)
        assert read.email == CANARY.email
        many = reveals.read_for_case(
            [person],
            by=dung,
            reason="Invitation",
            case_reference="2026-kim-bang-ubnd-000001",
            at=AT,
            log=True,
        )
        with pytest.raises(ConsentNeeded) as refused:
            reveals.reveal(person, by=an, reason="Again", at=AT)
    finally:
        connection.force_debug_cursor = False
        sql_log.removeHandler(caplog.handler)
    assert "INSERT INTO" in caplog.text
    said = [caplog.text, repr(refused.value), str(refused.value), repr(consent), repr(read), repr(many)]
    for table in (Announcement, IdentityRead, Reveal):
        said += [repr(list(table.objects.values())), *map(str, table.objects.all())]
    assert not [(trace, text) for trace in TRACES for text in said if trace in text]


# --- Races ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_readers_at_once_with_one_consent_exactly_one_reads(guard, an, binh):
    person = make_person(name="Nguyễn Văn An")
    for _round in range(10):
        consent = consent_to(person, asker=an, decider=binh)
        start, outcomes = Barrier(2), []

        def read(consent=consent, start=start, outcomes=outcomes):
            try:
                start.wait()
                outcomes.append(
                    reveals.reveal(person, by=an, reason="To check", at=AT, reveal_id=consent.pk).name
                )
            except ConsentNeeded:
                outcomes.append("refused")
            finally:
                connection.close()

        readers = [Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        assert sorted(outcomes) == ["Nguyễn Văn An", "refused"]
        assert IdentityRead.objects.filter(reveal=consent).count() == 1


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_that_could_still_be_undone_nothing_is_given_away(guard, dung):
    person = make_person(name="Nguyễn Văn An")
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        reveals.reveal(person, by=dung, reason="To send the answer", at=AT)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        reveals.read_for_case([person], by=dung, reason="x", case_reference="x", at=AT, log=True)
