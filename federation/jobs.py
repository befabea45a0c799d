"""Background work. The Job row is the truth; the queue only says "look at this row" (reliability.md §3).

A worker claims a row by raising its fence number and holds it by a lease that a keeper thread renews. The handler's
writes, the result file's name and the job's end are one transaction that checks the fence: however often a message
is delivered or a worker is killed, there is exactly one result.
"""

from __future__ import annotations

import hashlib
import io
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError

from federation import audit, scoping
from federation.models import Job, Organization, User
from federation.models.job import MOST_ATTEMPTS

if TYPE_CHECKING:
    from celery import Task

logger = logging.getLogger(__name__)
KEEP_SECONDS = 0.5
# A job of a kind that no worker knows waits this long for one that does.
LONGEST_UNKNOWN = timedelta(days=1)


class JobStopped(Exception):
    """Raised in a handler to end a job; the text is what its owner reads."""


class JobCancelled(JobStopped):
    """The owner asked to stop."""


class JobRefused(PermissionError):
    """The handler found that the owner may no longer do this."""


@dataclass(frozen=True)
class Handler:
    label: str
    run: Callable[[RunningJob], None]


HANDLERS: dict[str, Handler] = {}


def handler(kind: str, *, label: str) -> Callable[[Callable[[RunningJob], None]], Callable[[RunningJob], None]]:
    """Register the function that does a kind of job; modules with handlers are imported by their app's ready()."""

    def register(run: Callable[[RunningJob], None]) -> Callable[[RunningJob], None]:
        HANDLERS[kind] = Handler(label, run)
        return run

    return register


def label_of(kind: str) -> str:
    return HANDLERS[kind].label if kind in HANDLERS else "后台事项"


@transaction.atomic
def enqueue(kind: str, *, by: User, organization: Organization, params: dict[str, Any] | None = None) -> Job:
    """Write the row now and tell the queue after commit. With the queue down the row waits and the beat picks it up."""
    if kind not in HANDLERS:
        raise LookupError(f"no handler for job kind {kind}")
    job = Job.objects.create(kind=kind, owner=by, organization=organization, params=params or {})
    audit.record("federation.job.started", job, by=by, kind=label_of(kind))
    transaction.on_commit(lambda: publish(job.pk), robust=True)
    return job


def publish(job_id: UUID) -> None:
    from federation.tasks import run_job

    task: Task[Any, Any] = run_job
    try:
        task.apply_async((str(job_id),), retry=False)
    except OperationalError:
        logger.warning("job %s waits: the queue does not answer", job_id)


_PART = 1024 * 1024


