"""The outbox: told once, one failing row alone, nothing outside the transaction of its fact."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from bodies import outbox
from bodies.models import Announcement

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
TOPIC = "test.happened"


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch):
    monkeypatch.setattr(outbox, "_listeners", {})


@pytest.fixture
def heard():
    """Subjects as they were heard. A listener's write is an echo: a row that nothing but its transaction keeps single."""
    subjects = []

    @outbox.listens_to(TOPIC)
    def hear(row, now):
        outbox.announce("test.echo", row.subject, body=None, day=now.date(), at=now)
        if row.facts.get("bad"):
            raise RuntimeError("with a name in it: Nguyễn Văn A")
        subjects.append(row.subject)

    return subjects


def announce(subject, *, at=NOW, **facts):
    outbox.announce(TOPIC, subject, body=None, day=NOW.date(), facts=facts, at=at)


def echoes():
    return sorted(Announcement.objects.filter(topic="test.echo").values_list("subject", flat=True))


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_outside_the_transaction_of_its_fact():
    with pytest.raises(outbox.NotInTransaction):
        announce("a")
    with pytest.raises(outbox.NotInTransaction):
        outbox.announce_many([])
    assert not Announcement.objects.exists()


@pytest.mark.django_db
def test_what_was_rolled_back_is_not_told(heard):
    with transaction.atomic():
        announce("a")
        transaction.set_rollback(True)
    assert outbox.tell_pending(NOW).told == 0
    assert heard == []


@pytest.mark.django_db
def test_thousands_are_announced_in_one_statement(django_assert_num_queries):
    rows = [
        Announcement(topic=TOPIC, subject=str(n), day=NOW.date(), facts={"n": n}, at=NOW) for n in range(5000)
    ]
    with django_assert_num_queries(1):
        outbox.announce_many(rows)
    assert Announcement.objects.count() == 5000


@pytest.mark.django_db
def test_what_waits_is_told_once_oldest_first(heard):
    for subject in "abc":
        announce(subject)
    assert outbox.tell_pending(NOW, limit=outbox.BATCH).told == 3
    assert outbox.tell_pending(NOW, limit=outbox.BATCH).told == 3  # the three echoes, which nobody hears
    assert outbox.tell_pending(NOW).told == 0
    assert heard == ["a", "b", "c"]
    assert echoes() == ["a", "b", "c"]


@pytest.mark.django_db
def test_a_row_that_nobody_listens_to_is_told_too():
    announce("a")
    assert outbox.tell_pending(NOW).told == 1
    assert not Announcement.objects.waiting(NOW).exists()


@pytest.mark.django_db
def test_every_listener_of_a_topic_hears_and_none_twice():
    heard = []

    def first(row, now):
        heard.append("first")

    def second(row, now):
        heard.append("second")

    outbox.listens_to(TOPIC, "test.other")(first)
    outbox.listens_to(TOPIC)(first)  # a module that is read twice
    outbox.listens_to(TOPIC)(second)
    announce("a")
    outbox.tell_pending(NOW)
    assert heard == ["first", "second"]


@pytest.mark.django_db
def test_a_failing_row_is_taken_back_alone_and_the_others_are_told(heard):
    for n in range(20):
        announce(f"{n:02}", **({"bad": True} if n == 7 else {}))
    told = outbox.tell_pending(NOW, limit=outbox.BATCH)
    assert (told.told, told.failed, told.parked) == (19, 1, 0)
    good = [f"{n:02}" for n in range(20) if n != 7]
    assert echoes() == good
    row = Announcement.objects.get(topic=TOPIC, subject="07")
    assert (row.attempts, row.last_error, row.announced_at) == (1, "RuntimeError", None)


@pytest.mark.django_db
def test_a_failing_row_waits_longer_each_time_and_is_parked_at_last(heard):
    announce("bad", bad=True)
    announce("good")
    pauses, moment = [], NOW
    for _try in range(outbox.TRIES):
        outbox.tell_pending(moment)
        row = Announcement.objects.get(subject="bad")
        assert outbox.tell_pending(row.not_before - timedelta(seconds=1)).failed == 0
        pauses.append((row.not_before - moment).total_seconds())
        moment = row.not_before
    assert pauses[:3] == [10, 40, 160]
    assert pauses == sorted(pauses)
    assert list(Announcement.objects.parked()) == [row]
    assert row.attempts == 8
    assert outbox.tell_pending(moment + timedelta(days=30)).failed == 0
    assert heard == ["good"]


@pytest.mark.django_db
def test_a_parked_row_can_be_taken_up_again_once_its_cause_is_mended(heard):
    announce("a")
    Announcement.objects.update(parked_at=NOW, attempts=8, not_before=NOW + timedelta(days=1))
    assert outbox.tell_pending(NOW).told == 0
    assert outbox.try_again(Announcement.objects.parked()) == 1
    outbox.tell_pending(NOW)
    assert heard == ["a"]


@pytest.mark.django_db
def test_no_word_of_an_error_is_kept_or_logged(heard, capsys, caplog):
    announce("bad", bad=True)
    outbox.tell_pending(NOW)
    said = capsys.readouterr()
    assert "Nguyễn" not in said.out + said.err + caplog.text
    assert Announcement.objects.get(subject="bad").last_error == "RuntimeError"


@pytest.mark.django_db
def test_a_listener_for_many_is_given_the_whole_batch():
    sizes = []
    outbox.listens_to(TOPIC, many=True)(lambda rows, now: sizes.append([row.subject for row in rows]))
    for subject in "abc":
        announce(subject)
    assert outbox.tell_pending(NOW).told == 3
    assert sizes == [["a", "b", "c"]]


