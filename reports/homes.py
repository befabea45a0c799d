"""The desk of an officer and the year of a leader, put together from roll-ups and today's open work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from federation import past_trees
from federation.models import Organization, User
from federation.periods import Period
from outreach.models import Need
from programs.models import ScreeningQuota
from reports import charts, overview
from reports.charts import Chart, Series, Table
from reports.indicators import INDICATORS, year_until
from reports.models import AnnualSummary
from reports.overview import Pair, Year, pair_of
from reports.statistics import short
from reports.wording import rate, rounded

# A branch is marked as needing help below this recall rate, or with so many overdue needs (screens/03-city-home).
RECALL_HELP, OVERDUE_HELP = 88, 3
RECALL_TARGET = 95
FIVE = ("visits", "screened_women", "loans_released_fen", "children_aided", "lecture_hall_sessions")
SIX = ("visits", "screened_women", "loans_released_fen", "reliefs_paid", "children_aided", "lecture_hall_sessions")


@dataclass(frozen=True)
class Unit:
    """A branch below, with why it needs help, if it does."""

    branch: Organization
    screening: str
    recall: str
    words: str
    needs_help: bool


def pairs(year: Year, codes: tuple[str, ...]) -> list[Pair]:
    task = _task_words(year)
    found = []
    for code in codes:
        if code == "screened_women":
            found.append(pair_of(year, code, sub=task))
        elif code == "children_aided":
            found.append(_children(year))
        else:
            found.append(pair_of(year, code))
    return found


def _task_words(year: Year) -> str:
    value = INDICATORS["screening_quota"].value(year.organization, Period.year(year.year))
    screened = year.value("screened_women")
    if not value or screened is None:
        return ""
    return f"任务 {value} 名，完成 {rounded(rate(int(screened), int(value)) or 0, 1)}%"


def _children(year: Year) -> Pair:
    """Pairing is a state, not an event: counted as it stands at the end of the year or today."""
    if year.year > year.on.year:
        return pair_of(year, "children_aided")
    span = year_until(year.year, on=year.on)
    with past_trees.opened(year.organization, on=span.last_day):
        in_care = INDICATORS["children_in_care"].rows(year.organization, span).count()
        paired = INDICATORS["children_paired"].rows(year.organization, span).count()
    share = rate(paired, in_care)
    number = f"{rounded(share, 1)}%" if share is not None else ""
    note = f"在册 {in_care}，已结对 {paired}"
    return pair_of(year, "children_aided", partner=("儿童结对率", number), note=note)


def units(user: User, year: Year, *, on: date) -> list[Unit]:
    """Branches below in code order, with four queries however many they are."""
    branches = year.organization.units_in(Period.year(year.year))
    column = "township_id" if year.organization.parent_id is None else "organization_id"
    open_needs = Need.objects.visible_to(user).open().filter(answered_on=None).order_by()
    counted = {
        line[0]: line[1:]
        for line in open_needs.values_list(column).annotate(
            waiting=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on))
        )
    }
    quotas = dict(
        ScreeningQuota.objects.within(year.organization)
        .current()
        .filter(issue__campaign__year=year.year)
        .order_by()
        .values_list("organization_id")
        .annotate(Sum("quota"))
    )
    return [_unit(branch, year, quotas.get(branch.pk), counted.get(branch.pk, (0, 0))) for branch in branches]


def _unit(branch: Organization, year: Year, quota: int | None, needs: tuple[int, int]) -> Unit:
    waiting, overdue = needs
    screened, recall = year.of_branch(branch, "screened_women"), year.of_branch(branch, "recall_rate")
    done = rate(int(screened), quota) if screened is not None and quota else None
    low = recall is not None and recall < RECALL_HELP
    reasons = (["召回低"] if low else []) + ([f"超时 {overdue} 件"] if overdue else [])
    help_needed = low or overdue >= OVERDUE_HELP
    usual = f"在办 {waiting} 件" + (f"，超时 {overdue}" if overdue else "")
    return Unit(branch, _whole(done), _whole(recall), "，".join(reasons) if help_needed else usual, help_needed)


def _whole(share: overview.Number | None) -> str:
    return "" if share is None else f"{rounded(share, 0)}%"


# The leader's four charts


def four_charts(year: Year, *, on: date) -> list[tuple[str, Chart]]:
    branch, number = year.organization, year.year
    this = overview.months_of(branch, number, ["needs_raised", "needs_answered", "screenings"])
    last = overview.months_of(branch, number - 1, ["screenings"])
    return [
        ("诉求：收到与办结（件）", _needs_chart(number, this)),
        ("两癌筛查累计人次", _screening_chart(number, this["screenings"], last["screenings"], on)),
        ("诉求类别（件）", _category_chart(year)),
        ("异常召回率，各下级组织", _recall_chart(year)),
    ]


MONTHS = [f"{month}月" for month in range(1, 13)]


def _needs_chart(number: int, this: dict[str, list[int | None]]) -> Chart:
    raised, answered = this["needs_raised"], this["needs_answered"]
    quarters = [
        (name, slice(at, at + 3))
        for name, at in zip(("一季度", "二季度", "三季度", "四季度"), (0, 3, 6, 9), strict=True)
    ]
    rows = [[name, _sum(raised[part]), _sum(answered[part])] for name, part in quarters]
    table = Table(["时间", "收到", "办结"], rows, ["合计", _sum(raised), _sum(answered)])
    return charts.column_chart(
        f"{number}年各月收到和办结的诉求", MONTHS, [Series("收到", raised), Series("办结", answered)], table=table
    )


def _sum(values: list[int | None]) -> str:
    known = [value for value in values if value is not None]
    return str(sum(known)) if known else ""


def _screening_chart(number: int, this: list[int | None], last: list[int | None], on: date) -> Chart:
    reached = on.month if on.year == number else 12
    now, before = _running(this, reached), _running(last, 12)
    rows = [[MONTHS[at], charts.plain(before[at]), charts.plain(now[at])] for at in (2, 5, 8, 11)]
    table = Table(["月末", f"{number - 1}年", f"{number}年"], rows)
    return charts.line_chart(
        "两年累计参检人次", MONTHS, [Series(f"{number}年", now), Series(f"{number - 1}年", before)], table=table
    )


def _running(values: list[int | None], reached: int) -> list[int | None]:
    """Running total; months to come, and years without any record, have none."""
    if all(value is None for value in values):
        return [None] * 12
    total, found = 0, list[int | None]()
    for month, value in enumerate(values, start=1):
        total += value or 0
        found.append(total if month <= reached else None)
    return found


def _category_chart(year: Year) -> Chart:
    labels = {str(key): str(label) for key, label in Need.Category.choices}
    now = [_rows(year.now, key) for key in labels]
    was = [_rows(year.was, key) for key in labels]
    rows = [
        [label, charts.plain(before), charts.plain(this)]
        for label, before, this in zip(labels.values(), was, now, strict=True)
    ]
    table = Table(["类别", f"{year.year - 1}年", f"{year.year}年"], rows, ["合计", _sum(was), _sum(now)])
    return charts.bar_chart(
        "各类诉求件数",
        list(labels.values()),
        Series(f"{year.year}年", now),
        Series(f"{year.year - 1}年", was),
        table=table,
    )


def _rows(sums: overview.BySums, category: str) -> int | None:
    found = sums.get(f"needs_raised.{category}")
    return found.rows if found else None


def _recall_chart(year: Year) -> Chart:
    branches = list(year.organization.units_in(Period.year(year.year)))
    values = [year.of_branch(branch, "recall_rate") for branch in branches]
    due = [year.below.get(branch.pk, {}).get("recalls") for branch in branches]
    bands = (("95% 以上", 95, 1000), ("88%—95%", RECALL_HELP, 95), ("低于 88%", -1, RECALL_HELP))
    rows = []
    for label, low, high in bands:
        inside = [at for at, value in enumerate(values) if value is not None and low <= value < high]
        rows.append([label, str(len(inside)), str(sum(each.rows for at in inside if (each := due[at])))])
    known = [each.rows for each in due if each]
    table = Table(["召回率", "组织数", "应召回"], rows, ["合计", str(len(known)), str(sum(known))])
    return charts.dot_chart(
        "下级组织异常召回率", [short(branch) for branch in branches],
        [None if value is None else round(float(value), 1) for value in values],
        target=RECALL_TARGET, low=RECALL_HELP, axis_words="按区划代码", table=table,
    )  # fmt: skip


def summary_of_year(user: User, organization: Organization, year: int) -> AnnualSummary | None:
    found = AnnualSummary.objects.visible_to(user).filter(organization=organization).of_year(year)
    return found.order_by("-version").first()
