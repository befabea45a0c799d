"""The first page after sign-in, by role; and the public front page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation.access import StaffRequest, public, signed_in
from federation.models import Job, Organization
from federation.permissions import Role
from programs.sunflower import sponsoring
from reports import homes, issuing, overview, rights, waiting
from reports.years import asked_year, years_of


@public
def front(request: HttpRequest) -> HttpResponse:
    """The federation's name and how to reach it; the Online Women's Home will stand here."""
    if request.user.is_authenticated:
        return redirect("home")
    city = Organization.objects.filter(parent=None).order_by("path").first()
    return render(request, "reports/front.html", {"city": city})


@signed_in
def desk(request: StaffRequest) -> HttpResponse:
    """By the post at which she works now; somebody with several posts changes between them in the top bar."""
    grant = request.user.home_grant
    if grant is not None and grant.role == Role.VILLAGE_DIRECTOR:
        return redirect("outreach:today")
    page = _DESKS.get(Role(grant.role)) if grant is not None else None
    if page is not None and grant is not None:
        return page(request, grant.organization)
    return render(request, "reports/desk_plain.html", {"today": timezone.localdate()})


def sponsor_desk(request: StaffRequest, home: Organization) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "today": today,
        "city": Organization.objects.filter(parent=None).order_by("path").first(),
        "cards": sponsoring.cards_of(request.user, on=today),
        "standing": sponsoring.mentor_of(request.user, on=today),
    }
    return render(request, "reports/sponsor_desk.html", context)


def officer_desk(request: StaffRequest, home: Organization) -> HttpResponse:
    today = timezone.localdate()
    years = years_of(home, on=today)
    found = overview.year_of(home, asked_year(request, years, default=years[-1]), on=today)
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
        "pairs": homes.pairs(found, homes.SIX),
        "units": units,
        "helped": sum(unit.needs_help for unit in units),
        "recall_help": homes.RECALL_HELP,
        "overdue_help": homes.OVERDUE_HELP,
    }
    return render(request, "reports/desk.html", context)


def leader_year(request: StaffRequest, home: Organization) -> HttpResponse:
    today = timezone.localdate()
    years = years_of(home, on=today)
    found = overview.year_of(home, asked_year(request, years, default=years[-1]), on=today)
    context = {
        "home": home,
        "today": today,
        "year": found.year,
        "years": years,
        "waiting": waiting.waiting_for(request.user, on=today),
        "pairs": homes.pairs(found, homes.FIVE),
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


_DESKS: dict[Role, Callable[[StaffRequest, Organization], HttpResponse]] = {
    Role.TOWNSHIP_OFFICER: officer_desk,
    Role.CITY_OFFICER: officer_desk,
    Role.LEADER: leader_year,
    Role.RIGHTS_OFFICER: rights_desk,
    Role.SPONSOR: sponsor_desk,
}
