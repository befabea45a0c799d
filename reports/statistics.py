"""The statistics page, and the story of a frozen figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.urls import reverse

from federation.models import Organization, User
from federation.models.organization import OrganizationQuerySet
from federation.periods import Period
from reports import charts, overview, tracing
from reports.assembling import cell
from reports.compiling import known_of
from reports.indicators import INDICATORS, Indicator
from reports.models import Figure
from reports.overview import MEASURES, Measure, Number
from reports.wording import MONEY_UNITS, NO_BASE_WORDS, compare
from reports.writing.prose import Known


@dataclass(frozen=True)
class Cell:
    text: str
    url: str


@dataclass(frozen=True)
class Line:
    branch: Organization
    cells: list[Cell]


@dataclass
class Table:
    year: int
    measures: Sequence[Measure]
    total: Line
    lines: list[Line]
    chosen: Measure
    chart: charts.Chart | None

    def as_lines(self) -> list[list[str]]:
        """Head, branches, total: for the exported sheet."""
        head = ["组织", "区划代码", *(f"{each.label}（{each.screen_unit or '%'}）" for each in self.measures)]
        rows = [[each.branch.short_name, each.branch.code, *(cell.text for cell in each.cells)] for each in self.lines]
        return [head, *rows, ["合计", self.total.branch.code, *(cell.text for cell in self.total.cells)]]


SHOWN = [code for code in MEASURES if code not in ("needs_answered", "satisfied_rate")]


def table_of(branch: Organization, year: int, *, measure: str, on: date) -> Table:
    measures = [MEASURES[code] for code in SHOWN]
    found = overview.year_of(branch, year, on=on)
    below = branch.units_in(Period.year(year))
    lines = [
        _line(each, measures, found.below.get(each.pk, {}), year, linked=each.path.startswith(branch.path))
        for each in below
    ]
    chosen = MEASURES[measure] if measure in SHOWN else measures[0]
    return Table(year, measures, _line(branch, measures, found.now, year), lines, chosen, _chart(below, chosen, found))


def _line(
    branch: Organization, measures: list[Measure], sums: overview.BySums, year: int, *, linked: bool = True
) -> Line:
    """A branch that has moved away since keeps its numbers; its rows are its new parent's to open."""

    def made(measure: Measure) -> Cell:
        text = measure.words(measure.value(sums))
        return Cell(
            text, reverse("reports:figure_rows", args=[branch.pk, measure.code, year]) if text and linked else ""
        )

    return Line(branch, [made(measure) for measure in measures])


def _chart(below: OrganizationQuerySet, measure: Measure, found: overview.Year) -> charts.Chart | None:
    """The chosen measure by branch in code order: no ranking."""
    names = [short(branch) for branch in below]
    if not names:
        return None
    values = [drawn(measure, found.of_branch(branch, measure.code)) for branch in below]
    label = f"{found.year}年{measure.label}（{measure.screen_unit or '%'}）"
    return charts.bar_chart(label, names, charts.Series(f"{found.year}年", values))


def drawn(measure: Measure, value: Number | None) -> float | None:
    if value is None:
        return None
    scaled = Fraction(value) / 1_000_000 if measure.unit in MONEY_UNITS else Fraction(value)
    return round(float(scaled), 1)


def short(branch: Organization) -> str:
    return branch.short_name.removesuffix("妇联")


def evidence(figure: Figure, user: User) -> dict[str, Any]:
    """Value, last year, partner, and rows by branch below, of a frozen figure."""
    known = known_of(Figure.objects.filter(summary=figure.summary_id).defer("row_ids"))
    own, indicator = known[figure.code], INDICATORS[figure.code]
    partner = known.get(indicator.partner)
    rows = tracing.rows_of(figure, user)
    change = ""
    if own.value is not None:
        change = compare(own.value, own.previous, own.unit) if own.previous is not None else NO_BASE_WORDS
    return {
        "indicator": indicator,
        "number": cell(own.value, own.unit),
        "before": cell(own.previous, own.unit),
        "change": change,
        "partner": INDICATORS.get(indicator.partner),
        "partner_number": cell(partner.value, partner.unit) if partner else "",
        "fraction": _fraction(known, indicator),
        "row_count": len(figure.row_ids),
        "shares": tracing.shares(rows, figure.organization, Period(figure.period_start, figure.period_end)),
    }


def _fraction(known: dict[str, Known], indicator: Indicator) -> list[tuple[str, str, str, str]]:
    """Both frozen numbers behind a rate."""
    parts = (("分子", indicator.part), ("分母", indicator.base)) if indicator.is_rate else ()
    return [
        (name, INDICATORS[code].label, cell(known[code].value, known[code].unit), INDICATORS[code].unit)
        for name, code in parts
        if code in known
    ]
