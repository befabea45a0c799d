"""Caring mothers and growth companions: recruited, vetted each year, trained, and only then free to be paired."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField
from members.codes import Sex


class MentorQuerySet(ScopedQuerySet["Mentor"]):
    def needing_a_branch(self) -> Self:
        return self.serving()

    def handed_over(self, *, on: date) -> Self:
        return self.serving()

    def serving(self) -> Self:
        return self.filter(left_on=None)

    def free_to_pair(self, *, on: date) -> Self:
        vetted = self.serving().filter(refused_on=None, vetted_on__lte=on, vetted_until__gte=on)
        return vetted.filter(trained_on__lte=on)

    def to_vet_again(self, *, on: date) -> Self:
        """Beside children still, though the yearly check has run out."""
        return (
            self.in_stage(Mentor.Stage.LAPSED, on=on).filter(pairings__ends_on=None, pairings__isnull=False).distinct()
        )

    def in_stage(self, stage: str, *, on: date) -> Self:
        """The same order of questions as `Mentor.stage`."""
        rows = self.serving()
        if stage == Mentor.Stage.LEFT:
            return self.exclude(left_on=None)
        if stage == Mentor.Stage.REFUSED:
            return rows.exclude(refused_on=None)
        rows = rows.filter(refused_on=None)
        if stage == Mentor.Stage.TO_VET:
            return rows.filter(vetted_until=None)
        if stage == Mentor.Stage.LAPSED:
            return rows.filter(vetted_until__lt=on)
        rows = rows.filter(vetted_until__gte=on)
        return rows.filter(trained_on=None) if stage == Mentor.Stage.TO_TRAIN else rows.exclude(trained_on=None)

    def named_like(self, text: str) -> Self:
        return self.filter(name__gte=text, name__lt=text + "\U0010ffff")


class Mentor(ScopedModel):
    """The branch that recruited her has her file. Children's papers know her by name, she knows them by number."""

    class Kind(models.TextChoices):
        CARING_MOTHER = "caring_mother", "爱心妈妈"
        COMPANION = "companion", "成长伙伴"

    class Stage(models.TextChoices):
        """Derived from the dates, never stored."""

        TO_VET = "to_vet", "待审核"
        REFUSED = "refused", "审核未通过"
        LAPSED = "lapsed", "审核到期"
        TO_TRAIN = "to_train", "待培训"
        FREE = "free", "可以结对"
        LEFT = "left", "已退出"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=40, db_collation="C")
    sex = models.CharField("性别", max_length=1, choices=Sex.choices)
    kind = models.CharField("身份", max_length=20, choices=Kind.choices)
    work_unit = models.CharField("工作单位", max_length=60, blank=True)
    id_number = SealedTextField("身份证号", null=True, blank=True)
    phone = SealedTextField("手机号", null=True, blank=True)
    # Her own account, where she has one: on its home she reads the alias cards of her children.
    account = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="平台账号"
    )
    recruited_on = models.DateField("报名日期")
    # Of the latest vetting: from when until when it lets her be paired; or the day it was refused.
    vetted_on = models.DateField("审核通过日期", null=True, editable=False)
    vetted_until = models.DateField("审核有效期", null=True, editable=False)
    refused_on = models.DateField("审核未通过日期", null=True, editable=False)
    trained_on = models.DateField("培训日期", null=True, blank=True)
    left_on = models.DateField("退出日期", null=True, blank=True)
    leave_reason = models.CharField("退出原因", max_length=40, blank=True)

    objects = ScopedManager.from_queryset(MentorQuerySet)()

    class Meta:
        verbose_name = "爱心妈妈、成长伙伴"
        verbose_name_plural = "爱心妈妈、成长伙伴"
        indexes = [
            models.Index(fields=["recruited_on", "id"], name="mentor_by_day"),
            models.Index(fields=["township", "recruited_on", "id"], name="mentor_by_township"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on=None) | ~Q(leave_reason=""),
                name="mentor_left_for_a_reason",
                violation_error_message="请写明退出原因",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        return reverse("programs:mentor_detail", args=[self.pk])

    def stage(self, *, on: date) -> Stage:
        if self.left_on is not None:
            return self.Stage.LEFT
        if self.refused_on is not None:
            return self.Stage.REFUSED
        if self.vetted_until is None:
            return self.Stage.TO_VET
        if self.vetted_until < on:
            return self.Stage.LAPSED
        return self.Stage.TO_TRAIN if self.trained_on is None else self.Stage.FREE


class MentorVettingQuerySet(ScopedQuerySet["MentorVetting"]):
    """Newest first where a history is shown."""


class MentorVetting(ScopedModel):
    """The record check and the pledge (未成年人保护法 art. 62: before the work begins, and every year)."""

    class Result(models.TextChoices):
        CLEAR = "clear", "没有记录"
        FOUND = "found", "有记录"

    mentor = models.ForeignKey(Mentor, models.CASCADE, related_name="vettings", verbose_name="爱心妈妈、成长伙伴")
    checked_on = models.DateField("违法犯罪记录查询日期")
    check_number = models.CharField("查询回执编号", max_length=40)
    result = models.CharField("查询结果", max_length=10, choices=Result.choices)
    pledged_on = models.DateField("签承诺书日期", null=True, blank=True)
    passed = models.BooleanField("通过")
    valid_until = models.DateField("有效期")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记人")

    objects = ScopedManager.from_queryset(MentorVettingQuerySet)()

    class Meta:
        verbose_name = "结对资格审核"
        verbose_name_plural = "结对资格审核"
        indexes = [models.Index(fields=["mentor", "-checked_on", "-id"], name="vetting_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(passed=False) | (Q(result="clear") & Q(pledged_on__isnull=False)),
                name="vetting_passed_with_check_and_pledge",
                violation_error_message="查询没有记录、又签了承诺书，审核才算通过",
            )
        ]

    def __str__(self) -> str:
        return f"{self.checked_on:%Y-%m-%d} 审核"
