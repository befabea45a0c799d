"""Campaigns: opening them, and how far each branch has come, quarter by quarter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, Q

from federation import audit
from federation.models import Level, Organization, User
from programs.models import Campaign, Screening, ScreeningQuota


@transaction.atomic
def open_campaign(
    *, organization: Organization, year: int, name: str, document_number: str, quota: int, starts_on: date,
    ends_on: date, by: User,
) -> Campaign:  # fmt: skip
    campaign = Campaign(
        organization=organization, year=year, name=name, document_number=document_number, quota=quota,
        starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip
    campaign.full_clean()
    campaign.save()
    audit.record("programs.campaign.opened", campaign, by=by, quota=quota)
    return campaign


@transaction.atomic
def edit(campaign: Campaign, *, by: User, **fields: object) -> Campaign:
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    for name, value in fields.items():
        setattr(campaign, name, value)
    campaign.full_clean()
    campaign.save()
    audit.record("programs.campaign.edited", campaign, by=by, fields=sorted(fields))
    return campaign


@dataclass(frozen=True)
class Quarter:
    attended: int
    quota: int | None


@dataclass(frozen=True)
class Progress:
    """How far one branch has come. Without a task of its own there is no rate."""

    branch: Organization
    attended: int
    to_contact: int
    quota: int | None
    quarters: tuple[Quarter, ...]

    @property
    def rate(self) -> str:
        return f"{self.attended * 100 / self.quota:.1f}%" if self.quota else "没有下达任务"

    def short_by(self, campaign: Campaign, *, on: date) -> int | None:
        """Women missing from the tasks of the quarters that have ended; None without a plan by quarter."""
        ended = [quarter for day, quarter in zip(_ends(campaign.year), self.quarters, strict=True) if day < on]
        if not ended or any(quarter.quota is None for quarter in ended):
            return None
        return max(0, sum(quarter.quota or 0 for quarter in ended) - sum(quarter.attended for quarter in ended))


def _ends(year: int) -> tuple[date, ...]:
    return date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31)


def _counts(campaign: Campaign) -> dict[str, Count]:
    """What came before the year or after it counts to the quarter nearest."""
    first, second, third, _ = _ends(campaign.year)
    spans = (
        Q(attended_on__lte=first),
        Q(attended_on__gt=first, attended_on__lte=second),
        Q(attended_on__gt=second, attended_on__lte=third),
        Q(attended_on__gt=third),
    )
    quarters = {f"attended_{place}": Count("pk", filter=span) for place, span in enumerate(spans)}
    return {"attended": Count("pk"), "to_contact": Count("pk", filter=Q(needs_contact=True)), **quarters}


_NONE = {"attended": 0, "to_contact": 0, **{f"attended_{place}": 0 for place in range(4)}}
# quota, then its four quarters
_Task = tuple[int | None, int | None, int | None, int | None, int | None]
_NO_TASK: _Task = (None, None, None, None, None)


def _progress(branch: Organization, counted: dict[str, int], task: _Task) -> Progress:
    quarters = tuple(Quarter(counted[f"attended_{place}"], task[place + 1]) for place in range(4))
    return Progress(branch, counted["attended"], counted["to_contact"], task[0], quarters)


def _tasks(campaign: Campaign, branch: Organization) -> dict[int, _Task]:
    lines = ScreeningQuota.objects.within(branch).current().filter(issue__campaign=campaign)
    return {pk: task for pk, *task in lines.values_list("organization_id", "quota", *ScreeningQuota.QUARTERS)}


def progress_of(campaign: Campaign, branch: Organization) -> Progress:
    """One branch as a whole."""
    counted = Screening.objects.within(branch).filter(campaign=campaign).aggregate(**_counts(campaign))
    tasks = _tasks(campaign, branch)
    if branch.level == Level.CITY:
        return _progress(branch, counted, _whole(campaign.quota, list(tasks.values())))
    return _progress(branch, counted, tasks.get(branch.pk, _NO_TASK))


def _whole(quota: int, tasks: list[_Task]) -> _Task:
    """The city's own task; its quarters are the townships' together, where each of them has a plan."""
    if not tasks or any(None in task for task in tasks):
        return (quota, None, None, None, None)
    first, second, third, fourth = (sum(task[place] or 0 for task in tasks) for place in range(1, 5))
    return (quota, first, second, third, fourth)


def progress_below(campaign: Campaign, branch: Organization) -> list[Progress]:
    """The branches right below, in code order: townships with their tasks, or villages."""
    field = "township_id" if branch.level == Level.CITY else "organization_id"
    facts = Screening.objects.within(branch).filter(campaign=campaign).order_by()
    counted = {row[field]: row for row in facts.values(field).annotate(**_counts(campaign))}
    tasks = _tasks(campaign, branch)
    return [
        _progress(below, counted.get(below.pk, _NONE), tasks.get(below.pk, _NO_TASK))
        for below in branch.units_below(on=campaign.starts_on)
    ]
