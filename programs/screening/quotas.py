"""The task handed down to the townships: by the women due, frozen once issued, issued again with a reason (domain.md §2.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from federation import audit, policy
from federation.models import Organization, User
from members.models import Woman
from programs.models import Campaign, QuotaIssue, Screening, ScreeningQuota
from programs.screening.rules import Rules


@dataclass(frozen=True)
class Share:
    """A township's part: `proposed` is where the officer starts from, `quota` what is to hold."""

    branch: Organization
    women_due: int
    proposed: int
    quota: int
    reason: str = ""

    @property
    def per_hundred(self) -> Decimal:
        """Women to bring of each hundred that are due."""
        return Decimal(self.quota * 100) / self.women_due


@dataclass(frozen=True)
class Unfair:
    """Tasks that weigh very differently on the women due of two townships."""

    heaviest: Share
    lightest: Share
    equal: bool

    def __str__(self) -> str:
        opening = "各乡镇任务几乎一样多，应查妇女却相差很大" if self.equal else "任务和应查妇女不成比例"
        heavy, light = self.heaviest, self.lightest
        return (
            f"{opening}：{heavy.branch.division_name}应查 {heavy.women_due} 名、任务 {heavy.quota} 名，"
            f"每 100 名要查 {heavy.per_hundred:.0f} 名；{light.branch.division_name}应查 {light.women_due} 名、"
            f"任务 {light.quota} 名，每 100 名只查 {light.per_hundred:.0f} 名。"
        )


def townships_of(campaign: Campaign) -> list[Organization]:
    """In code order; never by result."""
    below = Organization.objects.within(campaign.organization).townships().open_on(campaign.starts_on)
    return list(below.order_by("code"))


def women_due(campaign: Campaign) -> dict[int, int]:
    """Women of screening age in each township who are not within the cycle of another campaign's screening."""
    rules = Rules().on(campaign.starts_on)
    women = Woman.objects.within(campaign.organization).living_here()
    within_cycle = Screening.objects.within(campaign.organization).filter(
        woman=OuterRef("pk"), cervical_due_on__gt=campaign.starts_on
    )
    due = women.aged(rules.youngest, rules.oldest, on=campaign.starts_on).filter(
        ~Exists(within_cycle.exclude(campaign=campaign))
    )
    return dict(due.order_by().values_list("township").annotate(Count("pk")))


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


def current_issue(campaign: Campaign) -> QuotaIssue | None:
    return campaign.quota_issues.current().first()


def shares_of(campaign: Campaign, *, anew: bool) -> list[Share]:
    """The shares to start from: those issued last, or anew by the women due."""
    branches, due = townships_of(campaign), women_due(campaign)
    lines = ScreeningQuota.objects.within(campaign.organization).current().filter(issue__campaign=campaign)
    held = {} if anew else {line.organization_id: line for line in lines}
    if not held:
        by_due = largest_remainder(campaign.quota, {branch.pk: due.get(branch.pk, 0) for branch in branches})
        return [Share(branch, due.get(branch.pk, 0), by_due[branch.pk], by_due[branch.pk]) for branch in branches]
    quotas = {pk: line.quota for pk, line in held.items()}
    return [
        Share(branch, due.get(branch.pk, 0), quotas.get(branch.pk, 0), quotas.get(branch.pk, 0)) for branch in branches
    ]


def changed(shares: Sequence[Share], *, quotas: Mapping[int, int], reasons: Mapping[int, str]) -> list[Share]:
    """A reason stands only where the number is not the proposed one."""
    return [
        replace(
            share,
            quota=quotas[share.branch.pk],
            reason=reasons.get(share.branch.pk, "") if quotas[share.branch.pk] != share.proposed else "",
        )
        for share in shares
    ]


