"""Interest-subsidised loans (妇女小额担保财政贴息贷款). The full approval chain and quarterly subsidy come later."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from federation.periods import Period
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from members.models import Woman


class SubsidisedLoanQuerySet(ScopedQuerySet["SubsidisedLoan"]):
    def released_in(self, period: Period) -> Self:
        return self.filter(released_on__gte=period.start, released_on__lt=period.end)

    def with_people(self) -> Self:
        return self.select_related("organization", "township", "woman")


class SubsidisedLoan(ScopedModel):
    class Kind(models.TextChoices):
        INDIVIDUAL = "individual", "个人"
        PARTNERSHIP = "partnership", "合伙"
        FIRM = "firm", "小微企业"

    class State(models.TextChoices):
        NORMAL = "normal", "正常"
        SETTLED_EARLY = "settled_early", "提前结清"
        SETTLED = "settled", "到期结清"
        EXTENDED = "extended", "展期（停贴）"
        OVERDUE = "overdue", "逾期（停贴）"

    woman = models.ForeignKey(Woman, models.PROTECT, related_name="loans", verbose_name="借款人")
    kind = models.CharField("类别", max_length=20, choices=Kind.choices, default=Kind.INDIVIDUAL)
    bank = models.CharField("放款银行", max_length=40)
    contract_number = models.CharField("合同号", max_length=40)
    purpose = models.CharField("项目", max_length=60)
    principal_fen = models.BigIntegerField("金额（分）")
    rate_percent = models.DecimalField("年利率（%）", max_digits=6, decimal_places=4)
    released_on = models.DateField("放款日期")
    matures_on = models.DateField("到期日期")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.NORMAL)
    settled_on = models.DateField("结清日期", null=True, blank=True)
    jobs_created = models.PositiveSmallIntegerField("带动就业", null=True, blank=True)
    still_trading = models.BooleanField("一年后仍在经营", null=True, blank=True)

    objects = ScopedManager.from_queryset(SubsidisedLoanQuerySet)()

    class Meta:
        verbose_name = "贴息贷款"
        verbose_name_plural = "贴息贷款"
        indexes = [
            models.Index(fields=["township", "released_on", "id"], name="loan_by_township"),
            models.Index(fields=["organization", "released_on", "id"], name="loan_by_branch"),
            models.Index(fields=["released_on", "id"], name="loan_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "contract_number"],
                name="one_loan_per_bank_contract",
                violation_error_message="这家银行的这个合同号已经登记过",
            ),
            models.CheckConstraint(
                condition=Q(principal_fen__gt=0),
                name="loan_of_some_money",
                violation_error_message="贷款金额要大于 0 元",
            ),
            models.CheckConstraint(
                condition=Q(matures_on__gt=F("released_on")),
                name="loan_matures_after_release",
                violation_error_message="到期日期要晚于放款日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.contract_number}"

    def get_absolute_url(self) -> str:
        return reverse("programs:loan_detail", args=[self.pk])
