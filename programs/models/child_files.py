"""What a child's file grows by: the guardian's consents, assessments, and the growth plan with its termly reviews."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from programs.models.sunflower import Child


class GuardianConsentQuerySet(ScopedQuerySet["GuardianConsent"]):
    def in_force(self, *, on: date) -> Self:
        return self.filter(signed_on__lte=on).filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=on))


class GuardianConsent(ScopedModel):
    """A guardian's signature under one version of the consent text. Without it nobody outside hears of the child."""

    child = models.ForeignKey(Child, models.CASCADE, related_name="consents", verbose_name="儿童")
    version = models.CharField("同意书版本", max_length=20)
    signed_by = models.CharField("签字人", max_length=40)
    relation = models.CharField("与儿童关系", max_length=20)
    signed_on = models.DateField("签字日期")
    recorded_on = models.DateField("登记日期")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)

    objects = ScopedManager.from_queryset(GuardianConsentQuerySet)()

    class Meta:
        verbose_name = "监护人同意"
        verbose_name_plural = "监护人同意"
        constraints = [
            models.UniqueConstraint(
                fields=["child"],
                condition=Q(withdrawn_on=None),
                name="one_consent_in_force_per_child",
                violation_error_message="这个孩子已有一份有效的监护人同意，请先登记撤回",
            ),
            models.CheckConstraint(
                condition=Q(signed_on__lte=F("recorded_on")),
                name="consent_signed_before_it_is_recorded",
                violation_error_message="签字日期不能晚于今天",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("signed_on")),
                name="consent_withdrawn_after_it_is_signed",
                violation_error_message="撤回日期不能早于签字日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} 版，{self.signed_on:%Y-%m-%d}"


class Aspect(models.TextChoices):
    """What a child is asked about (domain.md §5.2)."""

    LIFE = "life", "生活"
    STUDY = "study", "学习"
    MIND = "mind", "心理"
    SAFETY = "safety", "安全"
    MEDICAL = "medical", "医疗"


class ChildAssessmentQuerySet(ScopedQuerySet["ChildAssessment"]):
    """Newest first where one is wanted."""


class ChildAssessment(ScopedModel):
    """What she needs, aspect by aspect, and how great the risk is."""

    class Level(models.TextChoices):
        NONE = "none", "没有困难"
        SOME = "some", "要关注"
        URGENT = "urgent", "急需帮助"

    child = models.ForeignKey(Child, models.CASCADE, related_name="assessments", verbose_name="儿童")
    assessed_on = models.DateField("评估日期")
    life = models.CharField("生活", max_length=10, choices=Level.choices)
    study = models.CharField("学习", max_length=10, choices=Level.choices)
    mind = models.CharField("心理", max_length=10, choices=Level.choices)
    safety = models.CharField("安全", max_length=10, choices=Level.choices)
    medical = models.CharField("医疗", max_length=10, choices=Level.choices)
    risk = models.CharField("风险等级", max_length=10, choices=Child.Risk.choices)
    words = models.CharField("说明", max_length=200, blank=True)
    assessed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="评估人")

    objects = ScopedManager.from_queryset(ChildAssessmentQuerySet)()

    class Meta:
        verbose_name = "需求评估"
        verbose_name_plural = "需求评估"
        indexes = [models.Index(fields=["child", "-assessed_on"], name="assessment_by_day")]

    def __str__(self) -> str:
        return f"{self.assessed_on:%Y-%m-%d} 评估"

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Aspect, its level's code and words."""
        levels = ((aspect.label, getattr(self, aspect.value)) for aspect in Aspect)
        return [(str(label), level, str(self.Level(level).label)) for label, level in levels]


class GrowthPlanQuerySet(ScopedQuerySet["GrowthPlan"]):
    def in_force(self) -> Self:
        return self.filter(closed_on=None)

    def due_by(self, day: date) -> Self:
        return self.in_force().filter(next_review_on__lte=day)

    def with_children(self) -> Self:
        return self.select_related("child", "organization", "township")


class GrowthPlan(ScopedModel):
    """Goals for one child, looked at again at the end of each term."""

    # A review within this many days before its day is the term's own.
    REVIEW_OPENS_BEFORE = timedelta(days=45)

    child = models.ForeignKey(Child, models.CASCADE, related_name="plans", verbose_name="儿童")
    starts_on = models.DateField("计划开始日期")
    next_review_on = models.DateField("下次评估期限")
    closed_on = models.DateField("计划结束日期", null=True, blank=True)

    objects = ScopedManager.from_queryset(GrowthPlanQuerySet)()

    class Meta:
        verbose_name = "成长计划"
        verbose_name_plural = "成长计划"
        indexes = [
            models.Index(fields=["next_review_on", "id"], condition=Q(closed_on=None), name="plan_by_review"),
            models.Index(
                fields=["township", "next_review_on", "id"], condition=Q(closed_on=None), name="plan_by_township"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["child"],
                condition=Q(closed_on=None),
                name="one_plan_in_force_per_child",
                violation_error_message="这个孩子已有一份在执行的成长计划",
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m-%d} 起的成长计划"

    def is_late(self, *, on: date) -> bool:
        return self.closed_on is None and self.next_review_on < on

    def may_review(self, *, on: date) -> bool:
        return self.closed_on is None and on >= self.next_review_on - self.REVIEW_OPENS_BEFORE


class PlanGoalQuerySet(ScopedQuerySet["PlanGoal"]):
    """In the order they were written."""


class PlanGoal(ScopedModel):
    """One goal an aspect; the latest review says how far it is."""

    class Progress(models.TextChoices):
        REACHED = "reached", "已达到"
        BETTER = "better", "有进步"
        SAME = "same", "没有变化"
        WORSE = "worse", "变差了"

    plan = models.ForeignKey(GrowthPlan, models.CASCADE, related_name="goals", verbose_name="成长计划")
    aspect = models.CharField("方面", max_length=10, choices=Aspect.choices)
    words = models.CharField("目标", max_length=100)
    progress = models.CharField("进展", max_length=10, choices=Progress.choices, blank=True)

    objects = ScopedManager.from_queryset(PlanGoalQuerySet)()

    class Meta:
        verbose_name = "成长目标"
        verbose_name_plural = "成长目标"
        constraints = [models.UniqueConstraint(fields=["plan", "aspect"], name="one_goal_per_plan_and_aspect")]

    def __str__(self) -> str:
        return self.words


class PlanReviewQuerySet(ScopedQuerySet["PlanReview"]):
    """One for each term."""


class PlanReview(ScopedModel):
    """A term's end: what was found. One for each day a review was due."""

    plan = models.ForeignKey(GrowthPlan, models.CASCADE, related_name="reviews", verbose_name="成长计划")
    due_on = models.DateField("期限")
    reviewed_on = models.DateField("评估日期")
    words = models.CharField("学期小结", max_length=200)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="评估人")

    objects = ScopedManager.from_queryset(PlanReviewQuerySet)()

    class Meta:
        verbose_name = "学期评估"
        verbose_name_plural = "学期评估"
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "due_on"],
                name="one_review_per_plan_and_term",
                violation_error_message="这个学期已经评估过",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reviewed_on:%Y-%m-%d} 学期评估"
