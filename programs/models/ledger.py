"""The ledger: funds with their accounts, and entries of two lines or more. PostgreSQL keeps the rules (0010_ledger_kept_by_triggers)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from federation.models import Organization, User
from federation.periods import Period
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet


class FundQuerySet(ScopedQuerySet["Fund"]):
    def open_to(self, organization: Organization) -> Self:
        """Funds that a branch's people may be helped from: its own and those of the line above it."""
        return self.filter(organization__path__in=organization.paths_above() + [organization.path])


class Fund(ScopedModel):
    """Money of one source for one programme, held by a branch; a purpose that the giver set binds it further."""

    class Source(models.TextChoices):
        LOTTERY = "lottery", "中央专项彩票公益金"
        PROVINCE = "province", "省级救助资金"
        CITY = "city", "市级救助资金"
        DONATION = "donation", "捐赠款"
        # Paid by the treasury to the bank; booked here so that the year's subsidy stands beside the other money.
        TREASURY = "treasury", "财政贴息资金"

    class Programme(models.TextChoices):
        RELIEF = "relief", "两癌救助"
        SUNFLOWER = "sunflower", "向日葵关爱"
        LOANS = "loans", "小额贷款贴息"

    source = models.CharField("资金来源", max_length=20, choices=Source.choices)
    programme = models.CharField("项目", max_length=20, choices=Programme.choices)
    purpose = models.CharField("定向用途", max_length=60, blank=True)

    objects = ScopedManager.from_queryset(FundQuerySet)()

    class Meta:
        verbose_name = "资金"
        verbose_name_plural = "资金"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source", "programme", "purpose"],
                name="one_fund_per_source_programme_and_purpose",
                violation_error_message="这项资金已经有了",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()}（{self.purpose or self.get_programme_display()}）"

    def get_absolute_url(self) -> str:
        return reverse("programs:fund_detail", args=[self.pk])


class LedgerAccountQuerySet(ScopedQuerySet["LedgerAccount"]):
    pass


class LedgerAccount(ScopedModel):
    """Where money of a fund stands. The balance moves with the lines, under a row lock, and never by hand."""

    class Kind(models.TextChoices):
        SOURCE = "source", "来源"
        AVAILABLE = "available", "结余"
        PAYABLE = "payable", "已批未付"
        PAID = "paid", "已付"
        RETURNED = "returned", "银行退回"

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="accounts", verbose_name="资金")
    kind = models.CharField("科目", max_length=20, choices=Kind.choices)
    balance_fen = models.BigIntegerField("余额（分）", default=0, editable=False)

    objects = ScopedManager.from_queryset(LedgerAccountQuerySet)()

    class Meta:
        verbose_name = "科目"
        verbose_name_plural = "科目"
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "kind"],
                name="one_account_per_fund_and_kind",
                violation_error_message="这项资金已有这个科目",
            ),
            models.CheckConstraint(
                condition=Q(kind="source") | Q(balance_fen__gte=0),
                name="fund_never_negative",
                violation_error_message="这项资金的结余不够",
            ),
            models.CheckConstraint(
                condition=~Q(kind="source") | Q(balance_fen__lte=0),
                name="source_only_gives",
                violation_error_message="冲正的收款比收到的还多",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class LedgerEntryQuerySet(ScopedQuerySet["LedgerEntry"]):
    def booked_in(self, period: Period) -> Self:
        return self.filter(booked_on__gte=period.start, booked_on__lt=period.end)

    def of_fund(self, fund: Fund) -> Self:
        return self.filter(pk__in=LedgerLine.objects.filter(account__fund=fund).values("entry"))

    def about(self, *references: str) -> Self:
        return self.filter(reference__in=references)


class LedgerEntry(ScopedModel):
    """One movement of money. Never changed, never removed; a mistake is reversed by a linked entry."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "收款"
        GRANTED = "granted", "批准支付"
        PAID = "paid", "支付到账"
        RETURNED = "returned", "银行退回"
        RELEASED = "released", "收回结余"
        REVERSED = "reversed", "冲正"

    key = models.UUIDField("凭证键", unique=True)
    kind = models.CharField("事由", max_length=20, choices=Kind.choices)
    reference = models.CharField("凭据", max_length=60, db_index=True)
    note = models.CharField("摘要", max_length=120, blank=True)
    booked_on = models.DateField("记账日期")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="记账人")
    made_at = models.DateTimeField("记账时间")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name="冲正的凭证"
    )
    position = models.BigIntegerField("链上序号", null=True, unique=True, editable=False)
    prev_hash = models.CharField("上一笔摘要", max_length=64, blank=True, editable=False)
    hash = models.CharField("链上摘要", max_length=64, blank=True, editable=False)

    objects = ScopedManager.from_queryset(LedgerEntryQuerySet)()

    class Meta:
        verbose_name = "凭证"
        verbose_name_plural = "凭证"
        indexes = [models.Index(fields=["booked_on", "id"], name="ledger_entry_by_day")]

    def __str__(self) -> str:
        return f"{self.booked_on:%Y-%m-%d} {self.get_kind_display()}"


class LedgerLineQuerySet(ScopedQuerySet["LedgerLine"]):
    def booked_in(self, period: Period) -> Self:
        return self.filter(entry__booked_on__gte=period.start, entry__booked_on__lt=period.end)

    def booked_by(self, day: date) -> Self:
        return self.filter(entry__booked_on__lte=day)

    def total_fen(self) -> int:
        return self.aggregate(total=Sum("fen"))["total"] or 0


class LedgerLine(ScopedModel):
    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="lines", verbose_name="凭证")
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="lines", verbose_name="科目")
    fen = models.BigIntegerField("金额（分）")

    objects = ScopedManager.from_queryset(LedgerLineQuerySet)()

    class Meta:
        verbose_name = "分录"
        verbose_name_plural = "分录"
        constraints = [
            models.CheckConstraint(
                condition=~Q(fen=0), name="ledger_line_of_some_money", violation_error_message="分录金额不能是 0"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.fen}"
