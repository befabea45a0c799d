"""Which years have records, for the year switches."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from federation.access import key_asked
from federation.models import Organization
from reports.models import RollUp

SHOWN = 5
# What merely falls due in a year does not make it a year of work.
FALLING_DUE = ["recalls", "recalls_done", "loans_matured", "loans_repaid"]


def years_of(organization: Organization, *, on: date) -> list[int]:
    """The latest years with records, the present one always among them, oldest first."""
    found = RollUp.objects.within(organization).filter(month=0, rows__gt=0, year__lte=on.year)
    found = found.exclude(measure__in=FALLING_DUE)
    years = set(found.order_by().values_list("year", flat=True).distinct()) | {on.year}
    return sorted(years)[-SHOWN:]


def asked_year(request: HttpRequest, years: list[int], *, default: int) -> int:
    """The year in the address if it is one to choose from."""
    text = request.GET.get("year", "") or request.POST.get("year", "")
    year = key_asked(text)
    return year if year is not None and year in years else default
