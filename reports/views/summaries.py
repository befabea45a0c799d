"""The annual summary on the desk: list, editor, preview, the way to approval, and paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from federation.access import StaffRequest, access, ensure, get_visible, key_asked
from federation.models import Job, Organization
from federation.permissions import FIGURE_READERS, OFFICERS, STAFF, Role
from reports import editing, issuing, summarizing, versions
from reports.forms.summaries import NewBlockForm, ReturnForm, TitleForm
from reports.models import AnnualSummary, SummaryDocument
from reports.permissions import is_own, may_decide, may_write, stands_above
from reports.years import asked_year, years_of

DECIDERS = (*OFFICERS, Role.LEADER)
PRINTERS = FIGURE_READERS


def summary_of(request: StaffRequest, pk: int) -> AnnualSummary:
    return get_visible(AnnualSummary, pk, request.user)


def tried(request: StaffRequest, change: Callable[[], object]) -> bool:
    """Do it; what the verb refuses is said on the next page."""
    try:
        change()
    except ValidationError as refused:
        for words in refused.messages:
            messages.warning(request, words)
        return False
    return True


@access(*FIGURE_READERS)
def summary_list(request: StaffRequest) -> HttpResponse:
    home = request.user.organization
    if home is None:
        raise Http404
    today = timezone.localdate()
    years = years_of(home, on=today)
    year = asked_year(request, years, default=years[-1] if today.month > 6 or len(years) == 1 else years[-2])
    branch = _asked_branch(request, home)
    rows = editing.states_of(branch, year=year, user=request.user, on=today)
    context = {
        "home": home,
        "branch": branch,
        "year": year,
        "years": years,
        "rows": rows,
        "may_open": _writes_for(request, branch) and rows[0].summary is None,
        "may_print_all": request.user.has_role(*OFFICERS) and branch.pk == home.pk,
        "job": _job(request, issuing.ALL),
    }
    return render(request, "reports/summary_list.html", context)


def _asked_branch(request: StaffRequest, home: Organization) -> Organization:
    asked = key_asked(request.GET.get("branch", ""))
    return get_visible(Organization, asked, request.user) if asked is not None else home


def _writes_for(request: StaffRequest, branch: Organization) -> bool:
    return any(grant.role in STAFF and grant.organization_id == branch.pk for grant in request.user.current_grants)


def _job(request: StaffRequest, kind: str) -> Job | None:
    """The reader's latest job of this kind, while it is fresh enough to matter on a page."""
    recent = timezone.now() - timedelta(hours=2)
    return Job.objects.owned_by(request.user).filter(kind=kind, created_at__gte=recent).order_by("-created_at").first()


@access(*STAFF)
@require_POST
def summary_open(request: StaffRequest) -> HttpResponse:
    """Open the summary of one's own branch."""
    home = request.user.organization
    year = request.POST.get("year", "")
    if home is None or not year.isdecimal() or int(year) not in years_of(home, on=timezone.localdate()):
        return redirect("reports:summary_list")
    ensure(_writes_for(request, home))
    return redirect(summarizing.open_shell(home, year=int(year), by=request.user, at=timezone.now()))


@access(*FIGURE_READERS)
def summary_edit(request: StaffRequest, pk: int) -> HttpResponse:
    summary = summary_of(request, pk)
    return editor(request, summary)


def editor(request: StaffRequest, summary: AnnualSummary, *, status: int = 200, **bound: Any) -> HttpResponse:
    """The editor's page; a bound form that was refused stands where its block is."""
    page = editing.page_of(summary, request.GET, writing=may_write(request.user, summary), form=bound.get("block_form"))
    context = {
        "summary": summary,
        "page": page,
        "may_write": may_write(request.user, summary),
        "may_decide": may_decide(request.user, summary),
        "may_revise": summary.is_locked and is_own(request.user, summary),
        "documents": SummaryDocument.objects.visible_to(request.user).filter(summary=summary)[:5],
        "job": _job(request, issuing.ONE),
        "lines": versions.story(summary),
        "returned": versions.last_returned(summary),
        "others": _other_versions(request, summary),
        "title_form": bound.get("title_form") or TitleForm(instance=summary),
        "new_form": bound.get("new_form") or NewBlockForm(initial={"chapter": page.chapter}),
    }
    return render(request, "reports/summary_edit.html", context, status=status)


def _other_versions(request: StaffRequest, summary: AnnualSummary) -> list[AnnualSummary]:
    same = AnnualSummary.objects.visible_to(request.user).of_year(summary.year)
    return list(same.filter(organization=summary.organization_id).exclude(pk=summary.pk).order_by("version"))


