"""Figures: by branch and year, the rows behind one of them, and a frozen one of a summary."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from federation import past_trees
from federation.access import StaffRequest, access, get_visible, key_asked
from federation.models import Organization
from federation.paging import page_of
from federation.periods import Period
from federation.permissions import FIGURE_READERS
from reports import statistics, tracing
from reports.assembling import cell
from reports.indicators import INDICATORS, Indicator, year_before, year_until
from reports.models import Figure
from reports.wording import compare
from reports.years import asked_year, years_of


def _branch(request: StaffRequest) -> Organization:
    asked = key_asked(request.GET.get("branch", ""))
    if asked is not None:
        return get_visible(Organization, asked, request.user)
    if request.user.organization is None:
        raise Http404
    return request.user.organization


@access(*FIGURE_READERS)
def figures(request: StaffRequest) -> HttpResponse:
    branch, today = _branch(request), timezone.localdate()
    years = years_of(branch, on=today)
    year = asked_year(request, years, default=years[-1])
    context = {
        "branch": branch,
        "years": years,
        "table": statistics.table_of(branch, year, measure=request.GET.get("measure", ""), on=today),
        "moved_out": past_trees.moved_out(branch, on=Period.year(year).last_day),
    }
    return render(request, "reports/figures.html", context)


@access(*FIGURE_READERS)
def figures_export(request: StaffRequest) -> HttpResponse:
    branch, today = _branch(request), timezone.localdate()
    years = years_of(branch, on=today)
    table = statistics.table_of(branch, asked_year(request, years, default=years[-1]), measure="", on=today)
    target = io.StringIO()
    csv.writer(target).writerows(table.as_lines())
    response = HttpResponse("\ufeff" + target.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="figures-{branch.code}-{table.year}.csv"'
    return response


@access(*FIGURE_READERS)
def figure_rows(request: StaffRequest, pk: int, code: str, year: int) -> HttpResponse:
    """The rows that a branch's figure counts now."""
    branch = get_visible(Organization, pk, request.user)
    if code not in INDICATORS or not 2000 <= year <= 2100:
        raise Http404
    indicator, today = INDICATORS[code], timezone.localdate()
    period = year_until(year, on=today)
    value, before = indicator.value(branch, period), indicator.value(branch, year_before(period))
    rows = indicator.rows(branch, period)
    context: dict[str, Any] = {
        "indicator": indicator,
        "branch": branch,
        "period": period,
        "number": cell(value, indicator.unit),
        "before": cell(before, indicator.unit),
        "change": compare(value, before, indicator.unit) if value is not None else "",
        "shares": tracing.shares(rows, branch, period),
        "moved_out": past_trees.moved_out(branch, on=period.last_day),
        **_partner(branch, period, indicator.partner),
        "fraction": _fraction(branch, period, indicator),
    }
    if tracing.may_see_rows(request.user):
        context |= _listed(request, rows, indicator)
    return render(request, "reports/figure_rows.html", context)


def _listed(request: StaffRequest, rows: QuerySet[Any], indicator: Indicator) -> dict[str, Any]:
    page = page_of(tracing.with_names(rows, indicator), request, key=["pk"], size=50)
    return {"page": page, "lines": tracing.lines(page.rows, indicator, request.user)}


def _fraction(branch: Organization, period: Period, indicator: Indicator) -> list[tuple[str, str, str, str]]:
    """Both numbers behind a rate, so that nobody reads 100 % of two."""
    if not indicator.is_rate:
        return []
    parts = (("分子", INDICATORS[indicator.part]), ("分母", INDICATORS[indicator.base]))
    return [(name, each.label, cell(each.value(branch, period), each.unit), each.unit) for name, each in parts]


def _partner(branch: Organization, period: Period, code: str) -> dict[str, object]:
    if not code:
        return {}
    partner = INDICATORS[code]
    return {"partner": partner, "partner_number": cell(partner.value(branch, period), partner.unit)}


@access(*FIGURE_READERS)
def figure(request: StaffRequest, pk: int) -> HttpResponse:
    """A figure as it was frozen; beside the text htmx asks for the panel alone."""
    found = get_visible(Figure, pk, request.user)
    context = {
        **statistics.evidence(found, request.user),
        "figure": found,
        "may_see_rows": tracing.may_see_rows(request.user),
        "last_day": found.period_end - timedelta(days=1),
    }
    if request.htmx:
        return render(request, "reports/_figure.html", context)
    if tracing.may_see_rows(request.user):
        context |= _listed(request, tracing.rows_of(found, request.user), INDICATORS[found.code])
    return render(request, "reports/figure.html", context)
