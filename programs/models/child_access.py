"""Leave to open one child's file: asked for with a purpose, allowed by another person, for some days, on record."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from federation.models import Organization, User
from federation.permissions import OFFICERS, Role
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from programs.models.sunflower import Child

DECIDERS = (*OFFICERS, Role.LEADER)


class ChildAccessQuerySet(ScopedQuerySet["ChildAccess"]):
    def waiting(self) -> Self:
        return self.filter(decided_at=None).exclude(basis=ChildAccess.Basis.MAKER)

    def to_decide_by(self, user: User) -> Self:
        """Asked by somebody of her own branch or below it, and not by herself: the superior answers, or a colleague."""
        home = user.organization
        if home is None or not user.has_role(*DECIDERS):
            return self.none()
        return self.visible_to(user).waiting().filter(desk__path__startswith=home.path).exclude(person=user.person)

    def open_for(self, user: User, *, at: datetime) -> Self:
        return self.filter(person=user.person, opens_until__gt=at)

    def with_people(self) -> Self:
        return self.select_related("child", "organization", "desk", "asked_by", "decided_by")


class ChildAccess(ScopedModel):
    """PostgreSQL fills in the persons behind the accounts, keeps what was asked, and lets one answer stand
    (child_access_guard). 未成年人网络保护条例: staff open a minor's file with the responsible person's leave, on record."""

    class Purpose(models.TextChoices):
        VISIT = "visit", "走访关爱"
        PLAN = "plan", "评估和成长计划"
        PAIRING = "pairing", "结对和联系"
        AID = "aid", "资助"
        CORRECT = "correct", "更正档案"
        SUPERVISE = "supervise", "督办"
        AUDIT = "audit", "审计检查"

    class Basis(models.TextChoices):
        ASKED = "asked", "申请查看"
        URGENT = "urgent", "紧急查看"
        MAKER = "maker", "本人建档"

    child = models.ForeignKey(Child, models.PROTECT, related_name="accesses", verbose_name="儿童")
    basis = models.CharField("方式", max_length=10, choices=Basis.choices)
    purpose = models.CharField("用途", max_length=10, choices=Purpose.choices)
    reason = models.CharField("说明", max_length=200, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    desk = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="申请人单位")
    person = models.UUIDField(null=True, editable=False)
    asked_at = models.DateTimeField("申请时间")
    opens_until = models.DateTimeField("可看到", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准人")
    decider = models.UUIDField(null=True, editable=False)
    decided_at = models.DateTimeField("批准时间", null=True)
    allowed = models.BooleanField("批准", null=True)
    answer = models.CharField("批准意见", max_length=200, blank=True)

    objects = ScopedManager.from_queryset(ChildAccessQuerySet)()

    class Meta:
        verbose_name = "查看儿童档案"
        verbose_name_plural = "查看儿童档案"
        indexes = [
            models.Index(fields=["child", "person", "opens_until"], name="access_open"),
            models.Index(fields=["asked_at", "id"], name="access_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decider=None) | ~Q(decider=F("person")),
                name="access_allowed_by_another_person",
                violation_error_message="这是您本人的申请，请由另一位批准",
            ),
            models.CheckConstraint(
                condition=Q(opens_until=None) | ~Q(basis="asked") | Q(allowed=True),
                name="access_opens_when_allowed",
                violation_error_message="还没有批准，不能打开档案",
            ),
            models.CheckConstraint(
                condition=~Q(basis="urgent") | ~Q(reason=""),
                name="urgent_access_says_why",
                violation_error_message="紧急查看要写明原因",
            ),
            models.UniqueConstraint(
                fields=["child", "person"],
                condition=Q(decided_at=None, basis="asked"),
                name="one_access_waits_per_person",
                violation_error_message="您已申请过查看这份档案，正等批准",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_basis_display()}，{self.get_purpose_display()}"

    def get_absolute_url(self) -> str:
        return reverse("programs:access_detail", args=[self.pk])

    def state(self, *, at: datetime) -> str:
        if self.allowed is False:
            return "没有批准"
        if self.opens_until is None:
            return "等批准"
        open_still = "可看" if self.opens_until > at else "已到期"
        unconfirmed = self.basis == self.Basis.URGENT and self.decided_at is None
        return f"{open_still}，等事后确认" if unconfirmed else open_still
