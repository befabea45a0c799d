"""The trail: who did what, in sentences."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from federation import tracking
from federation.access import StaffRequest, access
from federation.forms.audits import AuditFilter
from federation.paging import page_of
from federation.permissions import Role


@access(Role.AUDITOR, Role.CITY_OFFICER, Role.TOWNSHIP_OFFICER)
def audit_list(request: StaffRequest) -> HttpResponse:
    form = AuditFilter(request.GET, user=request.user)
    page = page_of(form.rows(on=timezone.localdate()), request, key=["id"])
    tracks = tracking.tracks_of(page.rows, request, request.user)
    template = "federation/_audit_rows.html" if request.htmx else "federation/audit_list.html"
    return render(request, template, {"form": form, "page": page, "tracks": tracks})
