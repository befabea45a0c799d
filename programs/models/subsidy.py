"""Quarterly subsidy: what a bank declares for a quarter, line by line beside what the loans themselves come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from federation.models import User
from federation.permissions import Role
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from outreach.models import PublicNotice
from programs.loans.quarters import Quarter
from programs.models.loans import SubsidisedLoan


class SubsidyBatchQuerySet(ScopedQuerySet["SubsidyBatch"]):
    def of(self, quarter: Quarter) -> Self:
        return self.filter(year=quarter.year, quarter=quarter.number)

    def waiting_for(self, user: User) -> Self:
        """Batches whose next step this person may take; what she did herself waits for somebody else."""
        asked = Q(pk__in=[])
        for state, step in STEPS.items():
            if user.has_role(*step.roles):
                mine = Q()
                for person in step.other_than:
                    mine |= Q(**{person: user.person})
                asked |= Q(state=state) & ~mine if mine else Q(state=state)
        # A year is cleared from its last quarter.
        return self.filter(asked).exclude(~Q(quarter=4), state=SubsidyBatch.State.PAID)


class SubsidyBatch(ScopedModel):
    """A bank's list for a quarter, of the whole city. Each `..._person` is a person, whichever account was used."""

    class State(models.TextChoices):
        DECLARED = "declared", "待核对"
        CHECKED = "checked", "待财政审核"
        TREASURY = "treasury", "待拨付"
        SENT_BACK = "sent_back", "已退回银行"
        PAID = "paid", "已拨付"
        CLEARED = "cleared", "已清算"

    # PostgreSQL holds the same pairs (migration subsidy_batches); a test compares them.
    MOVES = {
        State.DECLARED: {State.CHECKED, State.SENT_BACK},
        State.CHECKED: {State.TREASURY, State.SENT_BACK},
        State.TREASURY: {State.PAID, State.SENT_BACK},
        State.SENT_BACK: {State.DECLARED},
        State.PAID: {State.CLEARED},
        State.CLEARED: set[State](),
    }

    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    bank = models.CharField("银行", max_length=40)
    starts_on = models.DateField("计息从")
    ends_on = models.DateField("到（不含）")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.DECLARED)
    bank_total_fen = models.BigIntegerField("银行清单合计（分）")
    file_name = models.CharField("清单文件", max_length=200)
    file_sha256 = models.CharField(max_length=64)
    declared_on = models.DateField("申报日期")
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="录入人")
    declared_person = models.UUIDField(editable=False)
    checked_on = models.DateField("核对日期", null=True, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="核对人")
    checked_person = models.UUIDField(null=True, editable=False)
    approved_on = models.DateField("财政审核日期", null=True, blank=True)
    approval = models.CharField("财政审核文号", max_length=60, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记财政审核的人")
    approved_person = models.UUIDField(null=True, editable=False)
    paid_on = models.DateField("拨付日期", null=True, blank=True)
    voucher = models.CharField("拨付凭证", max_length=60, blank=True)
    paid_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记拨付的人")
    paid_person = models.UUIDField(null=True, editable=False)
    cleared_on = models.DateField("清算日期", null=True, blank=True)
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="清算人")
    cleared_person = models.UUIDField(null=True, editable=False)
    notice = models.OneToOneField(
        PublicNotice, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="公示"
    )
    sent_back_reason = models.CharField("退回原因", max_length=200, blank=True)

    objects = ScopedManager.from_queryset(SubsidyBatchQuerySet)()

    class Meta:
        verbose_name = "季度贴息"
        verbose_name_plural = "季度贴息"
        ordering = ["-ends_on", "bank"]
        indexes = [models.Index(fields=["ends_on", "id"], name="subsidy_batch_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year", "quarter", "bank"],
                name="one_batch_per_quarter_and_bank",
                violation_error_message="这家银行这一季已经申报过",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on"), quarter__gte=1, quarter__lte=4),
                name="subsidy_batch_of_a_quarter",
            ),
            models.CheckConstraint(
                condition=~Q(checked_person=F("declared_person")),
                name="subsidy_checked_by_another",
                violation_error_message="录入清单的人不能自己核对",
            ),
            models.CheckConstraint(
                condition=~Q(approved_person=F("declared_person")) & ~Q(approved_person=F("checked_person")),
                name="subsidy_approved_by_another",
                violation_error_message="财政审核结果要由录入和核对以外的人登记",
            ),
            models.CheckConstraint(
                condition=~Q(paid_person=F("declared_person")) & ~Q(paid_person=F("checked_person")),
                name="subsidy_paid_by_another",
                violation_error_message="拨付要由录入和核对以外的人登记",
            ),
            models.CheckConstraint(
                condition=~Q(cleared_person=F("paid_person")),
                name="subsidy_cleared_by_another",
                violation_error_message="年度清算要由登记拨付以外的人办",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["declared", "sent_back"])
                | Q(checked_person__isnull=False, checked_on__isnull=False),
                name="subsidy_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["treasury", "paid", "cleared"]) | Q(approved_person__isnull=False),
                name="subsidy_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["paid", "cleared"])
                | (Q(paid_person__isnull=False, paid_on__isnull=False) & ~Q(voucher="")),
                name="subsidy_paid_with_a_voucher",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_quarter} {self.bank}"

    def get_absolute_url(self) -> str:
        return reverse("programs:subsidy_batch_detail", args=[self.pk])

    @property
    def of_quarter(self) -> Quarter:
        return Quarter(self.year, self.quarter)

    def may_be_declared_again(self) -> bool:
        return self.state in (self.State.DECLARED, self.State.SENT_BACK)

    def may_be_sent_back(self) -> bool:
        return self.State.SENT_BACK in self.MOVES[self.State(self.state)]

    def may_be_shown(self) -> bool:
        return self.notice_id is None and self.state in (self.State.CHECKED, self.State.TREASURY)

    def step_of(self, user: User) -> Step | None:
        """The next step, if this person may take it."""
        step = STEPS.get(self.State(self.state))
        if step is None or not user.has_role(*step.roles) or (step.action == "clear" and self.quarter != 4):
            return None
        return None if user.person in [getattr(self, person) for person in step.other_than] else step


