"""Relief for low-income women with cancer (低收入妇女两癌救助): once in a lifetime for each fund."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

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


class ReliefGrant(ScopedModel):
    class Fund(models.TextChoices):
        LOTTERY = "lottery", "中央专项彩票公益金"
        PROVINCE = "province", "省级救助资金"
        CITY = "city", "市级救助资金"

    class State(models.TextChoices):
        SUBMITTED = "submitted", "已提交"
        CHECKED = "checked", "乡镇已核实"
        APPROVED = "approved", "获批"
        PAID = "paid", "已拨付"
        DECLINED = "declined", "未获批"
        WITHDRAWN = "withdrawn", "已撤回"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    woman = models.ForeignKey(Woman, models.PROTECT, related_name="relief_grants", verbose_name="申请人")
    fund = models.CharField("资金", max_length=20, choices=Fund.choices, default=Fund.LOTTERY)
    hardship = models.CharField("困难类别", max_length=20, choices=Hardship.choices)
    health = SealedTextField("诊断", null=True, blank=True)
    bank_card = SealedTextField("银行卡号", null=True, blank=True)
    applied_on = models.DateField("申请日期")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.SUBMITTED)
    amount_fen = models.BigIntegerField("金额（分）")
    approved_on = models.DateField("获批日期", null=True, blank=True)
    paid_on = models.DateField("拨付日期", null=True, blank=True)
    transfer_number = models.CharField("银行流水号", max_length=40, blank=True)
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
        ]

    def __str__(self) -> str:
        return f"{self.applied_on:%Y-%m-%d} 申请"

    def get_absolute_url(self) -> str:
        return reverse("programs:relief_detail", args=[self.pk])
