"""What waits for a person, and what is coming: the two questions that a home page answers first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import TruncDate
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from federation import rearranging
from federation.models import Level, Organization, TreeChange, User
from federation.permissions import OFFICERS, Role
from members.models import Appointment
from outreach.models import FollowUp, Need
from programs.applications.process import PROCESSES
from programs.models import LoanApplication, ReliefGrant
from programs.models.application import ApplicationQuerySet
from programs.waiting import (
    accesses_waiting,
    bank_lines_waiting,
    contacts_waiting,
    incidents_waiting,
    mentors_waiting,
    payments_waiting,
)
from reports.models import AnnualSummary
from reports.permissions import stands_above

NAMED = 3
AHEAD = 14
SHOWN = 8


@dataclass(frozen=True)
class Waiting:
    """One kind of thing that somebody must do, with the oldest of its kind."""

    label: str
    url: str
    source: str
    count: int
    unit: str
    since: date | None
    due: date | None
    overdue_days: int = 0

    @property
    def is_late(self) -> bool:
        return self.overdue_days > 0


@dataclass(frozen=True)
class Coming:
    on: date
    what: str
    note: str


def address(route: str, query: str = "", *, args: Sequence[str] = ()) -> str:
    try:
        return reverse(route, args=args) + query
    except NoReverseMatch:
        return ""


def waiting_for(user: User, *, on: date) -> list[Waiting]:
    """Late kinds first, then those that have waited longest."""
    home = user.organization
    if home is None:
        return []
    if not user.has_role(*OFFICERS):
        found = [*_decisions(user, on), *_payments(user, on)]
        if user.has_role(Role.RIGHTS_OFFICER):
            found += [*_needs(user, home, on), *_confirmations(user, on)]
    else:
        found = [
            *_needs(user, home, on),
            *_reliefs(user, home, on),
            *_applications(LoanApplication.objects.at_desk_of(user, on=on), on),
            *_payments(user, on),
            *_accesses(user, on),
            *_care(user, on),
            *_recalls(user, on),
            *_decisions(user, on),
            *_own(user, home),
            *_changes(user),
        ]
    return [*_incidents(user), *sorted(found, key=lambda each: (-each.overdue_days, each.due or each.since or on))]


def _incidents(user: User) -> Iterator[Waiting]:
    """Suspected harm that no authority has been told of stands before everything else; its clock runs in minutes."""
    waiting = incidents_waiting(user)
    found = waiting.order_by().aggregate(count=Count("pk"), since=Min("recorded_at"))
    if user.has_role(Role.RIGHTS_OFFICER) and found["count"]:
        since = timezone.localdate(found["since"])
        yield Waiting(
            "疑似侵害，还没有报告公安等部门", address("programs:incident_list"), _sources(waiting), found["count"],
            "件", since, since,
        )  # fmt: skip


def _needs(user: User, home: Organization, on: date) -> Iterator[Waiting]:
    desk = Need.Desk.CITY if home.level == Level.CITY else Need.Desk.TOWNSHIP
    open_needs = Need.objects.visible_to(user)
    yield from _kind(
        "诉求待答复",
        address("outreach:need_list", f"?view={desk}"),
        open_needs.at_desk(desk),
        "件",
        "raised_on",
        "due_on",
        on,
    )
    yield from _kind(
        "回访不满意，重办",
        address("outreach:need_list"),
        open_needs.open().filter(answered_on=None, times_reopened__gt=0),
        "件",
        "raised_on",
        "due_on",
        on,
    )
    overdue = open_needs.overdue(on=on).exclude(desk=desk)
    yield from _kind(
        "下级超时未答复的诉求", address("outreach:need_list", "?view=overdue"), overdue, "件", "raised_on", "due_on", on
    )


def _confirmations(user: User, on: date) -> Iterator[Waiting]:
    """Answers that others gave: she may ask the woman whether it helped."""
    waiting = Need.objects.visible_to(user).to_confirm_by(user)
    yield from _kind("待回访本人", address("outreach:need_list", "?view=confirm"), waiting, "件", "answered_on", "", on)


def _applications(rows: ApplicationQuerySet[Any], on: date) -> Iterator[Waiting]:
    """One line for each desk that has something on it, in the desk's own words; what other offices have is one line."""
    process = PROCESSES[rows.model.kind]
    url = address("programs:application_list", args=[process.kind])
    states = set(rows.order_by().values_list("state", flat=True).distinct())
    outside = {state for state in states if process.desks[state].outside}
    if len(outside) > 1:
        label = f"{process.noun}：等外单位的结果，到了登记"
        yield from _kind(label, url, rows.filter(state__in=outside), "件", "arrived_on", "due_on", on)
        states -= outside
    for state in sorted(states, key=process.place):
        label = f"{process.noun}：{process.desks[state].todo}"
        yield from _kind(label, url, rows.filter(state=state), "件", "arrived_on", "due_on", on)