@dataclass(frozen=True)
class Step:
    """Who takes the next step of a batch, and which earlier persons may not."""

    action: str
    label: str
    roles: tuple[Role, ...]
    other_than: tuple[str, ...]


STEPS = {
    SubsidyBatch.State.DECLARED: Step(
        "check", "核对", (Role.CITY_OFFICER, Role.FINANCE_REVIEWER), ("declared_person",)
    ),
    SubsidyBatch.State.CHECKED: Step(
        "approve", "登记财政审核", (Role.FINANCE_OFFICER,), ("declared_person", "checked_person")
    ),
    SubsidyBatch.State.TREASURY: Step(
        "pay", "登记拨付", (Role.FINANCE_OFFICER,), ("declared_person", "checked_person")
    ),
    SubsidyBatch.State.SENT_BACK: Step("declare", "重新录入清单", (Role.CITY_OFFICER,), ()),
    SubsidyBatch.State.PAID: Step("clear", "年度清算", (Role.CITY_OFFICER, Role.FINANCE_REVIEWER), ("paid_person",)),
}


class SubsidyLineQuerySet(ScopedQuerySet["SubsidyLine"]):
    def unequal(self) -> Self:
        return self.exclude(verdict=SubsidyLine.Verdict.EQUAL)

    def with_loans(self) -> Self:
        return self.select_related("loan", "loan__woman", "organization")


class SubsidyLine(ScopedModel):
    """One contract of a batch; `worked` keeps the arithmetic as it was when the list was compared."""

    class Verdict(models.TextChoices):
        EQUAL = "equal", "一致"
        DIFFERENT = "different", "金额不同"
        MISSING = "missing", "清单漏报"
        UNKNOWN = "unknown", "没有登记"
        ABOVE_INTEREST = "above_interest", "超过实收利息"

    batch = models.ForeignKey(SubsidyBatch, models.PROTECT, related_name="lines", verbose_name="季度贴息")
    loan = models.ForeignKey(SubsidisedLoan, models.PROTECT, null=True, related_name="+", verbose_name="贷款")
    contract_number = models.CharField("合同号", max_length=40)
    row = models.PositiveIntegerField("清单第几行", null=True)
    declared_fen = models.BigIntegerField("清单申报（分）", null=True)
    interest_paid_fen = models.BigIntegerField("实收利息（分）", null=True)
    bank_gave_interest = models.BooleanField("清单写了实收利息", default=False)
    computed_fen = models.BigIntegerField("核算应贴（分）", null=True)
    interest_fen = models.BigIntegerField("核算利息（分）", null=True)
    verdict = models.CharField("比对", max_length=20, choices=Verdict.choices)
    explanation = models.CharField("说明", max_length=300)
    worked = models.TextField("算式", blank=True)

    objects = ScopedManager.from_queryset(SubsidyLineQuerySet)()

    class Meta:
        verbose_name = "贴息明细"
        verbose_name_plural = "贴息明细"
        ordering = ["contract_number", "id"]
        indexes = [models.Index(fields=["loan"], name="subsidy_line_by_loan")]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "contract_number"],
                name="one_subsidy_line_per_contract",
                violation_error_message="同一个合同号在清单里有两行",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="equal")
                | Q(
                    loan__isnull=False,
                    declared_fen__isnull=False,
                    declared_fen=F("computed_fen"),
                    interest_paid_fen__isnull=False,
                    computed_fen__lte=F("interest_paid_fen"),
                ),
                name="subsidy_line_equal_and_within_interest",
                violation_error_message="一致的一笔，申报等于核算，且不超过实收利息",
            ),
        ]

    def __str__(self) -> str:
        return self.contract_number

    def bank_interest(self) -> int | None:
        """As the list had it; where it had none the computed interest stands in its place."""
        return self.interest_paid_fen if self.bank_gave_interest or self.loan_id is None else None
