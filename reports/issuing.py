"""Summaries on paper, in the background: one, or those of a whole city in one archive. Only frozen figures are printed."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from federation import audit, jobs
from federation.jobs import RunningJob
from federation.models import Job, Organization, User
from reports import assembling, summarizing
from reports.compiling import document_of
from reports.models import AnnualSummary, SummaryDocument

ONE, ALL = "reports.summary_pdf", "reports.summaries_pdf"


def file_name(summary: AnnualSummary) -> str:
    version = f"（第{summary.version}版）" if summary.version > 1 else ""
    standing = assembling.STANDING[summary.state]
    return f"{summary.organization.short_name}{summary.year}年度工作总结{version}{standing}.pdf"


class NotPrinted(Exception):
    """Why there is no PDF, in words for the person who asked."""


def printed(summary: AnnualSummary) -> bytes:
    """WeasyPrint is imported here and not by every web process."""
    from reports.printing import print_document
    from reports.rendering.fonts import FontsMissing
    from reports.rendering.problems import RenderingProblem

    try:
        return print_document(document_of(summary))
    except (RenderingProblem, FontsMissing) as refused:
        raise NotPrinted(str(refused)) from refused


def pages_of(pdf: bytes) -> int:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def print_one(summary: AnnualSummary, *, by: User) -> Job:
    return jobs.enqueue(ONE, by=by, organization=summary.organization, params={"summary": summary.pk})


def print_all(organization: Organization, *, year: int, by: User) -> Job:
    params = {"organization": organization.pk, "year": year}
    return jobs.enqueue(ALL, by=by, organization=organization, params=params)


@transaction.atomic
def keep(
    summary: AnnualSummary, pdf: bytes, *, by: User | None, at: datetime, job: Job | None = None
) -> SummaryDocument:
    """The issued file with its hash. Its stored name says nothing about anybody."""
    document = SummaryDocument(
        organization=summary.organization, summary=summary, job=job, made_at=at, made_by=by, pages=pages_of(pdf),
        sha256=hashlib.sha256(pdf).hexdigest(),
    )  # fmt: skip
    document.file.save(f"{summary.pk}-{document.sha256[:12]}.pdf", ContentFile(pdf), save=False)
    document.save()
    audit.record("reports.summary.printed", summary, by=by, pages=document.pages, sha256=document.sha256)
    return document


@jobs.handler(ONE, label="年度总结 PDF")
def summary_pdf(job: RunningJob) -> None:
    found = AnnualSummary.objects.visible_to(job.owner).filter(pk=job.params["summary"])
    summary = found.select_related("organization").first()
    if summary is None:
        raise jobs.JobRefused
    job.progress(0, 2, f"{summary.organization.short_name}{summary.year}年度总结，正在排版")
    try:
        pdf = printed(summary)
    except NotPrinted as refused:
        raise jobs.JobStopped(str(refused)) from refused
    job.progress(1, 2, "排好了，正在存档")
    document = keep(summary, pdf, by=job.owner, at=timezone.now(), job=Job.objects.get(pk=job.id))
    job.attach(file_name(summary), pdf)
    job.progress(2, 2, f"共 {document.pages} 页")


@jobs.handler(ALL, label="全部组织的年度总结")
def summaries_pdf(job: RunningJob) -> None:
    """Summaries not yet begun are opened first, so that every branch has its paper."""
    branch = Organization.objects.visible_to(job.owner).filter(pk=job.params["organization"]).first()
    if branch is None:
        raise jobs.JobRefused
    year, at = int(job.params["year"]), timezone.now()
    summarizing.open_shells(
        branch, year=year, by=job.owner, at=at,
        progress=lambda done, total: job.progress(done, total, "正在起草还没有写的总结"),
    )  # fmt: skip
    summaries = latest_of(branch, year)
    archive, refused = _packed(job, summaries)
    job.attach(f"{branch.short_name}{year}年度总结（全部组织）.zip", archive)
    job.progress(
        len(summaries), len(summaries), f"共 {len(summaries)} 份" + (f"，{refused} 份没有生成" if refused else "")
    )


def latest_of(branch: Organization, year: int) -> list[AnnualSummary]:
    """The latest version of every branch, in tree order."""
    found = AnnualSummary.objects.within(branch).of_year(year).select_related("organization")
    latest = found.order_by("organization_id", "-version").distinct("organization_id")
    return sorted(latest, key=lambda summary: summary.organization.path)


def _packed(job: RunningJob, summaries: list[AnnualSummary]) -> tuple[bytes, int]:
    """The archive, and how many could not be printed; those are named in a text file inside."""
    from reports.printing import print_documents

    total, problems = len(summaries), []
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        papers = print_documents(document_of(summary) for summary in summaries)
        for done, (summary, pdf) in enumerate(zip(summaries, papers, strict=True), start=1):
            if isinstance(pdf, bytes):
                _add(archive, f"{summary.organization.code} {file_name(summary)}", pdf, summary.year)
            else:
                problems.append(f"{summary.organization.name}：{pdf}")
            job.progress(done, total, f"已排 {done} 份，共 {total} 份")
        if problems:
            _add(archive, "没有生成的.txt", "\r\n".join(problems).encode(), summaries[0].year)
    return target.getvalue(), len(problems)


def _add(archive: zipfile.ZipFile, name: str, content: bytes, year: int) -> None:
    """With a time that does not change, so that the same papers make the same archive."""
    entry = zipfile.ZipInfo(name, date_time=(year, 12, 31, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
