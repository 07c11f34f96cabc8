"""Jobs: taken up by one worker at a time, again when it falls silent, and never by one that was given up."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils.translation import gettext as _

from bodies import jobs
from bodies.models import Job, User
from bodies.refusals import BadInput, Refused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
LATER = NOW + jobs.SILENT + timedelta(seconds=1)


@pytest.fixture
def ran(monkeypatch):
    """What ran. A job does what its arguments say."""
    monkeypatch.setattr(jobs, "_workers", {})
    ran = []

    @jobs.worker("test")
    def work(job, progress):
        ran.append(job.pk)
        progress(1, 2)
        match job.arguments.get("does"):
            case "refuse":
                raise Refused(_("Monday"))
            case "bad input":
                raise BadInput.of("row", "Dòng 7 thiếu ngày.")
            case "break":
                raise ValueError("Nguyễn Văn A")
            case "lose the database":
                raise OperationalError
        return {"rows": 2}

    return ran


def start(does="", **facts):
    return jobs.start("test", {"does": does}, by=facts.pop("by", None), at=facts.pop("at", NOW), **facts)


def test_a_job_is_run_once_and_its_result_kept(ran):
    job = start()
    assert jobs.run_waiting(NOW) == 1
    assert jobs.run_waiting(NOW) == 0
    job.refresh_from_db()
    assert ran == [job.pk]
    assert (job.state, job.result, job.done, job.total, job.error) == ("done", {"rows": 2}, 1, 2, "")
    assert job.finished_at >= NOW


def test_the_oldest_goes_first(ran):
    second, first = start(at=NOW), start(at=NOW - timedelta(minutes=1))
    assert jobs.run_waiting(NOW) == 2
    assert ran == [first.pk, second.pk]


def test_a_job_nobody_can_do_is_not_begun(ran):
    with pytest.raises(jobs.UnknownKind):
        jobs.start("other", {}, by=None, at=NOW)
    assert not Job.objects.exists()


def test_the_same_id_is_the_same_job(ran):
    name = uuid.uuid4()
    assert start(id=name) == start(id=name)
    assert jobs.run_waiting(NOW) == 1
    assert start(id=name).state == "done"
    assert jobs.run_waiting(NOW) == 0


def test_a_refusal_is_shown_in_the_language_of_who_started_it(ran):
    english = start("refuse", by=User.objects.create(username="a", full_name="A", language="en"))
    vietnamese = start("refuse", by=User.objects.create(username="b", full_name="B"))
    wrong = start("bad input")
    jobs.run_waiting(NOW)
    said = dict(Job.objects.values_list("pk", "error"))
    assert (said[english.pk], said[vietnamese.pk]) == ("Monday", "Thứ 2")
    assert said[wrong.pk] == "row: Dòng 7 thiếu ngày."
    assert set(Job.objects.values_list("state", flat=True)) == {"failed"}


def test_what_broke_inside_is_not_told_and_the_next_job_is_done(ran, capsys, caplog):
    broken, good = start("break"), start(at=NOW + timedelta(seconds=1))
    assert jobs.run_waiting(NOW) == 2
    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.state, good.state) == ("failed", "done")
    said = capsys.readouterr()
    assert "Nguyễn" not in broken.error + said.out + said.err + caplog.text
    assert broken.error


def test_a_job_whose_worker_fell_silent_is_taken_up_again(ran):
    job = start("lose the database")
    with pytest.raises(OperationalError):
        jobs.run_waiting(NOW)
    job.refresh_from_db()
    assert job.state == "running"
    assert jobs.run_waiting(NOW + timedelta(minutes=4)) == 0
    Job.objects.update(arguments={})
    assert jobs.run_waiting(LATER) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


def test_a_worker_that_was_given_up_learns_it_and_writes_nothing(ran):
    start()
    mine = jobs._claim(NOW)
    other = jobs._claim(LATER)
    assert other.pk == mine.pk
    with pytest.raises(jobs.TakenOver):
        jobs.Progress(mine, jobs.Stopwatch(LATER))(7)
    jobs._finish(mine, jobs.Stopwatch(LATER), state=Job.State.DONE, result="wrong")
    jobs.Progress(other, jobs.Stopwatch(LATER))(1, 3)
    row = Job.objects.get()
    assert (row.state, row.done, row.total, row.result) == ("running", 1, 3, None)


def test_a_job_that_kills_its_worker_again_and_again_is_given_up(ran):
    start()
    moment = NOW
    for _try in range(jobs.TRIES):
        assert jobs._claim(moment)
        moment += jobs.SILENT + timedelta(seconds=1)
    jobs.run_waiting(moment)
    row = Job.objects.get()
    assert row.state == "failed"
    assert row.error
    assert ran == []


def test_long_jobs_leave_workers_for_the_rest(ran, settings):
    settings.JOBS_AT_ONCE = 2
    for _n in range(3):
        start()
    assert jobs._claim(NOW)
    assert jobs._claim(NOW)
    assert jobs.run_waiting(NOW) == 0
    # The first two fell silent: there is room again.
    assert jobs.run_waiting(LATER) == 3


def test_a_job_is_seen_by_who_started_it_and_by_technical_administrators(ran):
    starter = User.objects.create(username="a", full_name="A")
    other = User.objects.create(username="b", full_name="B")
    admin = User.objects.create(username="c", full_name="C", is_staff=True)
    job = start(by=starter)
    start()
    assert list(Job.objects.visible_to(starter)) == [job]
    assert not Job.objects.visible_to(other).exists()
    assert Job.objects.visible_to(admin).count() == 2


def test_jobs_that_ended_long_ago_are_forgotten(ran):
    start()
    jobs.run_waiting(NOW)
    waits = start()
    assert jobs.prune(NOW) == 0
    assert jobs.prune(NOW + timedelta(days=1)) == 1
    assert Job.objects.get() == waits
