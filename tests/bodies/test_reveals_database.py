"""Consents and the lines of readings: what the database itself holds, whoever writes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bodies import reveals
from bodies.models import IdentityRead, Reveal
from tests.bodies.sealed import AT, consent_to, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def refused_by_the_database(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def line(consent, **facts):
    facts = {"person": consent.person, "by": consent.asked_by, "at": AT, "reason": "To check", **facts}
    return IdentityRead.objects.create(reveal=consent, **facts)


def test_the_database_takes_one_line_for_each_consent(person, an, binh):
    consent = consent_to(person, asker=an, decider=binh)
    line(consent)
    refused_by_the_database(lambda: line(consent))


def test_the_database_takes_no_line_beside_the_consent(person, an, binh):
    consent = consent_to(person, asker=an, decider=binh)
    other = make_person(name="Trần Bình")
    refused_by_the_database(lambda: line(consent, by=binh))
    refused_by_the_database(lambda: line(consent, person=other))
    refused_by_the_database(lambda: line(consent, at=AT + timedelta(hours=24)))
    refused_by_the_database(lambda: line(consent, at=AT - timedelta(seconds=1)))
    refused_by_the_database(lambda: line(consent, reason=" \n"))
    waiting = reveals.ask_reveal(person, by=an, reason="To check the facts", at=AT)
    refused_by_the_database(lambda: line(waiting))
    refused = reveals.decide_reveal(waiting, by=binh, grant=False, at=AT)
    refused_by_the_database(lambda: line(refused))


def test_the_database_keeps_a_request_as_it_was_asked_and_decided(person, an, binh):
    waiting = reveals.ask_reveal(person, by=an, reason="To check the facts", at=AT)
    row = Reveal.objects.filter(pk=waiting.pk)
    refused_by_the_database(lambda: row.update(reason="Another"))
    refused_by_the_database(lambda: row.update(asked_by=binh))
    refused_by_the_database(row.delete)
    decision = {"state": "granted", "decided_at": AT, "expires_at": AT + timedelta(hours=24)}
    refused_by_the_database(lambda: row.update(**decision, decided_by=an))
    refused_by_the_database(lambda: row.update(**decision))
    refused_by_the_database(lambda: row.update(state="granted", decided_by=binh, decided_at=AT))
    too_long = {**decision, "expires_at": AT + timedelta(hours=24, microseconds=1)}
    refused_by_the_database(lambda: row.update(**too_long, decided_by=binh))
    reveals.decide_reveal(waiting, by=binh, grant=True, at=AT)
    refused_by_the_database(
        lambda: row.update(state="waiting", decided_by=None, decided_at=None, expires_at=None)
    )
    refused_by_the_database(row.delete)


def test_a_line_of_the_log_is_never_changed_or_deleted(person, dung):
    reveals.reveal(person, by=dung, reason="To send the answer", at=AT)
    refused_by_the_database(lambda: IdentityRead.objects.update(reason="Another"))
    refused_by_the_database(lambda: IdentityRead.objects.all()._raw_delete("default"))