@dataclass
class RunningJob:
    """What a handler sees of its job."""

    id: UUID
    kind: str
    params: dict[str, Any]
    owner: User
    organization: Organization
    fence: int
    attempt: int
    done: int = 0
    total: int = 0
    message: str = ""
    cancelled: bool = False
    result_name: str = ""
    result: IO[bytes] | None = None
    _told: tuple[int, int, str] = field(default=(0, 0, ""), repr=False)

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Say how far the work is. Cheap: the keeper writes it. Stops the handler here if the owner cancelled."""
        self.done, self.total, self.message = done, total, message
        if self.cancelled:
            raise JobCancelled("已按您的要求停止，没有留下半成品。")

    def attach(self, filename: str, content: bytes | IO[bytes]) -> None:
        """The file the owner may download, or a temporary one that is closed when it is kept. No personal data in names."""
        self.result_name, self.result = filename, io.BytesIO(content) if isinstance(content, bytes) else content


class _Keeper(threading.Thread):
    """Renews the lease and writes progress over its own connection while the handler works in its transaction."""

    def __init__(self, job: RunningJob) -> None:
        super().__init__(name=f"keeper-{job.id}", daemon=True)
        self.job = job
        self.ended = threading.Event()

    def run(self) -> None:
        renewed = timezone.now()
        try:
            while not self.ended.wait(KEEP_SECONDS):
                now = timezone.now()
                told = (self.job.done, self.job.total, self.job.message)
                due = now - renewed > timedelta(seconds=settings.JOB_LEASE_SECONDS / 3)
                if due or told != self.job._told:
                    self.keep(told)
                    renewed = now
        finally:
            connection.close()

    def keep(self, told: tuple[int, int, str]) -> None:
        mine = Job.objects.filter(pk=self.job.id, fence=self.job.fence, state=Job.State.RUNNING)
        mine.update(done=told[0], total=told[1], message=told[2], lease_until=_lease())
        self.job._told = told
        self.job.cancelled = mine.filter(cancel_requested=True).exists()

    def end(self) -> None:
        self.ended.set()
        self.join()


def _lease() -> Any:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def claim(job_id: UUID) -> RunningJob | None:
    """Take the job if nobody holds it. The fence number rises with each claim, so an earlier holder can no longer finish.

    A kind that this worker does not know is left to a newer one: during an upgrade both are there.
    """
    now = timezone.now()
    claimed = (
        Job.objects.filter(pk=job_id, kind__in=HANDLERS)
        .claimable(at=now)
        .update(
            state=Job.State.RUNNING,
            fence=F("fence") + 1,
            attempt=F("attempt") + 1,
            lease_until=_lease(),
            started_at=now,
        )
    )
    if not claimed:
        return None
    row = Job.objects.select_related("owner", "organization").get(pk=job_id)
    job = RunningJob(row.pk, row.kind, row.params, row.owner, row.organization, row.fence, row.attempt)
    if row.attempt > 1:
        job.message = "上一次办到一半中断了，正在从头重新办理。"
    return job


def run(job_id: UUID) -> None:
    """Do the job once. A second delivery, or one that comes while another worker holds the lease, does nothing."""
    job = claim(job_id)
    if job is None:
        return
    keeper = _Keeper(job)
    keeper.start()
    try:
        _work(job, keeper)
    except JobCancelled as stopped:
        _end(job, Job.State.CANCELLED, str(stopped))
    except JobStopped as stopped:
        _end(job, Job.State.FAILED, str(stopped))
    except JobRefused:
        _end(job, Job.State.FAILED, "您现在的权限不能办这件事，没有生成任何文件。")
    except Exception:
        _end(
            job,
            Job.State.FAILED,
            f"平台没能办完这件事，没有留下半成品。可以再试一次；仍不行请把编号 {str(job.id)[:8]} 告诉管理员。",
        )
        raise
    finally:
        keeper.end()


def _work(job: RunningJob, keeper: _Keeper) -> None:
    job.owner.work_for(job.organization)
    with scoping.of_user(job.owner):
        if not job.owner.is_active or not job.owner.current_grants:
            raise JobRefused
        HANDLERS[job.kind].run(job)
        keeper.end()
        _finish(job)


def _finish(job: RunningJob) -> None:
    """The job's end, in the handler's transaction and only while the fence stands."""
    row = Job.objects.select_for_update().get(pk=job.id)
    if row.fence != job.fence or row.state != Job.State.RUNNING:
        raise JobStopped("另一次办理已接手。")
    if row.cancel_requested:
        raise JobCancelled("已按您的要求停止，没有留下半成品。")
    if job.result is not None:
        with job.result as made:
            row.result_sha256 = _digest(made)
            row.result_name = job.result_name
            row.result.save(f"{row.pk}-{row.fence}", File(made), save=False)
    row.state, row.finished_at, row.lease_until = Job.State.DONE, timezone.now(), None
    row.done, row.total, row.message = job.done, job.total, job.message
    row.save()


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    for part in iter(lambda: file.read(_PART), b""):
        digest.update(part)
    return digest.hexdigest()


def _end(job: RunningJob, state: Job.State, message: str) -> None:
    Job.objects.filter(pk=job.id, fence=job.fence, state=Job.State.RUNNING).update(
        state=state, message=message[:300], finished_at=timezone.now(), lease_until=None
    )


def requeue() -> int:
    """Put waiting and abandoned jobs on the queue again; the claim makes a doubled message harmless."""
    now = timezone.now()
    Job.objects.given_up(at=now).update(
        state=Job.State.FAILED,
        message=f"办理中断了 {MOST_ATTEMPTS} 次，已停止重试，没有留下半成品。请告诉管理员。",
        finished_at=now,
        lease_until=None,
    )
    Job.objects.unclaimed(at=now, kinds=HANDLERS, since=now - LONGEST_UNKNOWN).update(
        state=Job.State.FAILED,
        message="后台进程不认得这件事，等了一天也没有新的后台进程来办。请告诉管理员：升级以后要重启全部后台进程，再试一次。",
        finished_at=now,
        lease_until=None,
    )
    waiting_long = Job.objects.filter(created_at__lt=now - timedelta(seconds=5)).claimable(at=now)
    found = list(waiting_long.values_list("pk", flat=True)[:500])
    for job_id in found:
        publish(job_id)
    return len(found)


@transaction.atomic
def cancel(job: Job, *, by: User) -> None:
    """A waiting job ends at once; a running one stops at its next progress report."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state == Job.State.WAITING:
        job.state, job.message, job.finished_at = Job.State.CANCELLED, "已取消，没有开始办理。", timezone.now()
    job.cancel_requested = True
    job.save()
    audit.record("federation.job.cancelled", job, by=by)


@transaction.atomic
def retry(job: Job, *, by: User) -> Job:
    """A new job with the same parameters; the failed one stays as it ended."""
    return enqueue(job.kind, by=by, organization=job.organization, params=job.params)
