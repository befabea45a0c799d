"""From a figure back to the rows behind it, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.expressions import RawSQL
from django.urls import NoReverseMatch

from federation import past_trees
from federation.models import Organization, User
from federation.models.organization import Placement
from federation.periods import Period
from federation.permissions import READERS, STAFF
from federation.scoping import ScopedModel
from federation.sealed import masked_name
from reports.indicators import INDICATORS, Indicator
from reports.models import Figure


@dataclass(frozen=True)
class Line:
    """One row behind a figure."""

    on: date | None
    unit: str
    name: str
    url: str


@dataclass(frozen=True)
class Share:
    """How many of a figure's rows lie in one branch below."""

    branch: Organization
    rows: int


def may_see_rows(user: User) -> bool:
    """Leaders read figures; the rows, which lead to people, are for those who work with them and for auditors."""
    return user.has_role(*READERS)


def rows_of(figure: Figure, user: User) -> QuerySet[Any]:
    """The frozen rows that still exist and lie in the reader's scope."""
    model: Any = _model(INDICATORS[figure.code], figure.organization, Period(figure.period_start, figure.period_end))
    frozen = RawSQL("SELECT unnest(row_ids) FROM reports_figure WHERE id = %s", [figure.pk])
    found: QuerySet[Any] = model._default_manager.visible_to(user).filter(pk__in=frozen)
    return found


def _model(indicator: Indicator, organization: Organization, period: Period) -> type[Any]:
    return indicator.rows(organization, period).model


def dated(indicator: Indicator) -> str:
    return indicator.dated or (INDICATORS[indicator.part].dated if indicator.is_rate else "")


def with_names(rows: QuerySet[Any], indicator: Indicator) -> QuerySet[Any]:
    related = [indicator.names.split("__")[0]] if "__" in indicator.names else []
    if issubclass(rows.model, ScopedModel):
        related.append("organization")
    return rows.select_related(*related) if related else rows


def lines(rows: Iterable[Any], indicator: Indicator, user: User) -> list[Line]:
    return [_line(row, indicator, user) for row in rows]


def _line(row: Any, indicator: Indicator, user: User) -> Line:
    column = dated(indicator)
    branch = row if isinstance(row, Organization) else getattr(row, "organization", None)
    name = _name(row, indicator)
    if indicator.names.endswith("name") and not isinstance(row, Organization) and not user.has_role(*STAFF):
        name = masked_name(name)
    return Line(
        on=getattr(row, column) if column else None,
        unit=branch.short_name if branch else "",
        name=name,
        url=_url(row),
    )


def _url(row: Any) -> str:
    """Some rows have no page of their own."""
    try:
        return str(row.get_absolute_url())
    except (AttributeError, NoReverseMatch):
        return ""


def _name(row: Any, indicator: Indicator) -> str:
    for part in indicator.names.split("__") if indicator.names else []:
        row = getattr(row, part) if row is not None else None
    return str(row or "")


def shares(rows: QuerySet[Any], organization: Organization, period: Period) -> list[Share]:
    """Rows by branch one level below by the tree of that time, in code order; all of them, the empty ones too."""
    if organization.is_village or not issubclass(rows.model, ScopedModel):
        return []
    lines = Placement.objects.lines_of(organization, on=period.last_day)
    counted: dict[int, int] = {}
    with past_trees.opened(organization, on=period.last_day):
        for branch, number in rows.order_by().values_list("organization_id").annotate(Count("pk")):
            line = lines.get(branch, branch)
            counted[line] = counted.get(line, 0) + number
    return [Share(branch, counted.get(branch.pk, 0)) for branch in organization.units_in(period)]
