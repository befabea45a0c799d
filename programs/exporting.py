"""A list of the programs as a workbook, with progress on the job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from federation.jobs import JobStopped, RunningJob
from federation.spreadsheets.writing import export

_TELL_EVERY = 500


def write_book(job: RunningJob, title: str, rows: models.QuerySet[Any], lines: Iterable[dict[str, Any]]) -> None:
    total = rows.count()
    if total == 0:
        raise JobStopped("没有符合条件的记录，没有生成表格。请回到名单放宽条件再导出。")
    note = f"{job.organization} {job.owner.display_name} {timezone.localtime():%Y-%m-%d %H:%M} 导出，共 {total} 条。仅限本次用途，用后删除。"
    content = export(title, _counted(job, lines, total), note=note)
    job.progress(total, total, f"共 {total} 条")
    job.attach(f"{title}-{timezone.localdate():%Y%m%d}.xlsx", content)


def _counted(job: RunningJob, lines: Iterable[dict[str, Any]], total: int) -> Iterator[dict[str, Any]]:
    for done, line in enumerate(lines):
        if done % _TELL_EVERY == 0:
            job.progress(done, total, f"已写 {done} 条，共 {total} 条")
        yield line


def day(on: date | None) -> str:
    return f"{on:%Y-%m-%d}" if on else ""


def yuan(fen: int) -> float:
    """A number that the spreadsheet can add up; two decimals of any amount here are exact in it."""
    return float(Decimal(fen) / 100)
