"""Taking a list out of the portal: a workbook of what the list shows, made in the background.

Sensitive columns stay masked, the reason is asked and audited, and who, when and why stand above the rows and at the
foot of each printed page. An app registers its lists in `ready()` and gives each an export route of its own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.http import QueryDict
from django.utils import timezone

from federation import audit, jobs, policy
from federation.forms.lists import ListFilter
from federation.models import Job, User
from federation.sealed import seal_bytes, unseal_bytes
from federation.spreadsheets import writing

KIND = "federation.export"
KEPT_DAYS = "export.file_days"
MOST_ROWS = 200_000
PROGRESS_EVERY = 500
# Kinds of jobs whose files hold names and go after their days; an app adds its own when it is loaded.
EXPIRING = {KIND}


class Purpose(models.TextChoices):
    REPORT = "report", "按规定上报"
    CHECK = "check", "核对名册"
    CALL = "call", "安排走访和服务"
    NOTIFY = "notify", "通知筛查或活动"
    ARCHIVE = "archive", "归档"


@dataclass(frozen=True)
class Listing:
    """`columns` are (title, function of the row and the reader); `unit` is what one row is: 人, 户, 件."""

    kind: str
    title: str
    unit: str
    filter: type[ListFilter]
    columns: tuple[tuple[str, Callable[[Any, User], Any]], ...]


LISTINGS: dict[str, Listing] = {}


def register(listing: Listing) -> None:
    LISTINGS[listing.kind] = listing


@transaction.atomic
def start(listing: Listing, *, query: QueryDict, purpose: str, by: User) -> Job:
    """The conditions may hold a name, so they travel sealed."""
    assert by.organization is not None
    words = seal_bytes(json.dumps(dict(query.lists())).encode(), place=_place(listing.kind))
    params = {"list": listing.kind, "purpose": purpose, "query": base64.b64encode(words).decode()}
    return jobs.enqueue(KIND, by=by, organization=by.organization, params=params)


def _place(kind: str) -> str:
    return f"export.query:{kind}"


def _asked(job: jobs.RunningJob) -> QueryDict:
    words = unseal_bytes(base64.b64decode(job.params["query"]), place=_place(job.params["list"]))
    query = QueryDict(mutable=True)
    for name, values in json.loads(words).items():
        query.setlist(name, values)
    return query


@jobs.handler(KIND, label="导出名册")
def export(job: jobs.RunningJob) -> None:
    listing, purpose, now = LISTINGS[job.params["list"]], Purpose(job.params["purpose"]), timezone.localtime()
    rows = listing.filter(_asked(job), user=job.owner).rows(on=now.date())
    total = rows.order_by().count()
    if total == 0:
        raise jobs.JobStopped("这些条件下没有可导出的记录。")
    if total > MOST_ROWS:
        raise jobs.JobStopped(f"有 {total} 条，一次最多导出 {MOST_ROWS} 条。请按乡镇分开导出。")
    note = watermark(job.owner, at=now, purpose=purpose, count=f"{total} {listing.unit}")
    book = writing.export(listing.title, _records(listing, rows, job, total), note=note)
    audit.record(
        "federation.list.exported",
        job.organization,
        by=job.owner,
        title=listing.title,
        rows=total,
        purpose=purpose.label,
    )
    job.progress(total, total, f"{listing.title} {total} {listing.unit}")
    job.attach(f"{listing.title}-{now:%Y%m%d-%H%M}.xlsx", book)


def _records(
    listing: Listing, rows: models.QuerySet[Any], job: jobs.RunningJob, total: int
) -> Iterator[dict[str, Any]]:
    for done, row in enumerate(rows.iterator(chunk_size=PROGRESS_EVERY)):
        if done % PROGRESS_EVERY == 0:
            job.progress(done, total, "正在写表")
        yield {title: value(row, job.owner) for title, value in listing.columns}


def clear(*, at: datetime) -> int:
    """Files that were taken out hold names: they go after their days; the job stays, and says so."""
    before = at - timedelta(days=policy.whole_number(KEPT_DAYS, on=at.date()))
    old = Job.objects.filter(kind__in=EXPIRING, finished_at__lt=before).exclude(result="")
    return sum(_forget(pk) for pk in old.values_list("pk", flat=True))


@transaction.atomic
def _forget(job_id: UUID) -> bool:
    job = Job.objects.select_for_update().exclude(result="").filter(pk=job_id).first()
    if job is None:
        return False
    name = str(job.result.name)
    transaction.on_commit(lambda: default_storage.delete(name))
    job.result, job.message = "", "过了保留期限，文件已删去；要用请再导出一次"
    job.save()
    audit.record("federation.export.cleared", job, by=None)
    return True


def watermark(user: User, *, at: datetime, purpose: Purpose, count: str) -> str:
    return (
        f"{user.organization} {user.display_name} {at:%Y年%-m月%-d日 %H:%M} 导出，{count}，用途：{purpose.label}。"
        "含个人信息，仅限本次用途，用后删除。"
    )
