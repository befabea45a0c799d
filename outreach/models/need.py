from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from federation import scoping
from federation.models import User
from federation.periods import Period
from federation.permissions import Role
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from members.models import Woman
from outreach.models.visit import Visit


class Stage(models.TextChoices):
    """Derived from the dates of a need, never stored."""

    WAITING = "waiting", "待受理"
    IN_HAND = "in_hand", "办理中"
    REOPENED = "reopened", "不满意重办"
    WITH_LEADER = "with_leader", "领导包案"
    ANSWERED = "answered", "待回访"
    MET = "met", "已解决"
    CLOSED = "closed", "已办结"
    WITHDRAWN = "withdrawn", "已撤回"


class NeedQuerySet(ScopedQuerySet["Need"]):
    def visible_to(self, user: User) -> Self:
        """A rights officer's grant opens the needs of her desk only; whoever holds another grant keeps what that opens."""
        rows = super().visible_to(user)
        if not user.has_role(Role.RIGHTS_OFFICER):
            return rows
        others = scoping.opened_by([grant for grant in user.current_grants if grant.role != Role.RIGHTS_OFFICER])
        return rows if others.everything else rows.filter(others.condition() | Q(category__in=RIGHTS))

    def open(self) -> Self:
        return self.filter(confirmed_on=None, withdrawn_on=None)

    def handed_over(self, *, on: date) -> Self:
        """What came in this year; what is still open of earlier years is worked by the receiver where it is filed."""
        return self.open().filter(raised_on__year=on.year)

    def needing_a_branch(self) -> Self:
        return self.open()

    def overdue(self, *, on: date) -> Self:
        """The promised day is past and nobody has answered yet."""
        return self.open().filter(answered_on=None, due_on__lt=on)

    def waiting_confirmation(self) -> Self:
        return self.open().exclude(answered_on=None)

    def to_confirm_by(self, user: User) -> Self:
        """Whoever answered does not ask the woman herself."""
        return self.waiting_confirmation().exclude(answered_by=user)

    def at_desk(self, desk: str) -> Self:
        return self.open().filter(desk=desk, answered_on=None)

    def raised_in(self, period: Period) -> Self:
        return self.filter(raised_on__gte=period.start, raised_on__lt=period.end)

    def confirmed_in(self, period: Period) -> Self:
        return self.filter(confirmed_on__gte=period.start, confirmed_on__lt=period.end)

    def confirmed(self) -> Self:
        """Closed: the woman has been asked."""
        return self.exclude(confirmed_on=None)

    def met(self) -> Self:
        """Solved wholly or in part, and confirmed so by the woman."""
        return self.filter(confirmed_on__isnull=False, outcome__in=[Need.Outcome.SOLVED, Need.Outcome.PARTLY])

    def with_people(self) -> Self:
        return self.select_related("organization", "woman", "visit", "handler")


