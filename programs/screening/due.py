"""Who is to be called in a campaign, and for each woman the reason in words (domain.md §2.1).

Each look-up of the list is a scalar subquery that an index answers for one woman: an EXISTS would be hashed over all
attendances before the first row came out. Each finds a day, the first of all days where there is none: PostgreSQL expects
a third of the women to pass a comparison of days, and so walks the list in its order up to the end of the page, but next
to none to pass a test for null, and would then check and sort them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from federation import audit
from federation.models import User
from members.models import Woman
from members.models.woman import WomanQuerySet
from programs.models import Campaign, Screening, ScreeningExclusion
from programs.screening.rules import Rules

_NEVER = Value(date.min)
PARTS = (("宫颈癌", "cervical"), ("乳腺癌", "breast"))


def day_of(campaign: Campaign, *, today: date) -> date:
    """The day by which ages and cycles are counted: today, kept within the campaign."""
    return min(max(today, campaign.starts_on), campaign.ends_on)


def women_of_age(campaign: Campaign, *, user: User, on: date) -> WomanQuerySet:
    rules = Rules().on(on)
    return Woman.objects.visible_to(user).living_here().aged(rules.youngest, rules.oldest, on=on)


def due(women: WomanQuerySet, campaign: Campaign, *, user: User, on: date) -> WomanQuerySet:
    """Not yet come, and at least one of the two checks neither in its cycle nor excluded."""
    return _looked_up(women, campaign, user).filter(_is_due(on) & Q(came_on__lte=date.min))


def not_due(women: WomanQuerySet, campaign: Campaign, *, user: User, on: date) -> WomanQuerySet:
    """Not yet come, and not to be called. Found from the few rows that speak against it."""
    screened = Screening.objects.visible_to(user).filter(cervical_due_on__gt=on) | Screening.objects.visible_to(
        user
    ).filter(breast_due_on__gt=on)
    excluded = ScreeningExclusion.objects.visible_to(user).holding_for(campaign)
    against = Q(pk__in=screened.values("woman")) | Q(pk__in=excluded.values("woman"))
    return _looked_up(women.filter(against), campaign, user).filter(~_is_due(on) & Q(came_on__lte=date.min))


def came(women: WomanQuerySet, campaign: Campaign, *, user: User) -> WomanQuerySet:
    attended = Screening.objects.visible_to(user).filter(campaign=campaign)
    return women.filter(pk__in=attended.values("woman"))


def _looked_up(women: WomanQuerySet, campaign: Campaign, user: User) -> WomanQuerySet:
    hers = Screening.objects.visible_to(user).filter(woman=OuterRef("pk"))
    held = ScreeningExclusion.objects.visible_to(user).filter(woman=OuterRef("pk")).holding_for(campaign)
    return women.alias(
        came_on=_day(hers.filter(campaign=campaign).values("attended_on")[:1]),
        cervical_until=_latest(hers, "cervical_due_on"),
        breast_until=_latest(hers, "breast_due_on"),
        cervical_excluded_on=_day(held.filter(cervical=True).values("recorded_on")[:1]),
        breast_excluded_on=_day(held.filter(breast=True).values("recorded_on")[:1]),
    )


def _latest(hers: QuerySet[Screening], column: str) -> Coalesce:
    return _day(hers.order_by().values("woman").annotate(latest=Max(column)).values("latest"))


def _day(found: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(found), _NEVER)


def _is_due(on: date) -> Q:
    return Q(cervical_until__lte=on, cervical_excluded_on__lte=date.min) | Q(
        breast_until__lte=on, breast_excluded_on__lte=date.min
    )


@dataclass(frozen=True)
class Verdict:
    """Whether she is to be called, and why, one sentence for each check."""

    is_due: bool
    words: tuple[str, ...]


def verdicts(women: Sequence[Woman], campaign: Campaign, *, user: User, on: date) -> dict[int, Verdict]:
    """For the women of one page: three queries, however many they are."""
    pks = [woman.pk for woman in women]
    attended: dict[int, list[Screening]] = defaultdict(list)
    for screening in Screening.objects.visible_to(user).filter(woman__in=pks).order_by("attended_on"):
        attended[screening.woman_id].append(screening)
    excluded: dict[int, list[ScreeningExclusion]] = defaultdict(list)
    for held in ScreeningExclusion.objects.visible_to(user).holding_for(campaign).filter(woman__in=pks):
        excluded[held.woman_id].append(held)
    rules = Rules().on(on)
    bounds = (rules.youngest, rules.oldest)
    return {woman.pk: _verdict(woman, campaign, attended[woman.pk], excluded[woman.pk], bounds, on) for woman in women}


def _verdict(
    woman: Woman, campaign: Campaign, attended: list[Screening], excluded: list[ScreeningExclusion],
    bounds: tuple[int, int], on: date,
) -> Verdict:  # fmt: skip
    youngest, oldest = bounds
    age = woman.age(on=on)
    if age is None:
        return Verdict(False, ("档案里没有出生日期，请先补上",))
    if not youngest <= age <= oldest:
        return Verdict(False, (f"满 {age} 岁，本项目是 {youngest} 至 {oldest} 岁",))
    if woman.left_on is not None:
        return Verdict(False, ("已离开本地",))
    here = [screening for screening in attended if screening.campaign_id == campaign.pk]
    if here:
        return Verdict(False, (f"本次已参检，{here[0].attended_on:%Y-%m-%d}",))
    parts = [_part(word, part, attended, excluded, on) for word, part in PARTS]
    return Verdict(any(is_due for is_due, _ in parts), tuple(words for _, words in parts))


def _part(
    word: str, part: str, attended: list[Screening], excluded: list[ScreeningExclusion], on: date
) -> tuple[bool, str]:
    against = next((held for held in excluded if getattr(held, part)), None)
    if against is not None:
        return False, f"{word}不查：{against.get_reason_display()}"
    until = max((day for row in attended if (day := getattr(row, f"{part}_due_on"))), default=None)
    if until is not None and until > on:
        return False, f"{word}在周期内，{until:%Y-%m-%d} 起再查"
    last = max((row.attended_on for row in attended if getattr(row, part)), default=None)
    return True, f"{word}该查：上次 {last:%Y-%m-%d}，周期已满" if last else f"{word}该查：没有查过的记录"


def open_parts(woman: Woman, campaign: Campaign, *, user: User, on: date) -> list[str]:
    """Which of the two checks she is to have."""
    attended = list(Screening.objects.visible_to(user).filter(woman=woman))
    excluded = list(ScreeningExclusion.objects.visible_to(user).holding_for(campaign).filter(woman=woman))
    return [part for word, part in PARTS if _part(word, part, attended, excluded, on)[0]]


@transaction.atomic
def exclude(
    woman: Woman, campaign: Campaign, *, parts: Sequence[str], reason: str, on: date, by: User, detail: str = ""
) -> ScreeningExclusion:
    """She is not called, and why. Only a medical reason holds beyond this campaign."""
    held = ScreeningExclusion.objects.visible_to(by).holding_for(campaign).filter(woman=woman)
    taken = [word for word, part in PARTS if part in parts and held.filter(**{part: True}).exists()]
    if taken:
        raise ValidationError(f"{'、'.join(taken)}已经登记过不查。")
    is_medical = reason == ScreeningExclusion.Reason.MEDICAL
    if is_medical and not detail:
        raise ValidationError({"detail": "医学原因要写具体情况，例如 全子宫切除（非宫颈病变）。"})
    exclusion = ScreeningExclusion(
        woman=woman, organization=woman.organization, campaign=None if is_medical else campaign, reason=reason,
        cervical="cervical" in parts, breast="breast" in parts, detail=detail or None, recorded_on=on, recorded_by=by,
    )  # fmt: skip
    exclusion.full_clean(exclude=["public_id", "detail"])
    exclusion.save()
    audit.record("programs.exclusion.recorded", exclusion, by=by, what=str(exclusion))
    return exclusion


@transaction.atomic
def lift(exclusion: ScreeningExclusion, *, on: date, by: User) -> None:
    """Recorded by mistake, or she comes after all."""
    exclusion = ScreeningExclusion.objects.visible_to(by).select_for_update(of=("self",)).get(pk=exclusion.pk)
    if exclusion.lifted_on is None:
        exclusion.lifted_on = on
        exclusion.save()
        audit.record("programs.exclusion.lifted", exclusion, by=by)


def require_due(woman: Woman, campaign: Campaign, *, parts: Sequence[str], on: date, by: User) -> None:
    """The same guard on entry as on import: nobody is screened twice within a cycle."""
    rules = Rules().on(on)
    age = woman.age(on=on)
    if age is None or not rules.youngest <= age <= rules.oldest:
        raise ValidationError(f"{on} 满 {age} 岁，本项目是 {rules.youngest} 至 {rules.oldest} 岁。")
    if not parts:
        raise ValidationError("两项都在周期内或登记了不查。")
    attended: QuerySet[Any] = Screening.objects.visible_to(by).filter(woman=woman)
    if attended.filter(campaign=campaign).exists():
        raise ValidationError("她在本次筛查里已有参检记录。")
    for word, part in PARTS:
        until = attended.aggregate(until=Max(f"{part}_due_on"))["until"]
        if part in parts and until is not None and until > on:
            raise ValidationError(f"{word}筛查在周期内做过，{until} 起才该再做。")
