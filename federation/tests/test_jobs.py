from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from federation import jobs, tasks
from federation.celery import app
from federation.models import AuditEntry, Job, Organization, RoleGrant, User
from federation.models.job import MOST_ATTEMPTS
from members.models import Household

NOTE, BROKEN, STUBBORN = "federation.tests.note", "federation.tests.broken", "federation.tests.stubborn"
Ask = Callable[..., Job]


@jobs.handler(NOTE, label="登记便条")
def note(job: jobs.RunningJob) -> None:
    Household.objects.create(organization=job.organization, head_name="便条户")
    job.progress(1, 1, "写好了")
    job.attach("便条.txt", "便条".encode())


@jobs.handler(BROKEN, label="写到一半出错")
def broken(job: jobs.RunningJob) -> None:
    Household.objects.create(organization=job.organization, head_name="半成品")
    raise ZeroDivisionError


@jobs.handler(STUBBORN, label="办到取消为止")
def stubborn(job: jobs.RunningJob) -> None:
    Household.objects.create(organization=job.organization, head_name="半成品")
    if job.id in REACHED:
        REACHED[job.id].set()
    for step in range(200):
        threading.Event().wait(0.05)
        job.progress(step, 200)


REACHED: dict[Any, threading.Event] = {}


@pytest.fixture
def ask(village_director: User, village: Organization) -> Ask:
    def enqueue(kind: str = NOTE) -> Job:
        return jobs.enqueue(kind, by=village_director, organization=village)

    return enqueue


def test_job_is_done_once(ask: Ask, everything: None) -> None:
    job = ask()
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.fence, job.message) == (Job.State.DONE, 1, 1, "写好了")
    assert (job.result_name, job.result.open().read()) == ("便条.txt", "便条".encode())
    assert Household.objects.count() == 1


def test_result_is_sealed_on_disk(ask: Ask) -> None:
    job = ask()
    jobs.run(job.pk)
    job.refresh_from_db()
    with open(job.result.path, "rb") as stored:
        assert "便条".encode() not in stored.read()


def test_broken_job_leaves_nothing_and_says_so(ask: Ask, everything: None) -> None:
    job = ask(BROKEN)
    with pytest.raises(ZeroDivisionError):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.lease_until) == (Job.State.FAILED, None)
    assert str(job.pk)[:8] in job.message
    assert Household.objects.count() == 0


def test_job_under_a_lease_is_not_taken(ask: Ask) -> None:
    job = ask()
    first = jobs.claim(job.pk)
    assert first is not None
    assert jobs.claim(job.pk) is None
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = jobs.claim(job.pk)
    assert second is not None
    assert (first.fence, second.fence, second.attempt) == (1, 2, 2)
    assert "中断" in second.message


def test_earlier_holder_can_no_longer_finish(ask: Ask) -> None:
    job = ask()
    stale = jobs.claim(job.pk)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    jobs.claim(job.pk)
    assert stale is not None
    with pytest.raises(jobs.JobStopped, match="另一次办理已接手"):
        jobs._finish(stale)
    jobs._end(stale, Job.State.FAILED, "不该写上")
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.RUNNING, "")


def test_waiting_job_is_cancelled_at_once(ask: Ask, village_director: User, everything: None) -> None:
    job = ask()
    jobs.cancel(job, by=village_director)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.CANCELLED, 0)
    assert Household.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_running_job_stops_at_its_next_report(ask: Ask, village_director: User) -> None:
    job = ask(STUBBORN)
    REACHED[job.pk] = threading.Event()
    worker = threading.Thread(target=lambda: (jobs.run(job.pk), connection.close()))
    worker.start()
    assert REACHED[job.pk].wait(10)
    jobs.cancel(job, by=village_director)
    worker.join(15)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.CANCELLED, "已按您的要求停止，没有留下半成品。")
    with connection.cursor() as cursor:
        cursor.execute("SET app.scope = 'all'; SELECT count(*) FROM members_household; ")
        assert cursor.fetchone() == (0,)
        cursor.execute("RESET app.scope")


def test_retry_is_a_new_job_with_the_same_parameters(ask: Ask, village_director: User) -> None:
    job = ask(BROKEN)
    with pytest.raises(ZeroDivisionError):
        jobs.run(job.pk)
    again = jobs.retry(job, by=village_director)
    assert again.pk != job.pk
    assert (again.kind, again.params, again.state) == (job.kind, job.params, Job.State.WAITING)


def test_role_withdrawn_before_the_work_refuses_it(ask: Ask, village_director: User, everything: None) -> None:
    job = ask()
    RoleGrant.objects.update(ends_on=timezone.localdate())
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, "您现在的权限不能办这件事，没有生成任何文件。")
    assert Household.objects.count() == 0