@pytest.mark.django_db
def test_a_listener_for_many_that_fails_is_given_single_rows_and_the_bad_one_is_put_off():
    sizes = []

    @outbox.listens_to(TOPIC, many=True)
    def hear(rows, now):
        sizes.append(len(rows))
        for row in rows:
            outbox.announce("test.echo", row.subject, body=None, day=now.date(), at=now)
        if any(row.facts for row in rows):
            raise ValueError

    for subject in "abc":
        announce(subject, **({"bad": True} if subject == "b" else {}))
    told = outbox.tell_pending(NOW, limit=outbox.BATCH)
    assert (told.told, told.failed) == (2, 1)
    assert sizes == [3, 1, 1, 1]
    assert echoes() == ["a", "c"]


@pytest.mark.django_db
def test_a_listener_that_takes_too_long_and_fails_leaves_its_row_to_itself(monkeypatch):
    """The task's time limit strikes inside a listener: the batch comes back one by one, and all but the slow row are told."""
    slow = []

    @outbox.listens_to(TOPIC, many=True)
    def hear(rows, now):
        if any(row.subject == "slow" for row in rows):
            monkeypatch.setattr(outbox, "RUN_LASTS", timedelta(0))
            slow.append(len(rows))
            raise TimeoutError

    for subject in ("a", "slow", "b"):
        announce(subject)
    assert outbox.tell_pending(NOW).failed == 3
    monkeypatch.undo()
    monkeypatch.setattr(outbox, "_listeners", {TOPIC: [outbox._Registered(hear, many=True)]})
    outbox.tell_pending(NOW + timedelta(minutes=1))
    waiting = Announcement.objects.filter(announced_at=None).values_list("subject", flat=True)
    assert list(waiting) == ["slow"]
    assert slow == [3, 1]


@pytest.mark.django_db
def test_five_thousand_rows_are_told_in_a_few_statements_each_batch(django_assert_max_num_queries):
    outbox.listens_to(TOPIC, many=True)(lambda rows, now: None)
    outbox.announce_many(
        Announcement(topic=TOPIC, subject=str(n), day=NOW.date(), at=NOW) for n in range(1000)
    )
    with django_assert_max_num_queries(7 * (1000 // outbox.BATCH) + 5):
        assert outbox.tell_pending(NOW).told == 1000


@pytest.mark.django_db
def test_the_lag_is_the_age_of_the_oldest_row_that_waits(heard):
    assert outbox.lag(NOW) == 0
    announce("old", at=NOW - timedelta(seconds=70), bad=True)
    announce("young", at=NOW - timedelta(seconds=7))
    assert outbox.lag(NOW) == 70
    outbox.tell_pending(NOW)
    # The failing one is left alone until later: it is not what the others wait for.
    Announcement.objects.filter(topic="test.echo").delete()
    assert outbox.lag(NOW) == 0
    # A clock that lags behind gives no age below nothing.
    announce("new", at=NOW + timedelta(seconds=5))
    assert outbox.lag(NOW) == 0


@pytest.mark.django_db
def test_told_rows_are_forgotten_in_batches_and_no_others(heard):
    for subject in "abcde":
        announce(subject)
    announce("bad", bad=True)
    outbox.tell_pending(NOW)
    Announcement.objects.filter(topic="test.echo").delete()
    announce("new")
    assert outbox.prune(NOW, batch=2) == 0
    assert outbox.prune(NOW + timedelta(seconds=1), batch=2) == 5
    assert set(Announcement.objects.values_list("subject", flat=True)) == {"bad", "new"}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_each_row_once():
    meet = Barrier(2, timeout=60)

    @outbox.listens_to(TOPIC, many=True)
    def hear(rows, now):
        # Both are in the middle of a batch here, or this fails: neither waits for the other.
        if not meet.broken and rows[0].pk in firsts:
            meet.wait()
        for row in rows:
            outbox.announce("test.echo", row.subject, body=None, day=now.date(), at=now)

    with transaction.atomic():
        outbox.announce_many(
            Announcement(topic=TOPIC, subject=f"{n:03}", day=NOW.date(), at=NOW)
            for n in range(2 * outbox.BATCH)
        )
    pks = sorted(Announcement.objects.values_list("pk", flat=True))
    firsts = {pks[0], pks[outbox.BATCH]}

    def tell():
        try:
            outbox.tell_pending(NOW, limit=outbox.BATCH)
        finally:
            connection.close()

    workers = [Thread(target=tell) for _n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert echoes() == [f"{n:03}" for n in range(2 * outbox.BATCH)]
    assert not Announcement.objects.filter(topic=TOPIC, announced_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_waits_for_a_lock_fails_alone_and_soon(heard):
    """Somebody else holds a row for long: five seconds later the others are told."""

    @outbox.listens_to(TOPIC)
    def wait(row, now):
        if row.subject == "a":
            list(Announcement.objects.filter(topic="test.locked").select_for_update())

    with transaction.atomic():
        outbox.announce("test.locked", "x", body=None, day=NOW.date(), at=NOW)
        announce("a")
        announce("b")
    Announcement.objects.filter(topic="test.locked").update(announced_at=NOW)
    began = Barrier(2, timeout=60)
    ended = Barrier(2, timeout=60)

    def hold():
        with transaction.atomic():
            list(Announcement.objects.filter(topic="test.locked").select_for_update())
            began.wait()
            ended.wait()
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    began.wait()
    try:
        told = outbox.tell_pending(NOW, limit=outbox.BATCH)
    finally:
        ended.wait()
        holder.join()
    assert (told.told, told.failed) == (1, 1)
    assert echoes() == ["b"]
    assert Announcement.objects.get(topic=TOPIC, subject="a").last_error == "OperationalError"
