"""The morning digest: one letter a person of all that waited, the same again when it failed."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from bodies import delivery
from bodies.models import Delivery, Message
from tests.bodies.letters import MORNING, NOW, body_of, people, states, tell


def test_the_morning_brings_each_person_one_letter_of_all_that_waited(smtp):
    both = people(2)
    for n in range(3):
        tell(both, key=f"k{n}", urgent=False, subject=f"2026-x-00000{n}")
    assert delivery.send_digests(MORNING - timedelta(seconds=1)) == 0
    assert delivery.send_digests(MORNING) == 2
    assert delivery.send_digests(MORNING) == 0
    assert delivery.send_due(MORNING).sent == 2
    assert sorted(letter["To"] for letter in smtp.received) == ["u0@example.org", "u1@example.org"]
    for letter in smtp.received:
        assert [line for line in body_of(letter).splitlines() if line.startswith("2026-x-")] == [
            "2026-x-000000",
            "2026-x-000001",
            "2026-x-000002",
        ]
    assert states() == ["sent"] * 6


def test_a_digest_that_failed_is_the_same_letter_again_and_takes_nothing_newer_with_it(smtp):
    [user] = people(1)
    for n in range(2):
        tell([user], key=f"k{n}", urgent=False)
    delivery.send_digests(MORNING)
    smtp.refuses["*"] = 451
    delivery.send_due(MORNING)
    tell([user], key="newer", urgent=False, at=MORNING)
    smtp.refuses.clear()
    delivery.send_digests(MORNING + timedelta(minutes=2))
    delivery.send_due(MORNING + timedelta(minutes=2))
    [letter] = smtp.received
    assert letter["X-Delivery-Key"] == f"delivery-{Delivery.objects.order_by('id').first().pk}"
    assert states() == ["digest", "sent", "sent"]


def test_a_digest_of_a_missed_morning_is_sent_when_the_worker_is_back(smtp):
    tell(people(1), urgent=False)
    late = MORNING + timedelta(days=3, hours=3)  # Monday
    delivery.send_digests(late)
    assert delivery.send_due(late).sent == 1


def test_a_digest_leaves_out_what_was_read_in_the_application(smtp):
    one, two = people(2)
    tell([one, two], key="a", urgent=False, subject="2026-x-000001")
    tell([one], key="b", urgent=False, subject="2026-x-000002")
    Message.objects.get(recipient=one, key="a").mark_opened(NOW)
    Message.objects.get(recipient=two).mark_opened(NOW)
    delivery.send_digests(MORNING)
    done = delivery.send_due(MORNING)
    assert (done.sent, done.skipped) == (1, 1)
    [letter] = smtp.received
    assert "2026-x-000002" in letter.as_string() + body_of(letter)
    assert "2026-x-000001" not in letter.as_string() + body_of(letter)


@pytest.mark.django_db(transaction=True)
def test_two_workers_put_one_digest_together_for_each_person(calendar):
    users = people(40)
    for n in range(4):
        tell(users, key=f"k{n}", urgent=False)
    barrier, made = threading.Barrier(3, timeout=60), []

    def gather():
        barrier.wait()
        made.append(delivery.send_digests(MORNING))
        connection.close()

    workers = [threading.Thread(target=gather) for _n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(made) == 40
    assert states() == ["carried"] * 120 + ["waiting"] * 40