@access(*FIGURE_READERS)
def summary_versions(request: StaffRequest, pk: int) -> HttpResponse:
    """Every 稿 that was sent, why it came back, and what changed."""
    summary = summary_of(request, pk)
    context = {"summary": summary, "versions": versions.versions_of(summary)}
    return render(request, "reports/summary_versions.html", context)


@access(*FIGURE_READERS)
def summary_preview(request: StaffRequest, pk: int) -> HttpResponse:
    summary = summary_of(request, pk)
    return render(request, "reports/summary_preview.html", {"summary": summary, "text": editing.text_of(summary)})


@access(*STAFF)
@require_POST
def summary_entitle(request: StaffRequest, pk: int) -> HttpResponse:
    summary = summary_of(request, pk)
    ensure(may_write(request.user, summary))
    form = TitleForm(request.POST, instance=summary)
    if not form.is_valid():
        return editor(request, summary_of(request, pk), title_form=form)
    tried(request, lambda: summarizing.entitle(summary, **form.cleaned_data, by=request.user))
    return redirect(summary)


@access(*STAFF)
@require_POST
def summary_compile(request: StaffRequest, pk: int) -> HttpResponse:
    summary = summary_of(request, pk)
    ensure(may_write(request.user, summary))
    if tried(request, lambda: summarizing.compile_summary(summary, by=request.user, at=timezone.now())):
        messages.success(request, "已按现在的记录重新取数。")
    return redirect(summary)


@access(*STAFF)
@require_POST
def summary_send(request: StaffRequest, pk: int) -> HttpResponse:
    summary = summary_of(request, pk)
    ensure(may_write(request.user, summary))
    if tried(request, lambda: summarizing.send(summary, by=request.user, at=timezone.now())):
        messages.success(request, "已送审。审定或退回前不能再改。")
    return redirect(summary)


@access(*DECIDERS)
def summary_return(request: StaffRequest, pk: int) -> HttpResponse:
    summary = summary_of(request, pk)
    ensure(stands_above(request.user, summary))
    form = ReturnForm(request.POST or None)
    if form.is_valid():
        ensure(may_decide(request.user, summary))
        tried(
            request, lambda: summarizing.return_with(summary, **form.cleaned_data, by=request.user, at=timezone.now())
        )
        return redirect(summary)
    return render(request, "reports/summary_return.html", {"summary": summary, "form": form})


@access(*DECIDERS)
def summary_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask first, with what will be locked."""
    summary = summary_of(request, pk)
    ensure(stands_above(request.user, summary))
    if request.method != "POST":
        context = {
            "summary": summary,
            "text": editing.text_of(summary),
            "may_decide": may_decide(request.user, summary),
            "versions": versions.versions_of(summary)[:1],
            "returned": versions.last_returned(summary),
        }
        return render(request, "reports/summary_approve.html", context)
    ensure(may_decide(request.user, summary))
    if tried(request, lambda: summarizing.approve(summary, by=request.user, at=timezone.now())):
        messages.success(request, "已审定并锁定。")
    return redirect(summary)


@access(*STAFF)
@require_POST
def summary_revise(request: StaffRequest, pk: int) -> HttpResponse:
    summary = summary_of(request, pk)
    ensure(is_own(request.user, summary))
    if summary.is_locked:
        return redirect(summarizing.revise(summary, by=request.user, at=timezone.now()))
    return redirect(summary)


@access(*PRINTERS)
@require_POST
def summary_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Start printing; htmx gets the progress to put on the page, everybody else the job's page."""
    job = issuing.print_one(summary_of(request, pk), by=request.user)
    if request.htmx:
        return render(request, "federation/_job.html", {"job": job})
    return redirect(job)


@access(*OFFICERS)
@require_POST
def summaries_pdf(request: StaffRequest) -> HttpResponse:
    """The summaries of one's branch and all below it, in one archive."""
    home = request.user.organization
    year = request.POST.get("year", "")
    if home is None or not year.isdecimal() or int(year) not in years_of(home, on=timezone.localdate()):
        return redirect("reports:summary_list")
    job = issuing.print_all(home, year=int(year), by=request.user)
    if request.htmx:
        return render(request, "federation/_job.html", {"job": job})
    return redirect(job)


@access(*PRINTERS)
def document(request: StaffRequest, pk: int) -> FileResponse:
    found = get_visible(SummaryDocument, pk, request.user)
    response = FileResponse(found.file.open(), as_attachment=True, filename=issuing.file_name(found.summary))
    response["Content-Security-Policy"] = "sandbox"
    return response
