"""Visits on the desk: the list, the record, the workbook. They are written on the phone pages, from any machine."""

from __future__ import annotations

from datetime import date

from django.db import DEFAULT_DB_ALIAS
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from federation import audit, scoping
from federation.access import StaffRequest, access, get_visible
from federation.models import User
from federation.paging import page_of
from federation.permissions import READERS, STAFF
from federation.statements import Statement, given_in, kept, statement_of
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
        "raised": _raised_at([visit.pk for visit in page.rows], request.user, on=today),
        "total": total_of(form, visits.build, tabs),
        "tabs": tabs,
        "may_write": may_write(request.user),
        "today": today,
    }
    template = "outreach/_visit_list.html" if request.htmx else "outreach/visit_list.html"
    return render(request, template, context)


NEED_IN_BRIEF = (
    "id", "visit_id", "category", "words", "due_on", "handler_id", "outcome", "answered_on", "confirmed_on",
    "times_reopened", "escalated_on", "withdrawn_on",
)  # fmt: skip


def _raised_at(visits: list[int], user: User, *, on: date) -> dict[int | None, list[Need]]:
    """The needs heard at these visits, by visit, with what the list says of them."""

    def build() -> Statement:
        needs = Need.objects.visible_to(user).filter(given_in(Need, "visit"))
        return statement_of(needs.order_by("pk").values_list(*NEED_IN_BRIEF))

    raised: dict[int | None, list[Need]] = {}
    for row in kept(("raised", scoping.standing(user, on=on)), build).rows(visits):
        need = Need.from_db(DEFAULT_DB_ALIAS, NEED_IN_BRIEF, row)
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
