"""Visits on the desk: the list, the record, the workbook. They are written on the phone pages, from any machine."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.models import User
from federation.paging import page_of
from federation.permissions import READERS, STAFF
from federation.views.exports import export_page
from outreach.forms.lists import VisitFilter
from outreach.listings import VISITS
from outreach.models import Need, Visit
from outreach.views.pages import may_write, tabs_of, total_of


@access(*READERS)
@require_safe
def visit_list(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    form = VisitFilter(request.GET, user=request.user)
    visits = form.lines(on=today)
    page = page_of(visits, request, key=["visited_on", "pk"], describe=lambda visit: f"{visit.visited_on:%m-%d}")
    tabs = tabs_of(form, on=today)
    context = {
        "form": form,
        "page": page,
        "raised": _raised_at([visit.pk for visit in page.rows], request.user),
        "total": total_of(form, visits, tabs),
        "tabs": tabs,
        "may_write": may_write(request.user),
        "today": today,
    }
    template = "outreach/_visit_list.html" if request.htmx else "outreach/visit_list.html"
    return render(request, template, context)


def _raised_at(visits: list[int], user: User) -> dict[int | None, list[Need]]:
    """The needs heard at these visits, by visit."""
    raised: dict[int | None, list[Need]] = {}
    for need in Need.objects.visible_to(user).filter(visit__in=visits).in_brief().order_by("pk"):
        raised.setdefault(need.visit_id, []).append(need)
    return raised


@access(*STAFF)
def visit_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, VISITS, back=reverse("outreach:visit_list"))


@access(*READERS)
@require_safe
def visit_detail(request: StaffRequest, pk: int) -> HttpResponse:
    visit = get_visible(Visit, pk, request.user)
    context = {
        "visit": visit,
        "needs": visit.needs.order_by("id"),
        "lines": audit.timeline(visit),
        "may_write": may_write(request.user),
    }
    return render(request, "outreach/visit_detail.html", context)