def test_job_writes_only_within_its_owners_scope(village_director: User, other_village: Organization) -> None:
    job = jobs.enqueue(NOTE, by=village_director, organization=other_village)
    with pytest.raises(Exception, match="row-level security"):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED


def test_lost_jobs_are_queued_again(ask: Ask) -> None:
    fresh, waiting, lost, held, ended = (ask() for _ in range(5))
    now = timezone.now()
    others = Job.objects.exclude(pk=fresh.pk)
    others.update(created_at=now - timedelta(minutes=1))
    Job.objects.filter(pk=lost.pk).update(state="running", attempt=1, lease_until=now - timedelta(seconds=1))
    Job.objects.filter(pk=held.pk).update(state="running", attempt=1, lease_until=now + timedelta(minutes=1))
    Job.objects.filter(pk=ended.pk).update(state="failed")
    assert jobs.requeue() == 2
    assert set(others.claimable(at=now)) == {waiting, lost}


def test_job_that_kills_every_worker_is_given_up(ask: Ask) -> None:
    job = ask()
    long_ago = timezone.now() - timedelta(minutes=5)
    Job.objects.update(state="running", attempt=MOST_ATTEMPTS, lease_until=long_ago, created_at=long_ago)
    assert jobs.requeue() == 0
    job.refresh_from_db()
    assert (job.state, job.message[:9]) == (Job.State.FAILED, "办理中断了 5 次")


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_do_the_round_once(ask: Ask) -> None:
    job = ask()
    long_ago = timezone.now() - timedelta(minutes=5)
    Job.objects.update(state="running", attempt=MOST_ATTEMPTS, lease_until=long_ago)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [tasks.REQUEUE_LOCK])
        tasks.requeue_jobs()
        assert Job.objects.get(pk=job.pk).state == Job.State.RUNNING
        cursor.execute("SELECT pg_advisory_unlock(%s)", [tasks.REQUEUE_LOCK])
    other.close()
    tasks.requeue_jobs()
    assert Job.objects.get(pk=job.pk).state == Job.State.FAILED


def done(job: Job) -> str:
    jobs.run(job.pk)
    return f"/desk/jobs/{job.pk}/download/"


def test_owner_downloads_and_it_is_recorded(
    ask: Ask, village_director: User, client_of: Callable[[User], Client]
) -> None:
    job = ask()
    answer = client_of(village_director).get(done(job))
    assert b"".join(answer.streaming_content) == "便条".encode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "sandbox"
    assert answer["Cache-Control"] == "no-store"
    assert AuditEntry.objects.about(job).first().action == "federation.job.downloaded"


def test_nobody_else_downloads(
    ask: Ask, township_officer: User, city_officer: User, client_of: Callable[[User], Client]
) -> None:
    address = done(ask())
    assert [client_of(person).get(address).status_code for person in (township_officer, city_officer)] == [404, 404]


def test_owner_whose_role_ended_downloads_nothing(
    ask: Ask, village_director: User, client_of: Callable[[User], Client]
) -> None:
    address = done(ask())
    RoleGrant.objects.update(ends_on=timezone.localdate())
    assert client_of(village_director).get(address).status_code == 404


def test_kind_nobody_handles_is_refused(village_director: User, village: Organization) -> None:
    with pytest.raises(LookupError):
        jobs.enqueue("federation.unheard_of", by=village_director, organization=village)


def test_queue_hears_of_the_job_after_commit(ask: Ask, django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        ask()
    assert len(callbacks) == 1


def test_job_of_a_newer_version_waits_for_a_worker_that_knows_it(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    job = ask()
    with monkeypatch.context() as older:
        older.delitem(jobs.HANDLERS, NOTE)
        jobs.run(job.pk)
        jobs.requeue()
        job.refresh_from_db()
        assert (job.state, job.attempt, job.fence) == (Job.State.WAITING, 0, 0)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.DONE, 1)


def test_job_that_nobody_knows_ends_after_a_day(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    job, known = ask(BROKEN), ask()
    Job.objects.update(created_at=timezone.now() - jobs.LONGEST_UNKNOWN - timedelta(minutes=1))
    monkeypatch.delitem(jobs.HANDLERS, BROKEN)
    jobs.requeue()
    job.refresh_from_db()
    known.refresh_from_db()
    assert (job.state, known.state) == (Job.State.FAILED, Job.State.WAITING)
    assert job.message.startswith("后台进程不认得这件事")


def test_every_scheduled_task_exists(settings: Any) -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - set(app.tasks) == set()