def _reliefs(user: User, home: Organization, on: date) -> Iterator[Waiting]:
    yield from _applications(ReliefGrant.objects.at_desk_of(user, on=on), on)
    visits = ReliefGrant.objects.visible_to(user).to_visit() if home.level != Level.CITY else ReliefGrant.objects.none()
    yield from _kind(
        "救助金到账后待回访", address("programs:relief_list", "?visit=on&start="), visits, "件", "paid_on", "", on
    )


def _payments(user: User, on: date) -> Iterator[Waiting]:
    """Relief that nobody has asked the money for, signatures that wait for her, and what the bank answered differently."""
    if user.has_role(*OFFICERS):
        approved = ReliefGrant.objects.visible_to(user).payable()
        yield from _kind("获批救助待提请支付", address("programs:payment_ask"), approved, "件", "approved_on", "", on)
    label = "支付待编批次" if user.has_role(Role.FINANCE_OFFICER) else "支付待签批"
    url = address("programs:payment_list")
    yield from _kind(label, url, payments_waiting(user), "笔", "requested_on", "", on)
    if user.has_role(Role.FINANCE_OFFICER, Role.FINANCE_REVIEWER):
        lines = bank_lines_waiting(user)
        yield from _kind(
            "银行回盘差异待处理", address("programs:payment_batch_list"), lines, "处", "happened_on", "", on
        )


def _accesses(user: User, on: date) -> Iterator[Waiting]:
    asked = accesses_waiting(user).annotate(asked_on=TruncDate("asked_at"))
    yield from _kind("查看儿童档案待批准", address("programs:access_list"), asked, "份", "asked_on", "", on)


def _care(user: User, on: date) -> Iterator[Waiting]:
    """Quiet: what is due to a child, counted for nobody's rank."""
    mentors = mentors_waiting(user)
    url = address("programs:mentor_list", "?stage=lapsed")
    yield from _kind("结对人审核到期，待复审", url, mentors, "人", "vetted_until", "vetted_until", on)
    url = address("programs:pairing_list", "?due=contact")
    yield from _kind("结对该联系了", url, contacts_waiting(user), "对", "contact_due_on", "", on)


def _recalls(user: User, on: date) -> Iterator[Waiting]:
    overdue = FollowUp.objects.visible_to(user).recalls().overdue(on=on)
    yield from _kind(
        "请她联系医院，过期未办",
        address("outreach:follow_up_list", "?view=recalls"),
        overdue,
        "人",
        "due_on",
        "due_on",
        on,
    )


def _decisions(user: User, on: date) -> Iterator[Waiting]:
    """Summaries that wait for this person's decision."""
    sent = AnnualSummary.objects.visible_to(user).filter(state=AnnualSummary.State.SENT).select_related("organization")
    mine = [summary for summary in sent if stands_above(user, summary) and _is_next_above(user, summary)]
    if mine:
        since = min(summary.sent_at.date() for summary in mine if summary.sent_at)
        url = mine[0].get_absolute_url() if len(mine) == 1 else address("reports:summary_list")
        names = _named([summary.organization.short_name for summary in mine])
        yield Waiting("年度总结待审定", url, names, len(mine), "份", since, None)