class Need(ScopedModel):
    """What a woman asks for. It is open until somebody other than the handler hears from her that it is met."""

    class Category(models.TextChoices):
        EMPLOYMENT = "employment", "就业创业"
        HEALTH = "health", "健康两癌"
        MARRIAGE = "marriage", "婚姻家庭"
        VIOLENCE = "violence", "人身安全"
        SCHOOLING = "schooling", "子女教育"
        LEFT_BEHIND = "left_behind", "留守关爱"
        LAND = "land", "土地权益"
        RELIEF = "relief", "社会救助"
        COUNSELLING = "counselling", "心理疏导"
        OTHER = "other", "其他"

    class Urgency(models.TextChoices):
        ORDINARY = "ordinary", "一般"
        SOON = "soon", "较急"
        URGENT = "urgent", "紧急"

    class Desk(models.TextChoices):
        """Which level has it in hand."""

        VILLAGE = "village", "村（社区）"
        TOWNSHIP = "township", "乡镇（街道）"
        CITY = "city", "市妇联"

    class Outcome(models.TextChoices):
        SOLVED = "solved", "已解决"
        PARTLY = "partly", "部分解决"
        EXPLAINED = "explained", "解释说明"
        IMPOSSIBLE = "impossible", "无法解决"

    class Satisfaction(models.TextChoices):
        SATISFIED = "satisfied", "满意"
        MOSTLY = "mostly", "基本满意"
        DISSATISFIED = "dissatisfied", "不满意"
        NOT_SAID = "not_said", "未评价"

    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="needs", verbose_name="来自走访"
    )
    woman = models.ForeignKey(Woman, models.PROTECT, null=True, blank=True, related_name="needs", verbose_name="本人")
    category = models.CharField("类别", max_length=20, choices=Category.choices)
    words = models.TextField("诉求原话", max_length=1000)
    urgency = models.CharField("紧急程度", max_length=20, choices=Urgency.choices, default=Urgency.ORDINARY)
    raised_on = models.DateField("提出日期")
    due_on = models.DateField("承诺时限")
    desk = models.CharField("现在由", max_length=20, choices=Desk.choices, default=Desk.VILLAGE)
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="handled_needs", verbose_name="承办人"
    )
    outcome = models.CharField("结果", max_length=20, choices=Outcome.choices, blank=True)
    answer = models.TextField("答复", blank=True, max_length=1000)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    confirmed_on = models.DateField("回访日期", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回访人"
    )
    satisfaction = models.CharField("满意度", max_length=20, choices=Satisfaction.choices, blank=True)
    times_reopened = models.PositiveSmallIntegerField("重办次数", default=0)
    escalated_on = models.DateField("领导包案日期", null=True, blank=True)
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)

    objects = ScopedManager.from_queryset(NeedQuerySet)()

    class Meta:
        verbose_name = "诉求"
        verbose_name_plural = "诉求"
        indexes = [
            models.Index(fields=["township", "raised_on", "id"], name="need_by_township"),
            models.Index(fields=["organization", "raised_on", "id"], name="need_by_branch"),
            models.Index(fields=["raised_on", "id"], name="need_by_day"),
            models.Index(fields=["township", "due_on", "id"], name="need_by_township_due"),
            models.Index(fields=["organization", "due_on", "id"], name="need_by_branch_due"),
            models.Index(fields=["due_on", "id"], name="need_by_due_day"),
            # Every page counts what waits: few are open at a time, however many years are on file. What the counts
            # and the second wall look at stands in it, so that no row is fetched.
            models.Index(
                fields=["desk", "due_on"],
                include=["visit", "organization", "township", "answered_on"],
                name="need_open",
                condition=Q(confirmed_on=None, withdrawn_on=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("answered_by")),
                name="need_confirmed_by_someone_else",
                violation_error_message="回访要由承办人以外的人来做",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on=None) | Q(answered_on__isnull=False),
                name="need_answered_before_confirmed",
                violation_error_message="还没有答复，不能回访销号",
            ),
            models.CheckConstraint(
                condition=Q(times_reopened__lte=2),
                name="need_reopened_twice_at_most",
                violation_error_message="已重办两次，请转领导包案",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()}诉求"

    def get_absolute_url(self) -> str:
        return reverse("outreach:need_detail", args=[self.pk])

    def is_open(self) -> bool:
        return self.confirmed_on is None and self.withdrawn_on is None

    @property
    def number(self) -> str:
        return f"SQ{self.raised_on:%Y}-{self.pk:04}"

    def is_overdue(self, *, on: date) -> bool:
        return self.is_open() and self.answered_on is None and self.due_on < on

    def is_waiting_confirmation(self) -> bool:
        return self.is_open() and self.answered_on is not None

    def stage(self) -> Stage:
        """The word for where it stands; the page adds how late it is."""
        if self.withdrawn_on:
            return Stage.WITHDRAWN
        if self.confirmed_on:
            return Stage.MET if self.outcome in (self.Outcome.SOLVED, self.Outcome.PARTLY) else Stage.CLOSED
        if self.answered_on:
            return Stage.ANSWERED
        if self.escalated_on:
            return Stage.WITH_LEADER
        if self.times_reopened:
            return Stage.REOPENED
        return Stage.IN_HAND if self.handler_id else Stage.WAITING


# The rights desk's categories: marriage and family, safety of person, land (domain.md §6).
RIGHTS = (Need.Category.VIOLENCE, Need.Category.MARRIAGE, Need.Category.LAND)
