"""Relief for low-income women with cancer (低收入妇女两癌救助): once in a lifetime for each fund."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse

from federation.models import User
from federation.periods import Period
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField
from members.codes import Hardship
from members.models import Woman


class ReliefGrantQuerySet(ScopedQuerySet["ReliefGrant"]):
    def paid_in(self, period: Period) -> Self:
        return self.filter(state=ReliefGrant.State.PAID, paid_on__gte=period.start, paid_on__lt=period.end)

    def with_people(self) -> Self:
        return self.select_related("organization", "township", "woman")

    def total_fen(self) -> int:
        return self.aggregate(total=Sum("amount_fen"))["total"] or 0

    def standing(self) -> Self:
        """Neither declined nor withdrawn."""
        return self.exclude(state__in=[ReliefGrant.State.DECLINED, ReliefGrant.State.WITHDRAWN])

    def payable(self) -> Self:
        """What the finance desk has before it: approved, or recorded and waiting for the second pair of eyes."""
        return self.filter(state__in=[ReliefGrant.State.APPROVED, ReliefGrant.State.PAYING])


class ReliefGrant(ScopedModel):
    class Fund(models.TextChoices):
        LOTTERY = "lottery", "中央专项彩票公益金"
        PROVINCE = "province", "省级救助资金"
        CITY = "city", "市级救助资金"

    class State(models.TextChoices):
        SUBMITTED = "submitted", "已提交"
        CHECKED = "checked", "乡镇已核实"
        APPROVED = "approved", "获批"
        PAYING = "paying", "拨付待复核"
        PAID = "paid", "已拨付"
        DECLINED = "declined", "未获批"
        WITHDRAWN = "withdrawn", "已撤回"

    class DeclineReason(models.TextChoices):
        """None of these says anything about the disease."""

        NOT_ELIGIBLE = "not_eligible", "不符合救助条件"
        REPEATED = "repeated", "已领取过这项资金"
        PAPERS = "papers", "材料不齐，可再报"
        QUOTA = "quota", "本年名额已满，可再报"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    woman = models.ForeignKey(Woman, models.PROTECT, related_name="relief_grants", verbose_name="申请人")
    fund = models.CharField("资金", max_length=20, choices=Fund.choices, default=Fund.LOTTERY)
    hardship = models.CharField("困难类别", max_length=20, choices=Hardship.choices)
    diagnosis = SealedTextField("诊断", null=True, blank=True)
    bank_card = SealedTextField("银行卡号", null=True, blank=True)
    applied_on = models.DateField("申请日期")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.SUBMITTED)
    amount_fen = models.BigIntegerField("金额（分）")
    approved_on = models.DateField("获批日期", null=True, blank=True)
    paid_on = models.DateField("拨付日期", null=True, blank=True)
    transfer_number = models.CharField("银行流水号", max_length=40, blank=True)
    transfer_recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="拨付经办"
    )
    transfer_confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="拨付复核"
    )
    decline_reason = models.CharField("未获批原因", max_length=20, choices=DeclineReason.choices, blank=True)
    return_visit_on = models.DateField("回访日期", null=True, blank=True)

    objects = ScopedManager.from_queryset(ReliefGrantQuerySet)()

    class Meta:
        verbose_name = "两癌救助"
        verbose_name_plural = "两癌救助"
        indexes = [
            models.Index(fields=["township", "applied_on", "id"], name="relief_by_township"),
            models.Index(fields=["organization", "applied_on", "id"], name="relief_by_branch"),
            models.Index(fields=["applied_on", "id"], name="relief_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["woman", "fund"],
                condition=~Q(state__in=["declined", "withdrawn"]),
                name="one_relief_grant_per_woman_and_fund",
                violation_error_message="她已申请或领取过这项资金的救助，一生只能救助一次",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0),
                name="relief_of_some_money",
                violation_error_message="救助金额要大于 0 元",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(paid_on__isnull=False),
                name="relief_paid_on_a_day",
                violation_error_message="已拨付的要填拨付日期",
            ),
            models.CheckConstraint(
                condition=~Q(transfer_recorded_by=F("transfer_confirmed_by")),
                name="relief_transfer_confirmed_by_another",
                violation_error_message="拨付要由经办以外的人复核",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decline_reason=""),
                name="relief_declined_for_a_reason",
                violation_error_message="未获批的要选一个原因",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.applied_on:%Y-%m-%d} 申请"

    def get_absolute_url(self) -> str:
        return reverse("programs:relief_detail", args=[self.pk])

    def is_open(self) -> bool:
        return self.state in (self.State.SUBMITTED, self.State.CHECKED, self.State.APPROVED, self.State.PAYING)

    def can_be_edited(self) -> bool:
        return self.state in (self.State.SUBMITTED, self.State.CHECKED)

    def require_editable(self) -> None:
        if not self.can_be_edited():
            raise ValidationError(f"这份申请现在是“{self.get_state_display()}”，不能再改")

    def check_papers(self) -> None:
        self._require(self.State.SUBMITTED, "核实")
        self.state = self.State.CHECKED

    def approve(self, *, on: date) -> None:
        self._require(self.State.CHECKED, "审批")
        self._not_before(self.applied_on, "申请日期", on)
        self.state, self.approved_on = self.State.APPROVED, on

    def decline(self, *, reason: str) -> None:
        self._require(self.State.CHECKED, "审批")
        self.state, self.decline_reason = self.State.DECLINED, reason

    def withdraw(self) -> None:
        if self.state not in (self.State.SUBMITTED, self.State.CHECKED, self.State.APPROVED):
            raise ValidationError(f"这份申请现在是“{self.get_state_display()}”，不能撤回")
        self.state = self.State.WITHDRAWN

    def record_transfer(self, *, number: str, on: date, by: User) -> None:
        self._require(self.State.APPROVED, "登记拨付")
        self._not_before(self.approved_on, "获批日期", on)
        self.state, self.transfer_number, self.paid_on, self.transfer_recorded_by = self.State.PAYING, number, on, by

    def confirm_transfer(self, *, by: User) -> None:
        self._require(self.State.PAYING, "复核拨付")
        if self.transfer_recorded_by_id == by.pk:
            raise ValidationError("这笔拨付是您经办的，请由另一位复核")
        self.state, self.transfer_confirmed_by = self.State.PAID, by

    def send_transfer_back(self) -> None:
        self._require(self.State.PAYING, "复核拨付")
        self.state, self.transfer_number, self.paid_on, self.transfer_recorded_by = self.State.APPROVED, "", None, None

    def record_return_visit(self, *, on: date) -> None:
        self._require(self.State.PAID, "回访")
        self._not_before(self.paid_on, "拨付日期", on)
        self.return_visit_on = on

    def _require(self, state: str, what: str) -> None:
        if self.state != state:
            raise ValidationError(f"这份申请现在是“{self.get_state_display()}”，不能{what}")

    def _not_before(self, first: date | None, label: str, on: date) -> None:
        if first is not None and on < first:
            raise ValidationError({"on": f"不能早于{label} {first:%Y-%m-%d}"})
