"""Freezing figures: what a summary says is counted once, and stays as it was counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Value
from django.db.models.functions import Cast

from federation.models import Organization
from federation.periods import Period
from reports import assembling
from reports.indicators import INDICATORS, Indicator, Number, year_before
from reports.models import AnnualSummary, Figure
from reports.rendering.document import OfficialDocument
from reports.wording import rate
from reports.writing.prose import Known, Words

# What a new count of a figure may change.
TAKEN = [
    "label", "unit", "value", "previous", "definition", "period_start", "period_end", "computed_at", "row_ids",
]  # fmt: skip


@dataclass
class Count:
    """Figures of one branch in one period, each counted once however often it is asked for."""

    organization: Organization
    period: Period
    _known: dict[str, tuple[Number | None, list[int]]] = field(default_factory=dict)
    _before: dict[str, Number | None] = field(default_factory=dict)

    def value(self, code: str) -> Number | None:
        return self.counted(INDICATORS[code])[0]

    def counted(self, indicator: Indicator) -> tuple[Number | None, list[int]]:
        """The value and the ids of the rows behind it."""
        if indicator.code not in self._known:
            if indicator.is_rate:
                part, rows = self.counted(INDICATORS[indicator.part])
                self._known[indicator.code] = rate(part, self.value(indicator.base)), rows
            else:
                self._known[indicator.code] = indicator.counted(self.organization, self.period)
        return self._known[indicator.code]

    def before(self, code: str) -> Number | None:
        """The value of the same days a year earlier."""
        if code not in self._before:
            indicator = INDICATORS[code]
            if indicator.is_rate:
                self._before[code] = rate(self.before(indicator.part), self.before(indicator.base))
            else:
                self._before[code] = indicator.value(self.organization, year_before(self.period))
        return self._before[code]


def with_company(codes: Iterable[str]) -> list[str]:
    """The figures, their quality partners, and the two numbers behind each rate, in the order of the definitions."""
    wanted = set(codes)
    wanted |= {INDICATORS[code].partner for code in wanted} - {""}
    rates = [INDICATORS[code] for code in wanted if INDICATORS[code].is_rate]
    wanted |= {code for indicator in rates for code in (indicator.part, indicator.base)}
    return [code for code in INDICATORS if code in wanted]


def freeze(summary: AnnualSummary, codes: Iterable[str], count: Count, *, at: datetime) -> list[Figure]:
    """Store the figures that the summary does not hold yet."""
    held = set(Figure.objects.filter(summary=summary).values_list("code", flat=True))
    missing = [INDICATORS[code] for code in with_company(codes) if code not in held]
    return Figure.objects.bulk_create([_figure(summary, indicator, count, at) for indicator in missing])


def freeze_anew(summary: AnnualSummary, codes: Iterable[str], count: Count, *, at: datetime) -> None:
    """Take every figure again. A figure keeps its address, so that a link to it shows the present one."""
    wanted = with_company(codes)
    Figure.objects.filter(summary=summary).exclude(code__in=wanted).delete()
    addresses = dict(Figure.objects.filter(summary=summary).values_list("code", "pk"))
    held = []
    for code in wanted:
        if code in addresses:
            figure = _figure(summary, INDICATORS[code], count, at)
            figure.pk = addresses[code]
            held.append(figure)
    Figure.objects.bulk_update(held, TAKEN)
    freeze(summary, codes, count, at=at)


def _figure(summary: AnnualSummary, indicator: Indicator, count: Count, at: datetime) -> Figure:
    value, rows = count.counted(indicator)
    return Figure(
        organization_id=summary.organization_id,
        township_id=summary.township_id,
        summary=summary,
        code=indicator.code,
        label=indicator.label,
        unit=indicator.unit,
        value=_decimal(value),
        previous=_decimal(count.before(indicator.code)),
        definition=indicator.definition,
        period_start=count.period.start,
        period_end=count.period.end,
        computed_at=at,
        row_ids=_as_array(rows),
    )


def _as_array(ids: list[int]) -> Any:
    """Written as one text: PostgreSQL reads it many times faster than a list of numbers."""
    return Cast(Value("{" + ",".join(map(str, ids)) + "}"), Figure._meta.get_field("row_ids"))


def _decimal(value: Number | None) -> Decimal | None:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return None if value is None else Decimal(value)


def known_of(figures: Iterable[Figure]) -> dict[str, Known]:
    """Frozen figures for the prose. A rate is worked out again from its frozen parts, so that it is rounded only once."""
    held = {figure.code: figure for figure in figures}

    def exact(code: str, column: str) -> Any:
        indicator = INDICATORS.get(code)
        if indicator and indicator.is_rate and {indicator.part, indicator.base} <= set(held):
            return rate(getattr(held[indicator.part], column), getattr(held[indicator.base], column))
        return getattr(held[code], column)

    return {code: Known(exact(code, "value"), exact(code, "previous"), figure.unit) for code, figure in held.items()}


def words_of(summary: AnnualSummary, figures: Iterable[Figure]) -> Words:
    branch, figures = summary.organization, list(figures)
    whole = all(figure.period_end == summary.period.end for figure in figures)
    plain = {
        "year": str(summary.year),
        "branch": branch.short_name,
        "area": area_of(branch),
        "span": "全年" if whole else "今年以来",
        "end": "年末" if whole else "目前",
    }
    return Words(known_of(figures), plain)


def document_of(summary: AnnualSummary) -> OfficialDocument:
    figures = list(Figure.objects.filter(summary=summary).order_by("pk"))
    return assembling.document(summary, words_of(summary, figures), figures)


def area_of(branch: Organization) -> str:
    """全市, 全镇, 本村: how a text calls the ground that a branch works on."""
    if branch.is_village:
        return f"本{branch.get_level_display()}"
    ending = next((kind for kind in ("街道", "镇", "乡", "县", "区") if branch.division_name.endswith(kind)), "市")
    return f"全{ending}"
