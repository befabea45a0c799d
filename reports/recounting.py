"""What the stored roll-ups cannot say: that somebody is counted once a year, and that a day has not come yet.

Both are asked of the indicators' own rows, so that a home page, the statistics and a summary of one day agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, IntegerField, QuerySet, Sum, TextField, Value, When
from django.db.models.functions import Cast

from federation.models import Organization
from federation.models.organization import Placement
from federation.periods import Period
from federation.statements import planned
from programs.models import Campaign
from reports.indicators import INDICATORS, Indicator
from reports.models.rollup import Sums

# Roll-up -> the indicator that says who or what it counts.
PEOPLE = {"recalls": "recalls", "recalls_done": "recalled_done", "child_aids": "children_aided"}
DATED = {
    "visits": "visits",
    "screenings": "screened_women",
    "loans_released": "loans_released_fen",
    "loans_matured": "loans_matured",
    "loans_repaid": "loans_repaid",
    "reliefs_paid": "relief_fen",
    "reliefs_visited": "reliefs_visited",
    "donations": "donations_fen",
    "lectures.lecture_hall": "lecture_hall_sessions",
    "lectures_attended": "counted_attendances",
    "lectures_expected": "expected_attendances",
}
BySums = dict[str, Sums]
Column = F | Case


@dataclass(frozen=True)
class Seen:
    """Somebody counted by a roll-up on a day."""

    key: str
    branch: int | None
    person: int
    on: date


def line_column(organization: Organization, year: int) -> Column:
    """The branch below in whose line a row counts that year.

    Usually a column says it; what has moved, merged or closed since is named one by one.
    """
    column = F("township_id" if organization.parent_id is None else "organization_id")
    if not Placement.objects.has_history():
        return column
    lines = Placement.objects.lines_of(organization, on=Period.year(year).last_day)
    elsewhere = defaultdict[int, list[int]](list)
    for branch in Organization.objects.filter(pk__in=lines).only("level", "township_id"):
        if lines[branch.pk] != (branch.filed_under_id if organization.parent_id is None else branch.pk):
            elsewhere[lines[branch.pk]].append(branch.pk)
    moved = [When(organization_id__in=branches, then=Value(line)) for line, branches in elsewhere.items()]
    return Case(*moved, default=column, output_field=IntegerField())


def ahead(organization: Organization, year: int, column: Column, *, on: date) -> dict[int | None, BySums]:
    """By branch, the rows of the running year that are dated after today."""
    whole = Period.year(year)
    if on not in whole or on == whole.last_day:
        return {}
    span = Period(on + timedelta(days=1), whole.end)
    found: dict[int | None, BySums] = defaultdict(dict)
    parts = [_summed(key, INDICATORS[code], organization, span, column) for key, code in DATED.items()]
    for key, branch, rows, total in planned(_together(parts)):
        found[branch][key] = Sums(rows, total)
    return found


def _summed(key: str, indicator: Indicator, organization: Organization, span: Period, column: Column) -> QuerySet[Any]:
    money = Sum(indicator.total, default=0) if indicator.total else Value(0)
    rows = indicator.rows(organization, span).order_by().values_list(_text(key), column)
    return rows.annotate(n=Count("pk"), t=_whole(money))


def _text(key: str) -> Value:
    return Value(key, output_field=TextField())


def _whole(amount: Any) -> Any:
    return Cast(amount, BigIntegerField())


def _together(parts: Iterable[QuerySet[Any]]) -> QuerySet[Any]:
    first, *rest = parts
    return first.union(*rest, all=True)


def people(organization: Organization, years: Iterable[int], column: Column, *, on: date) -> list[Seen]:
    """Everybody who is counted once a year, as often as there are rows of her, none dated after today."""
    spans = [span for year in years if (span := _until(year, on))]
    if not spans:
        return []
    parts = [_rows(key, INDICATORS[code], organization, span, column) for key, code in PEOPLE.items() for span in spans]
    return [Seen(*line) for line in planned(_together(parts))] + list(_screened_twice(organization, spans, column))


def _until(year: int, on: date) -> Period | None:
    whole = Period.year(year)
    if on < whole.start:
        return None
    return Period(whole.start, min(whole.end, on + timedelta(days=1)))


def _rows(key: str, indicator: Indicator, organization: Organization, span: Period, column: Column) -> QuerySet[Any]:
    rows: QuerySet[Any] = indicator.rows(organization, span).order_by().exclude(**{indicator.count: None})
    return rows.values_list(_text(key), column, indicator.count, indicator.dated)


def _screened_twice(organization: Organization, spans: list[Period], column: Column) -> Iterator[Seen]:
    """A woman has one attendance in a campaign; only where two campaigns share a year can she have two."""
    terms = Campaign.objects.filter(
        starts_on__lt=max(span.end for span in spans), ends_on__gte=min(span.start for span in spans)
    )
    running = planned(terms.order_by().values_list("starts_on", "ends_on"))
    for span in spans:
        if sum(starts_on < span.end and ends_on >= span.start for starts_on, ends_on in running) < 2:
            continue
        rows = INDICATORS["screened_women"].rows(organization, span).order_by()
        twice = rows.values("woman_id").annotate(n=Count("pk")).filter(n__gt=1)
        again = rows.filter(woman_id__in=twice.values("woman_id")).values_list(column, "woman_id", "attended_on")
        for branch, woman, day in again:
            yield Seen("screenings", branch, woman, day)


def once(sums: BySums, seen: Iterable[Seen], year: int) -> None:
    """Put people in the place of rows. Screenings hold only those who came more than once: the others stand."""
    rows, persons = defaultdict[str, int](int), defaultdict[str, set[int]](set)
    for each in seen:
        if each.on.year == year:
            rows[each.key] += 1
            persons[each.key].add(each.person)
    for key in PEOPLE:
        held = sums.pop(key, Sums())
        if persons[key]:
            sums[key] = Sums(len(persons[key]), held.total)
    if rows["screenings"]:
        held = sums["screenings"]
        sums["screenings"] = Sums(held.rows - rows["screenings"] + len(persons["screenings"]), held.total)


def taken_away(sums: BySums, what: BySums) -> None:
    """Where nothing is left there is no record yet."""
    for key, part in what.items():
        held = sums.pop(key, Sums())
        if held.rows > part.rows:
            sums[key] = Sums(held.rows - part.rows, held.total - part.total)