def _is_next_above(user: User, summary: AnnualSummary) -> bool:
    """A village's summary waits for its township, not for the city at the same time."""
    home = user.organization
    return home is not None and summary.organization.parent_id in (home.pk, None)


def _changes(user: User) -> Iterator[Waiting]:
    """Moves and mergers that another person asked for."""
    waiting = [
        change
        for change in TreeChange.objects.visible_to(user).waiting().with_people()
        if rearranging.may_confirm(user, change)
    ]
    if waiting:
        url = waiting[0].get_absolute_url() if len(waiting) == 1 else address("organization_tree")
        since = min(change.proposed_at.date() for change in waiting)
        names = _named([change.branch.short_name for change in waiting])
        yield Waiting("组织调整待确认", url, names, len(waiting), "件", since, None)


def _own(user: User, home: Organization) -> Iterator[Waiting]:
    returned = AnnualSummary.objects.visible_to(user).filter(organization=home, state=AnnualSummary.State.RETURNED)
    for summary in returned:
        since = summary.decided_at.date() if summary.decided_at else None
        yield Waiting("年度总结退回修改", summary.get_absolute_url(), "上级", 1, "份", since, None)


def _kind(label: str, url: str, rows: QuerySet[Any], unit: str, since: str, due: str, on: date) -> Iterator[Waiting]:
    """All rows of a kind in one line, by one query for the count and one for where they come from."""
    found = rows.order_by().aggregate(count=Count("pk"), since=Min(since), **({"due": Min(due)} if due else {}))
    if not found["count"]:
        return
    earliest: date | None = found.get("due")
    late = (on - earliest).days if earliest and earliest < on else 0
    yield Waiting(label, url, _sources(rows), found["count"], unit, found["since"], earliest, late)


def _sources(rows: QuerySet[Any]) -> str:
    column = (
        "township__short_name"
        if rows.filter(organization__level=Level.CITY).first() is None
        else "organization__short_name"
    )
    names = rows.order_by(column).values_list(column, flat=True).distinct()[: NAMED + 1]
    return _named([name for name in names if name])


def _named(names: list[str]) -> str:
    shown = "、".join(name.removesuffix("妇联") for name in names[:NAMED])
    return f"{shown}等" if len(names) > NAMED else shown


def needs_coming_for(user: User, *, on: date) -> list[Coming]:
    """Days within a fortnight on which a promised answer falls due."""
    until = on + timedelta(days=AHEAD)
    needs = Need.objects.visible_to(user).open().filter(answered_on=None, due_on__gte=on, due_on__lte=until)
    return [Coming(day, f"{count} 件诉求到期", "还没有答复") for day, count in _by_day(needs)]


def coming_for(user: User, *, on: date) -> list[Coming]:
    """Days within a fortnight on which something falls due, and terms that end within half a year."""
    until = on + timedelta(days=AHEAD)
    tasks = FollowUp.objects.visible_to(user).open().filter(due_on__gte=on, due_on__lte=until)
    found = [
        *needs_coming_for(user, on=on),
        *(Coming(day, f"{count} 件跟进到期", "还没有办") for day, count in _by_day(tasks)),
        *_terms(user, on),
    ]
    return sorted(found, key=lambda each: each.on)[:SHOWN]


def _by_day(rows: QuerySet[Any]) -> list[tuple[date, int]]:
    return list(rows.order_by("due_on").values_list("due_on").annotate(Count("pk"))[:SHOWN])


def _terms(user: User, on: date) -> Iterator[Coming]:
    ending = Appointment.objects.visible_to(user).ending_before(on + timedelta(days=180))
    days = ending.filter(post=Appointment.Post.CHAIR, term_ends_on__gte=on).order_by("term_ends_on")
    for day, count in days.values_list("term_ends_on").annotate(Count("pk"))[:2]:
        yield Coming(day, f"{count} 名主席届满", "换届要提前半年筹备")
