"""Taking a list out of the portal: a file of what the list shows, made in the background.

Sensitive columns stay masked, the reason is asked and audited, and who, when and why stand above the rows and at the
foot of each printed page. Above a number of rows another person gives leave first. An app registers its lists in
`ready()` and gives each an export route of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.http import QueryDict
from django.utils import timezone

from federation import audit, garbage, jobs, policy
from federation.forms.lists import ListFilter
from federation.models import ExportLeave, Job, Organization, User
from federation.models.export_leave import Format, Purpose, closed, opened
from federation.spreadsheets import csv_text, writing

KIND = "federation.export"
KEPT_DAYS = "export.file_days"
MOST_WITHOUT_LEAVE = "export.most_without_leave"
MOST_DOWNLOADS = "export.most_downloads"
MOST_ROWS = 300_000
PROGRESS_EVERY = 2000
# Kinds of jobs whose files hold names and go after their days; an app adds its own when it is loaded.
EXPIRING = {KIND}


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


def needs_leave(rows: models.QuerySet[Any], *, on: date) -> bool:
    """Counts no further than it must."""
    most = policy.whole_number(MOST_WITHOUT_LEAVE, on=on)
    return rows.order_by().values("pk")[: most + 1].count() > most


@transaction.atomic
def start(listing: Listing, *, query: QueryDict, form: str, purpose: str, by: User) -> Job:
    return _enqueue(closed(query, listing=listing.kind), listing.kind, form, purpose, by=by, leave=None)


def _enqueue(query: str, listing: str, form: str, purpose: str, *, by: User, leave: int | None) -> Job:
    assert by.organization is not None
    params = {"list": listing, "purpose": purpose, "query": query, "form": form, "leave": leave}
    return jobs.enqueue(KIND, by=by, organization=by.organization, params=params)


@transaction.atomic
def ask(
    listing: Listing, *, query: QueryDict, form: str, purpose: str, reason: str, rows: int, at: datetime, by: User
) -> ExportLeave:
    """For a list longer than anybody takes out alone."""
    assert by.organization is not None
    leave = ExportLeave.objects.create(
        listing=listing.kind, title=listing.title, query=closed(query, listing=listing.kind), form=form,
        purpose=purpose, reason=reason, rows=rows, unit=listing.unit, organization=by.organization, asked_by=by,
        person=by.person, asked_at=at,
    )  # fmt: skip
    audit.record("federation.export.asked", leave, by=by, title=listing.title, rows=rows)
    return leave


@transaction.atomic
def decide(leave: ExportLeave, *, allowed: bool, answer: str, at: datetime, by: User) -> None:
    """Never by the person who asked. What is allowed is made at once, as the asker's own file."""
    leave = ExportLeave.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=leave.pk)
    if leave.decided_at is not None:
        raise ValidationError("这份申请已经有人批过了。")
    if not allowed and not answer:
        raise ValidationError({"answer": "不批准的，请写明原因。"})
    leave.decided_by, leave.decider, leave.decided_at = by, by.person, at
    leave.allowed, leave.answer = allowed, answer
    leave.validate_constraints()
    leave.save()
    if allowed:
        leave.job = _enqueue(leave.query, leave.listing, leave.form, leave.purpose, by=leave.asked_by, leave=leave.pk)
        leave.save()
    action = "federation.export.allowed" if allowed else "federation.export.refused"
    audit.record(action, leave, by=by, title=leave.title, rows=leave.rows)


@jobs.handler(KIND, label="导出名册")
@garbage.left_for_later()
def export(job: jobs.RunningJob) -> None:
    listing, purpose, now = LISTINGS[job.params["list"]], Purpose(job.params["purpose"]), timezone.localtime()
    rows = listing.filter(opened(job.params["query"], listing=listing.kind), user=job.owner).rows(on=now.date())
    total = rows.order_by().count()
    _refuse(job, rows, total, listing, on=now.date())
    note = watermark(job.owner, at=now, purpose=purpose, count=f"{total} {listing.unit}")
    records = _records(listing, rows, job, total)
    form = Format(job.params.get("form", Format.XLSX))
    made = (
        csv_text.written(records, note=note)
        if form == Format.CSV
        else writing.export_file(listing.title, records, note=note)
    )
    audit.record(
        "federation.list.exported",
        job.organization,
        by=job.owner,
        title=listing.title,
        rows=total,
        purpose=purpose.label,
    )
    job.progress(total, total, f"{listing.title} {total} {listing.unit}")
    job.attach(f"{listing.title}-{now:%Y%m%d-%H%M}.{form}", made)