def usual_percents(campaign: Campaign) -> list[int]:
    """How the year's task falls on the quarters, in whole percents: by the campaign's days in each."""
    first, last = campaign.starts_on, min(campaign.ends_on, date(campaign.year, 12, 31))
    days = [0, 0, 0, 0]
    for offset in range((last - first).days + 1):
        days[((first + timedelta(days=offset)).month - 1) // 3] += 1
    return list(largest_remainder(100, dict(enumerate(days))).values())


def unfair(shares: Sequence[Share], *, on: date) -> Unfair | None:
    """The two townships furthest apart, where one's women due carry `screening.unfair_factor` times the other's task."""
    total = sum(share.quota for share in shares)
    fair = largest_remainder(total, {share.branch.pk: share.women_due for share in shares})
    known = [share for share in shares if share.women_due]
    if not known or all(abs(share.quota - fair[share.branch.pk]) <= 1 for share in known):
        return None
    ranked = sorted(known, key=lambda share: share.per_hundred)
    lightest, heaviest = ranked[0], ranked[-1]
    if heaviest.per_hundred < policy.decimal("screening.unfair_factor", on=on) * lightest.per_hundred:
        return None
    quotas = [share.quota for share in known]
    return Unfair(heaviest, lightest, equal=max(quotas) - min(quotas) <= max(quotas) // 20)


@transaction.atomic
def issue(
    campaign: Campaign, *, shares: Sequence[Share], percents: Sequence[int], follows: int | None, document_number: str,
    reason: str, on: date, by: User,
) -> QuotaIssue:  # fmt: skip
    """Hand the city's task down. `follows` is the issue that the officer had before her."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    latest = current_issue(campaign)
    if (latest.pk if latest else None) != follows:
        raise ValidationError("您打开这一页以后，任务已经重新下达过。请看过新的任务再改，您填的没有保存。")
    _refuse(campaign, shares, percents)
    issued = QuotaIssue(
        campaign=campaign, follows=latest, number=latest.number + 1 if latest else 1, issued_on=on,
        document_number=document_number, reason=reason, issued_by=by,
    )  # fmt: skip
    issued.full_clean()
    issued.save()
    ScreeningQuota.objects.bulk_create(_line(issued, share, percents) for share in shares)
    audit.record(
        "programs.campaign.distributed", campaign, by=by, quota=campaign.quota, townships=len(shares),
        number=issued.number,
    )  # fmt: skip
    return issued


def _refuse(campaign: Campaign, shares: Sequence[Share], percents: Sequence[int]) -> None:
    total, refusals = sum(share.quota for share in shares), []
    if total != campaign.quota:
        word = "多" if total > campaign.quota else "少"
        gap = abs(total - campaign.quota)
        refusals.append(f"各乡镇合计 {total} 人，比全市任务 {campaign.quota} 人{word} {gap} 人，请改到一样多。")
    if sum(percents) != 100:
        refusals.append(f"四个季度合计 {sum(percents)}%，要等于 100%。")
    if refusals:
        raise ValidationError(refusals)


def _line(issued: QuotaIssue, share: Share, percents: Sequence[int]) -> ScreeningQuota:
    quarters = largest_remainder(share.quota, dict(enumerate(percents)))
    return ScreeningQuota(
        issue=issued, organization=share.branch, township_id=share.branch.filed_under_id, women_due=share.women_due,
        proposed=share.proposed, quota=share.quota, reason=share.reason,
        **{name: quarters[place] for place, name in enumerate(ScreeningQuota.QUARTERS)},
    )  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A line of an issue beside the same township's line of the issue before."""

    line: ScreeningQuota
    before: int | None

    @property
    def difference(self) -> str:
        return "" if self.before is None or self.before == self.line.quota else f"{self.line.quota - self.before:+d}"


def changes_of(issued: QuotaIssue, *, user: User) -> list[Change]:
    """The lines that the user may see, in code order, each with what it was before."""
    lines = ScreeningQuota.objects.visible_to(user)
    before = dict(lines.filter(issue=issued.follows_id).values_list("organization_id", "quota"))
    own = lines.filter(issue=issued).select_related("organization").order_by("organization__code")
    return [Change(line, before.get(line.organization_id)) for line in own]
