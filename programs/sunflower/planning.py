"""Assessments, and the growth plan: goals now, a look at them at each term's end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit, policy
from federation.models import User
from programs.models import Child, ChildAssessment, GrowthPlan, PlanGoal, PlanReview
from programs.refusing import in_words


@transaction.atomic
def assess(child: Child, *, by: User, on: date, **facts: Any) -> ChildAssessment:
    child = Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    if facts["assessed_on"] > on:
        raise ValidationError({"assessed_on": f"评估日期不能晚于今天 {on:%Y-%m-%d}"})
    assessment = ChildAssessment.objects.create(child=child, organization=child.organization, assessed_by=by, **facts)
    latest = child.assessments.order_by("-assessed_on", "-id")[0]
    child.risk = latest.risk
    child.save(update_fields=["risk"])
    audit.record("programs.child.assessed", child, by=by, risk=assessment.get_risk_display())
    return assessment


def review_day(*, after: date) -> date:
    """The next term's end after that day; both ends are rules."""
    ends = []
    for year in (after.year, after.year + 1):
        for code in ("care.autumn_review_by", "care.spring_review_by"):
            month, day = policy.rule(code, on=after).value.split("-")
            ends.append(date(year, int(month), int(day)))
    return min(end for end in ends if end > after)


@transaction.atomic
def begin_plan(child: Child, *, starts_on: date, goals: dict[str, str], by: User) -> GrowthPlan:
    """`goals`: aspect -> words; aspects without words have none."""
    given = {aspect: words for aspect, words in goals.items() if words}
    if not given:
        raise ValidationError("至少写一个方面的目标，例如学习：期末语文及格")
    if not child.is_in_care(on=starts_on):
        raise ValidationError({"starts_on": f"{starts_on:%Y-%m-%d} 这一天不在关爱期内"})
    plan = GrowthPlan(
        child=child, organization=child.organization, starts_on=starts_on, next_review_on=review_day(after=starts_on)
    )
    with in_words(GrowthPlan):
        plan.save()
    for aspect, words in given.items():
        PlanGoal.objects.create(plan=plan, organization=child.organization, aspect=aspect, words=words)
    audit.record("programs.child.plan_begun", child, by=by, goals=len(given))
    return plan


@transaction.atomic
def review_plan(
    plan: GrowthPlan, *, reviewed_on: date, words: str, progress: dict[int, str], ends: bool, on: date, by: User
) -> PlanReview:
    """`progress`: goal id -> how far; `ends` closes the plan with this review."""
    plan = GrowthPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.closed_on is not None:
        raise ValidationError(f"这份计划已在 {plan.closed_on:%Y-%m-%d} 结束")
    if not plan.starts_on <= reviewed_on <= on:
        raise ValidationError({"reviewed_on": f"评估日期应在计划开始 {plan.starts_on:%Y-%m-%d} 和今天之间"})
    review = PlanReview(
        plan=plan, organization=plan.organization, due_on=plan.next_review_on, reviewed_on=reviewed_on, words=words,
        reviewed_by=by,
    )  # fmt: skip
    with in_words(PlanReview):
        review.save()
    for goal in plan.goals.all():
        goal.progress = progress[goal.pk]
        goal.save(update_fields=["progress"])
    plan.next_review_on = review_day(after=max(plan.next_review_on, reviewed_on))
    plan.closed_on = reviewed_on if ends else None
    plan.save(update_fields=["next_review_on", "closed_on"])
    audit.record("programs.child.plan_reviewed", plan.child, by=by, on=f"{reviewed_on:%Y-%m-%d}")
    return review
