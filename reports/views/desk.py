"""The first page after sign-in, by role; and the public front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation.access import StaffRequest, public, signed_in
from federation.models import Job, Organization
from federation.permissions import OFFICERS, Role
from reports import homes, issuing, overview, rights, waiting
from reports.years import asked_year, years_of

ONLY_SPONSOR = frozenset({Role.SPONSOR})
ONLY_VILLAGE = frozenset({Role.VILLAGE_DIRECTOR})


@public
def front(request: HttpRequest) -> HttpResponse:
    """The federation's name and how to reach it; the Online Women's Home will stand here."""
    if request.user.is_authenticated:
        return redirect("home")
    city = Organization.objects.filter(parent=None).order_by("path").first()
    return render(request, "reports/front.html", {"city": city})


@signed_in
def desk(request: StaffRequest) -> HttpResponse:
    if request.user.roles == ONLY_VILLAGE:
        return redirect("outreach:today")
    if request.user.roles == ONLY_SPONSOR:
        city = Organization.objects.filter(parent=None).order_by("path").first()
        return render(request, "reports/sponsor_desk.html", {"today": timezone.localdate(), "city": city})
    if request.user.organization and homes.is_leader(request.user):
        return leader_year(request, request.user.organization)
    if request.user.organization and request.user.has_role(*OFFICERS):
        return officer_desk(request, request.user.organization)
    if request.user.organization and request.user.has_role(Role.RIGHTS_OFFICER):
        return rights_desk(request, request.user.organization)
    return render(request, "reports/desk_plain.html", {"today": timezone.localdate()})


def officer_desk(request: StaffRequest, home: Organization) -> HttpResponse:
    today = timezone.localdate()
    years = years_of(home, on=today)
    found = overview.year_of(home, asked_year(request, years, default=years[-1]))
    items = waiting.waiting_for(request.user, on=today)
    units = homes.units(request.user, found, on=today)
    context = {
        "today": today,
        "home": home,
        "waiting": items,
        "late": sum(item.is_late for item in items),
        "coming": waiting.coming_for(request.user, on=today),
        "year": found.year,
        "years": years,
        "pairs": homes.pairs(found, homes.SIX, on=today),
        "units": units,
        "helped": sum(unit.needs_help for unit in units),
        "recall_help": homes.RECALL_HELP,
        "overdue_help": homes.OVERDUE_HELP,
    }
    return render(request, "reports/desk.html", context)


def leader_year(request: StaffRequest, home: Organization) -> HttpResponse:
    today = timezone.localdate()
    years = years_of(home, on=today)
    found = overview.year_of(home, asked_year(request, years, default=years[-1]))
    context = {
        "home": home,
        "today": today,
        "year": found.year,
        "years": years,
        "waiting": waiting.waiting_for(request.user, on=today),
        "pairs": homes.pairs(found, homes.FIVE, on=today),
        "charts": homes.four_charts(found, on=today),
        "summary": homes.summary_of_year(request.user, home, found.year),
        "job": Job.objects.owned_by(request.user).filter(kind=issuing.ONE).order_by("-created_at").first(),
    }
    return render(request, "reports/leader_year.html", context)


def rights_desk(request: StaffRequest, home: Organization) -> HttpResponse:
    today = timezone.localdate()
    items = waiting.waiting_for(request.user, on=today)
    context = {
        "today": today,
        "home": home,
        "waiting": items,
        "late": sum(item.is_late for item in items),
        "coming": waiting.needs_coming_for(request.user, on=today),
        "needs": rights.most_pressing(request.user),
        "lines": rights.by_category(request.user, on=today),
    }
    return render(request, "reports/rights_desk.html", context)
