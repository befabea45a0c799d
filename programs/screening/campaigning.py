"""Campaigns: opening, the township tasks by largest remainder, and how far each branch has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q

from federation import audit
from federation.models import Level, Organization, User
from members.models import Woman
from programs.models import Campaign, Screening, ScreeningQuota
from programs.screening.rules import Rules


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


def townships_of(campaign: Campaign) -> list[Organization]:
    """In code order; never by result."""
    below = Organization.objects.within(campaign.organization).townships().open_on(campaign.starts_on)
    return list(below.order_by("code"))


def weights_of(campaign: Campaign) -> dict[int, int]:
    """Women of screening age in each township who are not within an earlier cycle (domain.md §2.6)."""
    rules = Rules().on(campaign.starts_on)
    women = Woman.objects.within(campaign.organization).living_here()
    due = women.aged(rules.youngest, rules.oldest, on=campaign.starts_on).exclude(
        screenings__cervical_due_on__gt=campaign.starts_on
    )
    return dict(due.order_by().values_list("township").annotate(Count("pk", distinct=True)))


def largest_remainder(total: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Whole shares that add up to the total. Without any weight the shares are as equal as can be."""
    if not weights:
        return {}
    sum_of_weights = sum(weights.values())
    shares = {key: (weight if sum_of_weights else 1) for key, weight in weights.items()}
    base = sum(shares.values())
    whole = {key: total * share // base for key, share in shares.items()}
    rests = sorted(shares, key=lambda key: (-(total * shares[key] % base), key))
    for key in rests[: total - sum(whole.values())]:
        whole[key] += 1
    return whole


def proposed_quotas(campaign: Campaign) -> dict[int, int]:
    weights = weights_of(campaign)
    return largest_remainder(
        campaign.quota, {branch.pk: weights.get(branch.pk, 0) for branch in townships_of(campaign)}
    )


@transaction.atomic
def distribute(campaign: Campaign, *, quotas: Mapping[int, int], by: User) -> None:
    """Hand the city's task down. The shares must add up to it."""
    total = sum(quotas.values())
    if total != campaign.quota:
        raise ValidationError(
            f"各乡镇合计 {total} 人，和全市任务 {campaign.quota} 人差 {abs(total - campaign.quota)} 人。"
        )
    held = {
        held.organization_id: held
        for held in ScreeningQuota.objects.within(campaign.organization).filter(campaign=campaign)
    }
    for branch in Organization.objects.filter(pk__in=quotas):
        row = held.get(branch.pk) or ScreeningQuota(campaign=campaign, organization=branch)
        row.quota = quotas[branch.pk]
        row.save()
    audit.record("programs.campaign.distributed", campaign, by=by, quota=total, townships=len(quotas))


@dataclass(frozen=True)
class Progress:
    """How far one branch has come. Without a task of its own there is no rate."""

    branch: Organization
    attended: int
    to_contact: int
    quota: int | None

    @property
    def rate(self) -> str:
        return f"{self.attended * 100 / self.quota:.1f}%" if self.quota else "没有下达任务"


def progress_of(campaign: Campaign, branch: Organization) -> Progress:
    """One branch as a whole."""
    facts = Screening.objects.within(branch).filter(campaign=campaign)
    counted = facts.aggregate(attended=Count("pk"), to_contact=Count("pk", filter=Q(needs_contact=True)))
    if branch.level == Level.CITY:
        return Progress(branch, quota=campaign.quota, **counted)
    own = ScreeningQuota.objects.within(branch).filter(campaign=campaign, organization=branch)
    return Progress(branch, quota=own.values_list("quota", flat=True).first(), **counted)


def progress_below(campaign: Campaign, branch: Organization) -> list[Progress]:
    """The branches right below, in code order: townships with their tasks, or villages."""
    field = "township_id" if branch.level == Level.CITY else "organization_id"
    facts = Screening.objects.within(branch).filter(campaign=campaign).order_by()
    rows = facts.values(field).annotate(attended=Count("pk"), to_contact=Count("pk", filter=Q(needs_contact=True)))
    counted = {row[field]: (row["attended"], row["to_contact"]) for row in rows}
    quotas = dict(
        ScreeningQuota.objects.within(branch).filter(campaign=campaign).values_list("organization_id", "quota")
    )
    return [
        Progress(below, *counted.get(below.pk, (0, 0)), quota=quotas.get(below.pk))
        for below in branch.units_below(on=campaign.starts_on)
    ]