def _refuse(job: jobs.RunningJob, rows: models.QuerySet[Any], total: int, listing: Listing, *, on: date) -> None:
    """The list is counted again: what was allowed is so many rows, and a list may have grown since."""
    if total == 0:
        raise jobs.JobStopped("这些条件下没有可导出的记录。")
    if total > MOST_ROWS:
        raise jobs.JobStopped(f"有 {total} 条，一次最多导出 {MOST_ROWS} 条。请按乡镇分开导出。")
    if not needs_leave(rows, on=on):
        return
    leave = ExportLeave.objects.filter(pk=job.params.get("leave") or 0, allowed=True, asked_by=job.owner).first()
    if leave is None:
        raise jobs.JobStopped(f"现在有 {total} {listing.unit}，要先申请，由另一位批准。请回到名单上重新导出。")
    if total > leave.rows:
        raise jobs.JobStopped(f"批准的是 {leave.rows} {listing.unit}，现在有 {total} {listing.unit}，请重新申请。")


def _records(
    listing: Listing, rows: models.QuerySet[Any], job: jobs.RunningJob, total: int
) -> Iterator[dict[str, Any]]:
    owner = job.owner
    for done, row in enumerate(_with_branches(rows)):
        if done % PROGRESS_EVERY == 0:
            job.progress(done, total, "正在写表")
        yield {title: value(row, owner) for title, value in listing.columns}


def _with_branches(rows: models.QuerySet[Any]) -> Iterator[Any]:
    """Each row with the branches that its list joins to it, from one reading of the tree.

    A join would build every branch anew for every row, which takes longer than the rows themselves.
    """
    joined = rows.query.select_related
    if not isinstance(joined, dict):
        yield from rows.iterator(chunk_size=PROGRESS_EVERY)
        return
    fields = [rows.model._meta.get_field(name) for name, below in joined.items() if not below]
    branches = [field for field in fields if field.related_model is Organization]
    others = _paths({name: below for name, below in joined.items() if name not in {field.name for field in branches}})
    tree = Organization.objects.in_bulk()
    rows = rows.select_related(None)
    rows = rows.select_related(*others) if others else rows
    for row in rows.iterator(chunk_size=PROGRESS_EVERY):
        for field in branches:
            field.set_cached_value(row, tree.get(getattr(row, field.attname)))
        yield row


def _paths(joined: dict[str, Any]) -> list[str]:
    """`{"a": {"b": {}}}` as select_related takes it: ["a__b"]."""
    return [
        "__".join((name, path)) if path else name for name, below in joined.items() for path in _paths(below) or [""]
    ]


def clear(*, at: datetime) -> int:
    """Files that were taken out hold names: they go after their days; the job stays, and says so."""
    before = at - timedelta(days=policy.whole_number(KEPT_DAYS, on=at.date()))
    old = Job.objects.filter(kind__in=EXPIRING, finished_at__lt=before).exclude(result="")
    return sum(_forget(pk) for pk in old.values_list("pk", flat=True))


def downloaded(job: Job, *, on: date) -> None:
    """A file with names is taken a few times and then goes."""
    if job.kind in EXPIRING:
        Job.objects.filter(pk=job.pk).update(downloads=models.F("downloads") + 1)
        if job.downloads + 1 >= policy.whole_number(MOST_DOWNLOADS, on=on):
            _forget(job.pk, "下载次数已满，文件已删去；要用请再导出一次")


@transaction.atomic
def _forget(job_id: UUID, words: str = "过了保留期限，文件已删去；要用请再导出一次") -> bool:
    job = Job.objects.select_for_update().exclude(result="").filter(pk=job_id).first()
    if job is None:
        return False
    name = str(job.result.name)
    transaction.on_commit(lambda: default_storage.delete(name))
    job.result, job.message = "", words
    job.save()
    audit.record("federation.export.cleared", job, by=None)
    return True


def watermark(user: User, *, at: datetime, purpose: Purpose, count: str) -> str:
    return (
        f"{user.organization} {user.display_name} {at:%Y年%-m月%-d日 %H:%M} 导出，{count}，用途：{purpose.label}。"
        "含个人信息，仅限本次用途，用后删除。"
    )
