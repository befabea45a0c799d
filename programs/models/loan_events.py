"""What happened to a loan after its release, one dated row each; a wrong row is struck out and stays readable."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from programs.models.loans import SubsidisedLoan


class LoanEventQuerySet(ScopedQuerySet["LoanEvent"]):
    def standing(self) -> Self:
        """Not struck out, in the order in which the bank counts them."""
        return self.filter(struck_at=None).order_by("loan_id", "on", "id")


class LoanEvent(ScopedModel):
    class Kind(models.TextChoices):
        REPAYMENT = "repayment", "归还部分本金"
        RATE = "rate", "利率调整"
        MISUSE = "misuse", "挪用停贴"
        COMPENSATED = "compensated", "担保基金代偿"
        RECOVERED = "recovered", "追回"
        WRITTEN_OFF = "written_off", "核销"

    OF_MONEY = (Kind.REPAYMENT, Kind.COMPENSATED, Kind.RECOVERED, Kind.WRITTEN_OFF)

    loan = models.ForeignKey(SubsidisedLoan, models.PROTECT, related_name="events", verbose_name="贷款")
    kind = models.CharField("事项", max_length=20, choices=Kind.choices)
    on = models.DateField("日期")
    amount_fen = models.BigIntegerField("金额（分）", null=True, blank=True)
    rate_percent = models.DecimalField("年利率（%）", max_digits=6, decimal_places=4, null=True, blank=True)
    paper = models.CharField("凭证", max_length=60, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    struck_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="划去人")
    struck_at = models.DateTimeField("划去时间", null=True, blank=True)
    struck_reason = models.CharField("划去原因", max_length=100, blank=True)

    objects = ScopedManager.from_queryset(LoanEventQuerySet)()

    class Meta:
        verbose_name = "贷款变动"
        verbose_name_plural = "贷款变动"
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["rate", "misuse"], amount_fen=None)
                | Q(
                    kind__in=["repayment", "compensated", "recovered", "written_off"],
                    amount_fen__isnull=False,
                    amount_fen__gt=0,
                ),
                name="loan_event_of_some_money",
                violation_error_message="金额要大于 0 元",
            ),
            models.CheckConstraint(
                condition=Q(kind="rate", rate_percent__isnull=False, rate_percent__gte=0)
                | (~Q(kind="rate") & Q(rate_percent=None)),
                name="loan_event_with_its_rate",
                violation_error_message="年利率不能是负数，例如 4.35",
            ),
            models.UniqueConstraint(
                fields=["loan", "on"],
                condition=Q(kind="rate", struck_at=None),
                name="one_rate_per_loan_and_day",
                violation_error_message="这一天的利率已经登记过，写错了请先划去",
            ),
            models.UniqueConstraint(
                fields=["loan"],
                condition=Q(kind="misuse", struck_at=None),
                name="one_misuse_per_loan",
                violation_error_message="这笔贷款已经登记过挪用停贴",
            ),
            models.UniqueConstraint(
                fields=["loan"],
                condition=Q(kind="compensated", struck_at=None),
                name="one_compensation_per_loan",
                violation_error_message="这笔贷款已经登记过代偿",
            ),
        ]

    def may_be_struck(self) -> bool:
        """What moved the loan out of the bank's hands stays."""
        return self.struck_at is None and self.kind in (self.Kind.REPAYMENT, self.Kind.RATE, self.Kind.MISUSE)

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.get_kind_display()}"
