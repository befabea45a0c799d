"""Interest-subsidised loans (妇女小额担保财政贴息贷款) as the bank granted them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from federation.periods import Period
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from members.models import Woman
from programs.loans import terms


class SubsidisedLoanQuerySet(ScopedQuerySet["SubsidisedLoan"]):
    def released_in(self, period: Period) -> Self:
        return self.filter(released_on__gte=period.start, released_on__lt=period.end)

    def with_people(self) -> Self:
        return self.select_related("organization", "township", "woman")

    def total_fen(self) -> int:
        return self.aggregate(total=Sum("principal_fen"))["total"] or 0

    def of_person(self, woman: Woman) -> Self:
        """Of this file, or of another file with her number."""
        mine = Q(woman=woman)
        return self.filter(mine | Q(woman__id_index=woman.id_index) if woman.id_index else mine)

    def outstanding(self) -> Self:
        return self.filter(settled_on=None)

    def needing_a_branch(self) -> Self:
        return self.outstanding()

    def handed_over(self, *, on: date) -> Self:
        """Loans of this year; an older one has counted where it is filed, and the receiver goes on with it there."""
        return self.outstanding().filter(released_on__year__gte=on.year)

    def in_arrears(self, *, on: date) -> Self:
        """Past their agreed day and neither paid back nor taken over by the guarantee fund by then; `repaid_fen` is what
        came back of the principal.
        """
        known = Q(events__struck_at=None, events__on__lte=on)
        counted = self.annotate(
            repaid_fen=Coalesce(Sum("events__amount_fen", filter=known & Q(events__kind="repayment")), 0),
            taken_over=Count("events", filter=known & Q(events__kind="compensated")),
        )
        due = counted.annotate(agreed_on=Coalesce("extended_until", "matures_on")).filter(
            agreed_on__lt=on, taken_over=0
        )
        return due.filter(Q(settled_on=None) | Q(settled_on__gt=on))


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
        COMPENSATED = "compensated", "已代偿"
        RECOVERING = "recovering", "追偿中"
        WRITTEN_OFF = "written_off", "已核销"

    # From which state a loan may go where (domain.md §4.2).
    MOVES = {
        State.NORMAL: {State.SETTLED_EARLY, State.SETTLED, State.EXTENDED, State.OVERDUE},
        State.EXTENDED: {State.EXTENDED, State.SETTLED, State.OVERDUE},
        State.OVERDUE: {State.EXTENDED, State.SETTLED, State.COMPENSATED},
        State.COMPENSATED: {State.RECOVERING, State.SETTLED, State.WRITTEN_OFF},
        State.RECOVERING: {State.SETTLED, State.WRITTEN_OFF},
    }

    woman = models.ForeignKey(Woman, models.PROTECT, related_name="loans", verbose_name="借款人")
    kind = models.CharField("类别", max_length=20, choices=Kind.choices, default=Kind.INDIVIDUAL)
    bank = models.CharField("放款银行", max_length=40)
    contract_number = models.CharField("合同号", max_length=40)
    purpose = models.CharField("项目", max_length=60)
    principal_fen = models.BigIntegerField("金额（分）")
    partners = models.PositiveSmallIntegerField(
        "合伙人数", null=True, blank=True, help_text="合伙贷款才填，连借款人在内"
    )
    rate_percent = models.DecimalField("年利率（%）", max_digits=6, decimal_places=4)
    released_on = models.DateField("放款日期")
    matures_on = models.DateField("到期日期")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.NORMAL)
    extended_until = models.DateField("展期到", null=True, blank=True)
    settled_on = models.DateField("结清日期", null=True, blank=True)
    jobs_created = models.PositiveSmallIntegerField("带动就业", null=True, blank=True)
    still_trading = models.BooleanField("一年后仍在经营", null=True, blank=True)
    # Ids of the policy rules of the day of release, kept when the loan is recorded: later rows never reach it.
    rule_ids = ArrayField(
        models.BigIntegerField(), verbose_name="登记时施行的规则", default=list, blank=True, editable=False
    )

    # Only on rows of `in_arrears`.
    repaid_fen: int
    agreed_on: date
    overdue_days: int

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
            models.CheckConstraint(
                condition=Q(extended_until=None) | Q(extended_until__gt=F("matures_on")),
                name="loan_extended_beyond_maturity",
                violation_error_message="展期后的到期日期要晚于原来的到期日期",
            ),
            models.CheckConstraint(
                condition=Q(settled_on=None) | Q(settled_on__gte=F("released_on")),
                name="loan_settled_after_release",
                violation_error_message="结清日期不能早于放款日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.contract_number}"

    def get_absolute_url(self) -> str:
        return reverse("programs:loan_detail", args=[self.pk])

    def clean(self) -> None:
        """Ceilings, term, rate and ages of the policy in force on the day of release."""
        terms.require(self, age=self.woman.age(on=self.released_on) if self.released_on else None)

    def is_settled(self) -> bool:
        return self.state in (self.State.SETTLED, self.State.SETTLED_EARLY)

    @property
    def due_on(self) -> date:
        """The agreed day, or the one it was put off to."""
        return self.extended_until or self.matures_on

    @property
    def unpaid_fen(self) -> int:
        return self.principal_fen - self.repaid_fen

    def is_running(self) -> bool:
        """Still with the bank: neither paid back nor taken over by the guarantee fund."""
        return self.state in (self.State.NORMAL, self.State.EXTENDED, self.State.OVERDUE)

    def go_to(self, state: State) -> None:
        if state not in self.MOVES.get(self.State(self.state), ()):
            raise ValidationError(f"这笔贷款{self.get_state_display()}，不能改记为{state.label}")
        self.state = state

    def settle(self, *, on: date) -> None:
        """Before the agreed day it counts as settled early."""
        self._require_running()
        if on < self.released_on:
            raise ValidationError({"on": f"结清日期不能早于放款日期 {self.released_on:%Y-%m-%d}"})
        early = on < self.matures_on and self.state == self.State.NORMAL
        self.go_to(self.State.SETTLED_EARLY if early else self.State.SETTLED)
        self.settled_on = on

    def extend(self, *, until: date) -> None:
        """The subsidy ends on the agreed day all the same, so that day is kept."""
        self._require_running()
        if until <= self.matures_on:
            raise ValidationError({"until": f"要晚于原来的到期日期 {self.matures_on:%Y-%m-%d}"})
        terms.require_sane("until", until)
        self.go_to(self.State.EXTENDED)
        self.extended_until = until

    def fall_overdue(self, *, on: date) -> None:
        self._require_running()
        if on <= self.due_on:
            raise ValidationError(f"到期日期是 {self.due_on:%Y-%m-%d}，还没有过，不能记为逾期")
        self.go_to(self.State.OVERDUE)

    def _require_running(self) -> None:
        if self.is_settled():
            raise ValidationError(f"这笔贷款已在 {self.settled_on:%Y-%m-%d} 结清，不用再办")
