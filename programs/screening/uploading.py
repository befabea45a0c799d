"""A list on its way: received, read and previewed by a job, confirmed or cancelled, committed by a job.

The file lies sealed from its upload to its reading; then the checked rows lie sealed in its place until the list is
committed or cancelled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from federation import audit, garbage, jobs, scoping
from federation.models import Organization, User
from federation.permissions import Role
from federation.sealed import masked_name
from federation.spreadsheets import marked
from federation.spreadsheets.archive import refuse_misnamed
from federation.spreadsheets.problems import MOST_SHOWN, SheetProblem
from federation.spreadsheets.reading import LARGEST_FILE, Sheet, read_sheet
from federation.spreadsheets.refusal import BadFile
from programs.models import Batch, BatchChange, BatchProblem, Campaign
from programs.screening import recalling
from programs.screening.checking import AttendanceChecker, Checked, Columns, ResultsChecker, Row
from programs.screening.committing import Commit
from programs.screening.comparing import Comparison, Difference, compare
from programs.screening.layouts import BY_KIND, refuse_results
from programs.screening.places import Places
from programs.screening.rules import Rules

_CHECKERS = {Batch.Kind.RESULTS.value: ResultsChecker, Batch.Kind.ATTENDANCE.value: AttendanceChecker}
_STEPS = 4


class AlreadyUploaded(ValidationError):
    """The same file is on its way already."""

    def __init__(self, batch: Batch) -> None:
        moment = timezone.localtime(batch.uploaded_at)
        super().__init__(f"这个文件 {moment:%Y-%m-%d %H:%M} 已经上传过，{batch.get_state_display()}，请接着办那一份。")
        self.batch = batch


def kind_for(user: User) -> str:
    """Results come from the screening hospital alone; everybody else sends attendance."""
    return Batch.Kind.RESULTS if user.has_role(Role.SCREENING_HOSPITAL) else Batch.Kind.ATTENDANCE


def may_settle(user: User, batch: Batch) -> bool:
    """Confirm, cancel or take the error book: those who may send lists of this kind."""
    if batch.holds_results():
        return user.has_role(Role.SCREENING_HOSPITAL)
    return user.has_role(Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)


@transaction.atomic
def receive(
    *, campaign: Campaign, organization: Organization, file_name: str, content: bytes, by: User, at: datetime
) -> Batch:
    if len(content) > LARGEST_FILE:
        raise ValidationError(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请删去图片，或分成几个文件传。")
    batch = Batch(
        organization=organization,
        campaign=campaign,
        kind=kind_for(by),
        file_name=file_name[-200:],
        file_sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=by,
        uploaded_at=at,
    )
    _keep_one(batch)
    batch.file.save(f"{batch.pk}-list", ContentFile(content), save=False)
    batch.job = jobs.enqueue("screening.preview", by=by, organization=organization, params={"batch": batch.pk})
    batch.save()
    audit.record("programs.batch.uploaded", batch, by=by, kind=batch.get_kind_display())
    return batch


def _keep_one(batch: Batch) -> None:
    """Of two uploads of the same file at once the second is told which batch has it."""
    try:
        with transaction.atomic():
            batch.save()
    except IntegrityError:
        same = Batch.objects.within(batch.organization).filter(
            organization=batch.organization, campaign=batch.campaign, kind=batch.kind, file_sha256=batch.file_sha256
        )
        raise AlreadyUploaded(same.open().get()) from None


# --- reading and preview ---------------------------------------------------------------------------------------------


@jobs.handler("screening.preview", label="核对筛查名单")
def preview_job(job: jobs.RunningJob) -> None:
    batch = _batch_of(job, Batch.State.READING)
    preview(batch, on=timezone.localdate(), job=job)


def _batch_of(job: jobs.RunningJob, state: Batch.State) -> Batch:
    found = Batch.objects.visible_to(job.owner).select_related("campaign", "organization", "uploaded_by")
    batch = found.select_for_update(of=("self",)).filter(pk=job.params["batch"]).first()
    if batch is None:
        raise jobs.JobRefused
    if batch.state != state:
        raise jobs.JobStopped(f"这份名单{batch.get_state_display()}，不用再办。")
    if not may_settle(job.owner, batch):
        raise jobs.JobRefused
    return batch


@garbage.left_for_later()
def preview(batch: Batch, *, on: date, job: jobs.RunningJob | None = None) -> None:
    """Read, check and compare; keep the checked rows sealed, what the page shows masked, and the error book sealed."""
    _tell(job, 0, "正在读文件")
    try:
        sheet = read(batch)
    except BadFile as refused:
        _refuse(batch, refused)
        return
    _tell(job, 1, f"正在核对 {len(sheet.rows)} 行")
    columns = Columns.of(sheet, BY_KIND[batch.kind])
    places = Places(scoping.current(), on=on)
    checked = _checked(batch, sheet, columns, places, on=on)
    _tell(job, 2, "正在和档案比对")
    compared = compare(checked.rows, columns, campaign=batch.campaign, kind=batch.kind, places=places)
    _tell(job, 3, "正在写预览")
    problems = checked.problems + compared.problems
    _keep_counts(batch, checked.total, compared, problems)
    _keep_preview(batch, problems, compared.differences, places)
    _keep_rows(batch, checked.rows, columns)
    if problems:
        book = marked.book(sheet, problems, BY_KIND[batch.kind])
        batch.error_book.save(f"{batch.pk}-errors", ContentFile(book), save=False)
    batch.sheet_name, batch.state = sheet.name[:60], Batch.State.PREVIEWED
    batch.save()
    _tell(job, _STEPS, f"核对完 {checked.total} 行")


def _tell(job: jobs.RunningJob | None, done: int, message: str) -> None:
    if job is not None:
        job.progress(done, _STEPS, message)


def read(batch: Batch) -> Sheet:
    with batch.file.open() as file:
        content = file.read()
    refuse_misnamed(content, batch.file_name)
    sheet = read_sheet(content, BY_KIND[batch.kind])
    if not batch.holds_results():
        refuse_results(sheet.header)
    return sheet


def _checked(batch: Batch, sheet: Sheet, columns: Columns, places: Places, *, on: date) -> Checked:
    checker = _CHECKERS[batch.kind](
        columns, campaign=batch.campaign, places=places, rules=Rules(), on=on, base_1904=sheet.base_1904
    )
    return checker.check(sheet.body())


def _refuse(batch: Batch, refused: BadFile) -> None:
    batch.state, batch.refusal = Batch.State.REFUSED, str(refused)[:300]
    drop_file(batch)
    batch.save()
    audit.record("programs.batch.refused", batch, by=batch.uploaded_by, rule=refused.rule)


def _keep_counts(batch: Batch, total: int, compared: Comparison, problems: Sequence[SheetProblem]) -> None:
    batch.rows_total = total
    batch.rows_new, batch.rows_changed, batch.rows_same = len(compared.new), len(compared.changed), compared.same
    batch.rows_rejected = total - batch.rows_new - batch.rows_changed - batch.rows_same
    batch.problems_total, batch.notes_total = len(problems), len(compared.notes)


def _keep_preview(
    batch: Batch, problems: Sequence[SheetProblem], differences: Sequence[Difference], places: Places
) -> None:
    """The first 500 of each kind; the error book has every problem."""
    home = {"batch": batch, "organization_id": batch.organization_id, "township_id": batch.township_id}
    BatchProblem.objects.within(batch.organization).filter(batch=batch).delete()
    BatchChange.objects.within(batch.organization).filter(batch=batch).delete()
    first = sorted(problems, key=lambda problem: (problem.row, problem.column))[:MOST_SHOWN]
    BatchProblem.objects.bulk_create(BatchProblem(**home, **_problem_fields(problem)) for problem in first)
    changes = [found for found in differences if not found.is_note][:MOST_SHOWN]
    notes = [found for found in differences if found.is_note][:MOST_SHOWN]
    BatchChange.objects.bulk_create(BatchChange(**home, **_change_fields(found, places)) for found in changes + notes)


def _problem_fields(problem: SheetProblem) -> dict[str, Any]:
    return {
        "row": problem.row,
        "cell": problem.cell,
        "title": problem.title[:40],
        "value": problem.value[:60],
        "reason": problem.reason[:200],
        "example": problem.example[:120],
    }


def _change_fields(found: Difference, places: Places) -> dict[str, Any]:
    place = places.by_id.get(found.place)
    return {
        "row": found.row.number,
        "woman": masked_name(found.row.name),
        "place": place.name if place else "",
        "title": found.title,
        "before": found.before[:60],
        "after": found.after[:60],
        "is_note": found.is_note,
    }


def _keep_rows(batch: Batch, rows: Sequence[Row], columns: Columns) -> None:
    content = orjson.dumps({"places": columns.places, "titles": columns.titles, "rows": [*map(tuple, rows)]})
    drop_file(batch)
    batch.file.save(f"{batch.pk}-rows", ContentFile(content), save=False)


def _kept_rows(batch: Batch) -> tuple[list[Row], Columns]:
    with batch.file.open() as file:
        held = orjson.loads(file.read())
    sensitive = {column.key: column.sensitive for column in BY_KIND[batch.kind].columns}
    return [Row(*cells) for cells in held["rows"]], Columns(held["places"], held["titles"], sensitive)


def drop_file(batch: Batch, field: str = "file") -> None:
    """The file goes when the transaction has ended well; until then a retry still finds it."""
    name = getattr(batch, field).name
    if name:
        transaction.on_commit(lambda: default_storage.delete(name))
    setattr(batch, field, "")


# --- what a person decides -------------------------------------------------------------------------------------------


@transaction.atomic
def confirm(batch: Batch, *, by: User) -> Batch:
    """Let the valid rows in. A second click finds the work begun."""
    batch = Batch.objects.visible_to(by).select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state == Batch.State.COMMITTING and batch.is_stopped():
        batch.state = Batch.State.PREVIEWED
    if batch.state != Batch.State.PREVIEWED:
        raise ValidationError(f"这份名单{batch.get_state_display()}，不用再确认。")
    if not batch.rows_entering:
        raise ValidationError("没有一行可以入库，请改好再传。")
    batch.job = jobs.enqueue("screening.commit", by=by, organization=batch.organization, params={"batch": batch.pk})
    batch.state = Batch.State.COMMITTING
    batch.save()
    audit.record("programs.batch.confirmed", batch, by=by, entering=batch.rows_entering, staying=batch.rows_rejected)
    return batch


@transaction.atomic
def read_again(batch: Batch, *, by: User) -> Batch:
    """After a reading that stopped half-way."""
    batch = Batch.objects.visible_to(by).select_for_update(of=("self",)).get(pk=batch.pk)
    if not (batch.state == Batch.State.READING and batch.is_stopped()):
        raise ValidationError(f"这份名单{batch.get_state_display()}，不用再读。")
    batch.job = jobs.enqueue("screening.preview", by=by, organization=batch.organization, params={"batch": batch.pk})
    batch.save()
    return batch


@transaction.atomic
def cancel(batch: Batch, *, by: User) -> Batch:
    """Nothing of the list stays: neither its rows nor its error book."""
    batch = Batch.objects.visible_to(by).select_for_update(of=("self",)).get(pk=batch.pk)
    if not batch.is_open() or batch.is_working():
        raise ValidationError(f"这份名单{batch.get_state_display()}，不能取消。")
    batch.state = Batch.State.CANCELLED
    drop_file(batch)
    drop_file(batch, "error_book")
    batch.save()
    BatchProblem.objects.visible_to(by).filter(batch=batch).delete()
    BatchChange.objects.visible_to(by).filter(batch=batch).delete()
    audit.record("programs.batch.cancelled", batch, by=by)
    return batch


# --- commit ----------------------------------------------------------------------------------------------------------


@jobs.handler("screening.commit", label="导入筛查名单")
def commit_job(job: jobs.RunningJob) -> None:
    batch = _batch_of(job, Batch.State.COMMITTING)
    commit(batch, by=job.owner, at=timezone.now(), on=timezone.localdate(), job=job)


@garbage.left_for_later()
def commit(batch: Batch, *, by: User, at: datetime, on: date, job: jobs.RunningJob | None = None) -> None:
    """Compare once more with the register as it is now, then write everything in this transaction."""
    # One list of a campaign at a time: a second one then finds what the first one wrote.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=batch.campaign_id)
    _tell(job, 0, "正在取核对过的行")
    rows, columns = _kept_rows(batch)
    places = Places(scoping.current(), on=on)
    _tell(job, 1, "正在和档案比对")
    compared = compare(rows, columns, campaign=campaign, kind=batch.kind, places=places)
    _tell(job, 2, f"正在写入 {len(compared.new) + len(compared.changed)} 行")
    Commit(batch, compared, places, by=by, at=at, on=on).write()
    if batch.holds_results():
        recalling.settle_batch(batch, on=on, by=by)
    if compared.problems:
        _keep_late_problems(batch, compared.problems)
    batch.rows_new, batch.rows_changed, batch.rows_same = len(compared.new), len(compared.changed), compared.same
    batch.rows_rejected = batch.rows_total - batch.rows_new - batch.rows_changed - batch.rows_same
    batch.state, batch.committed_at = Batch.State.COMMITTED, at
    drop_file(batch)
    batch.save()
    audit.record("programs.batch.committed", batch, by=by, entering=batch.rows_entering, staying=batch.rows_rejected)
    _tell(job, _STEPS, f"已入库 {batch.rows_entering} 行")


def _keep_late_problems(batch: Batch, problems: Sequence[SheetProblem]) -> None:
    """Rows that were right at the preview and no longer are: the register changed in between."""
    known = set(batch.problems.values_list("row", flat=True))
    late = [problem for problem in problems if problem.row not in known]
    home = {"batch": batch, "organization_id": batch.organization_id, "township_id": batch.township_id}
    BatchProblem.objects.bulk_create(BatchProblem(**home, **_problem_fields(problem)) for problem in late[:MOST_SHOWN])
    batch.problems_total += len(late)
