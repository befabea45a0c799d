"""Workers killed, stopped and flooded in the middle of a job: exactly one result each time (reliability.md §3, F1-F7).

Real workers in processes of their own, on the test's PostgreSQL and Valkey.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from federation import jobs, scoping
from federation.celery import app
from federation.models import Job, Organization, User
from members.models import Household
from tests.slow_jobs import PAPER

ROOT = Path(__file__).parent.parent
LEASE_SECONDS = 2
LONG = 400  # papers, some twenty seconds: longer than any test waits
pytestmark = pytest.mark.django_db(transaction=True)


def wait_until(holds: Callable[[], Any], seconds: float = 45) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, list(Job.objects.values("state", "attempt", "message"))
        time.sleep(0.1)


class Worker:
    """A Celery worker with its beat; `kill` leaves it no moment to tidy up."""

    def __init__(self, folder: Path) -> None:
        url = urlsplit(os.environ["DATABASE_URL"])
        environment = {
            **os.environ,
            "DATABASE_URL": urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}")),
            "QUEUE_PREFIX": app.conf.broker_transport_options["global_keyprefix"],
            "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
            "PORTAL_VAR": str(settings.PORTAL_VAR),
            "REMAP_SIGTERM": "SIGQUIT",
            "WORKER_SHUTDOWN_SECONDS": "5",
        }
        command = [sys.executable, "-m", "celery", "-A", "federation", "worker", "-I", "tests.slow_jobs", "-c", "2"]
        command += ["-B", "-s", str(folder / "beat"), "-n", f"{secrets.token_hex(4)}@%h", "--loglevel", "WARNING"]
        self.log = (folder / "worker.log").open("ab")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def stop(self, number: int = signal.SIGTERM, seconds: float = 30) -> int:
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """The parent first, so that nobody restarts or cleans up, then all its children."""
        self.process.kill()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.log.close()


@pytest.fixture
def own_queue() -> Iterator[None]:
    """A queue that no other test run shares."""
    before = app.conf.broker_transport_options
    use_broker(broker_transport_options={**before, "global_keyprefix": f"test-{secrets.token_hex(4)}:"})
    yield
    use_broker(broker_transport_options=before)


def use_broker(**changes: Any) -> None:
    app.conf.update(changes)
    app.amqp._producer_pool = None


@pytest.fixture
def start(own_queue: None, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    started: list[Worker] = []

    def one_more() -> Worker:
        started.append(Worker(tmp_path))
        return started[-1]

    yield one_more
    for worker in started:
        worker.kill()


@pytest.fixture
def ask(village_director: User, village: Organization) -> Callable[..., Job]:
    def enqueue(pages: int = 1) -> Job:
        return jobs.enqueue(
            PAPER, by=village_director, organization=village, params={"mark": "刘家", "pages": pages}
        )  # fmt: skip

    return enqueue


def is_under_way(job: Job) -> Callable[[], bool]:
    return lambda: Job.objects.filter(pk=job.pk, done__gte=3, state=Job.State.RUNNING).exists()


def is_done(job: Job) -> Callable[[], bool]:
    return lambda: Job.objects.filter(pk=job.pk, state=Job.State.DONE).exists()


def assert_exactly_one_result(job: Job, *, attempt: int) -> None:
    job.refresh_from_db()
    assert (job.state, job.attempt, job.fence) == (Job.State.DONE, attempt, attempt)
    with scoping.everything("count what the job left"):
        assert Household.objects.filter(head_name="刘家").count() == 1
    files = list(Path(settings.PRIVATE_FILES).glob(f"jobs/*/*/{job.pk}-*"))
    assert [file.name for file in files] == [f"{job.pk}-{attempt}"]
    assert job.result.open().read(5) == b"%PDF-"


def test_killed_pool_child_leaves_one_result(start: Callable[[], Worker], ask: Callable[..., Job]) -> None:
    start()
    job = ask(pages=LONG)
    wait_until(is_under_way(job))
    os.kill(int(Job.objects.get(pk=job.pk).message.split()[1]), signal.SIGKILL)
    wait_until(is_done(job))
    assert_exactly_one_result(job, attempt=2)


def test_killed_worker_leaves_one_result(start: Callable[[], Worker], ask: Callable[..., Job]) -> None:
    worker = start()
    job = ask(pages=LONG)
    wait_until(is_under_way(job))
    worker.kill()
    start()
    wait_until(is_done(job))
    assert_exactly_one_result(job, attempt=2)


def test_stopped_worker_finishes_what_it_holds(start: Callable[[], Worker], ask: Callable[..., Job]) -> None:
    worker = start()
    job = ask(pages=15)
    wait_until(is_under_way(job))
    assert worker.stop() == 0
    assert_exactly_one_result(job, attempt=1)


@pytest.mark.full
def test_stopped_worker_hands_back_what_takes_too_long(start: Callable[[], Worker], ask: Callable[..., Job]) -> None:
    worker = start()
    job = ask(pages=LONG * 10)
    wait_until(is_under_way(job))
    worker.stop()
    start()
    wait_until(is_done(job))
    assert_exactly_one_result(job, attempt=2)


@pytest.mark.parametrize("copies", [pytest.param(1, marks=pytest.mark.full), 10])
def test_message_delivered_again_does_nothing(
    start: Callable[[], Worker], ask: Callable[..., Job], copies: int
) -> None:
    job = ask(pages=5)
    for _ in range(copies):
        jobs.publish(job.pk)
    start()
    wait_until(is_done(job))
    last = ask()
    wait_until(is_done(last))
    with scoping.everything("count what both jobs left"):
        assert Household.objects.count() == 2
    assert Job.objects.get(pk=job.pk).attempt == 1


def test_job_asked_for_while_the_queue_is_down_waits_and_runs_later(
    start: Callable[[], Worker], ask: Callable[..., Job]
) -> None:
    up = app.conf.broker_url
    use_broker(broker_url="redis://127.0.0.1:1/0")
    job = ask()
    assert Job.objects.get(pk=job.pk).state == Job.State.WAITING
    use_broker(broker_url=up)
    start()
    wait_until(is_done(job))
    assert_exactly_one_result(job, attempt=1)


@pytest.mark.full
@pytest.mark.parametrize("round_number", range(20))
def test_worker_killed_at_any_moment_leaves_one_result(
    start: Callable[[], Worker], ask: Callable[..., Job], round_number: int
) -> None:
    worker = start()
    job = ask(pages=40)
    wait_until(lambda: Job.objects.filter(pk=job.pk, attempt=1).exists())
    time.sleep(round_number * 0.15)
    worker.kill()
    start()
    wait_until(is_done(job))
    assert_exactly_one_result(job, attempt=Job.objects.get(pk=job.pk).attempt)
