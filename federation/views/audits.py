"""The trail: who did what, in sentences."""

from django.http import HttpResponse
from django.shortcuts import render

from federation import audit
from federation.access import StaffRequest, access
from federation.models import AuditEntry, Organization
from federation.paging import page_of
from federation.permissions import Role


@access(Role.AUDITOR, Role.CITY_OFFICER, Role.TOWNSHIP_OFFICER)
def audit_list(request: StaffRequest) -> HttpResponse:
    entries = AuditEntry.objects.filter(organization__in=Organization.objects.visible_to(request.user))
    page = page_of(entries.select_related("actor", "organization"), request, key=["id"])
    lines = [(entry, audit.line_of(entry)) for entry in page.rows]
    return render(request, "federation/audit_list.html", {"page": page, "lines": lines})
