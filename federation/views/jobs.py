"""A background job on the page: progress, cancel, retry, download."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from federation import audit, exporting, jobs, scoping
from federation.access import StaffRequest, signed_in
from federation.models import Job


def _own(request: StaffRequest, pk: UUID) -> Job:
    """The owner's job, while its branch is still in her scope."""
    job = get_object_or_404(Job.objects.owned_by(request.user).select_related("organization"), pk=pk)
    if not scoping.current().covers(job.organization):
        raise Http404
    return job


@signed_in
def job_list(request: StaffRequest) -> HttpResponse:
    return render(request, "federation/job_list.html", {"jobs": Job.objects.owned_by(request.user)[:50]})


@signed_in
def job(request: StaffRequest, pk: UUID) -> HttpResponse:
    template = "federation/_job.html" if request.htmx else "federation/job.html"
    return render(request, template, {"job": _own(request, pk)})


@signed_in
@require_POST
def job_cancel(request: StaffRequest, pk: UUID) -> HttpResponse:
    jobs.cancel(_own(request, pk), by=request.user)
    return redirect("job", pk)


@signed_in
@require_POST
def job_retry(request: StaffRequest, pk: UUID) -> HttpResponse:
    old = _own(request, pk)
    if old.is_unfinished or old.kind not in jobs.HANDLERS:
        return redirect(old)
    return redirect(jobs.retry(old, by=request.user))


@signed_in
def job_download(request: StaffRequest, pk: UUID) -> HttpResponse | FileResponse:
    job = _own(request, pk)
    if not job.result:
        raise Http404
    audit.record("federation.job.downloaded", job, by=request.user)
    response = FileResponse(job.result.open(), as_attachment=True, filename=job.result_name)
    exporting.downloaded(job, on=timezone.localdate())
    response["Content-Security-Policy"] = "sandbox"
    return response
