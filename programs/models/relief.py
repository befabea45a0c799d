"""Relief for low-income women with cancer (低收入妇女两癌救助): once in a lifetime for each fund."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse

from federation.models import PolicyRule, User
from federation.periods import Period
from federation.scoping import ScopedManager, ScopedQuerySet
from federation.sealed import SealedTextField
from members.codes import Hardship
from members.models import Woman
from programs.applications.process import Move
from programs.models.application import Application, ApplicationQuerySet, Paper
from programs.models.cycle import Cycle
from programs.relief.process import RELIEF, State


class PaperKind(models.TextChoices):
    FORM = "form", "申报表（本人签字）"
    DIAGNOSIS = "diagnosis", "诊断证明、病理报告和病历"
    FRESH_PROOF = "fresh_proof", "近期复查证明（上年底以前确诊的）"
    ID_CARD = "id_card", "身份证"
    HOUSEHOLD = "household", "户口本（本人页）"
    HARDSHIP = "hardship", "低保证或困难证明"
    COSTS = "costs", "费用结算单或报销凭证"
    BANK_CARD = "bank_card", "本人银行卡"


class ReliefGrantQuerySet(ApplicationQuerySet["ReliefGrant"]):
    def paid_in(self, period: Period) -> Self:
        return self.filter(state=ReliefGrant.State.PAID, paid_on__gte=period.start, paid_on__lt=period.end)

    def with_people(self) -> Self:
        return self.select_related("organization", "township", "woman")

    def total_fen(self) -> int:
        return self.aggregate(total=Sum("amount_fen"))["total"] or 0

    def standing(self) -> Self:
        """Neither declined nor withdrawn."""
        return self.exclude(state__in=[ReliefGrant.State.DECLINED, ReliefGrant.State.WITHDRAWN])

    def needing_a_branch(self) -> Self:
        return self.standing().exclude(state=ReliefGrant.State.PAID)

    def handed_over(self, *, on: date) -> Self:
        """Relief counts when it is paid, so what is not paid yet has counted nowhere."""
        return self.needing_a_branch()

    def of_person(self, woman: Woman) -> Self:
        """Of this file, or of whichever file held her number when it was applied for."""
        mine = Q(woman=woman)
        return self.filter(mine | Q(person_index=woman.id_index) if woman.id_index else mine)

    def from_line(self, line: str) -> Self:
        """Of this fund under any name it has had."""
        return self.filter(fund_line=line)

    def to_visit(self) -> Self:
        """Paid, and nobody has asked yet whether the money came."""
        return self.filter(state=ReliefGrant.State.PAID, return_visit_on=None)

    def payable(self) -> Self:
        """Approved, and nobody has asked for its payment yet (or the last one came to nothing)."""
        running = Q(payments__isnull=False) & ~Q(payments__state__in=["withdrawn", "reversed"])
        return self.filter(state=ReliefGrant.State.APPROVED).exclude(
            pk__in=self.model.objects.filter(running).values("pk")
        )


class ReliefGrant(Application):
    class Fund(models.TextChoices):
        LOTTERY = "lottery", "中央专项彩票公益金"
        PROVINCE = "province", "省级救助资金"
        CITY = "city", "市级救助资金"

    kind = RELIEF.kind
    PaperKind = PaperKind
    State = State
    EDITABLE = frozenset({State.DRAFT, State.RETURNED, State.SUBMITTED})
    TAKES_PAPERS = EDITABLE | {State.ACCEPTED}

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
    cycle = models.ForeignKey(
        Cycle, models.PROTECT, null=True, blank=True, editable=False, related_name="grants", verbose_name="期次"
    )
    # The number she had when she applied and the fund's oldest name: what "once in a lifetime" goes by.
    person_index = models.BinaryField(null=True, editable=False)
    fund_line = models.CharField(max_length=20, default="", editable=False)
    diagnosed_on = models.DateField("确诊日期", null=True, blank=True)
    applied_on = models.DateField("申请日期")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.DRAFT)
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
    review_meeting = models.CharField("审定会议", max_length=60, blank=True)
    report_number = models.CharField("上报文号", max_length=40, blank=True)
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
                fields=["woman", "fund_line"],
                condition=~Q(state__in=["declined", "withdrawn"]),
                name="one_relief_grant_per_woman_and_line",
                violation_error_message="她已申请或领取过这项资金的救助，一生只能救助一次",
            ),
            models.UniqueConstraint(
                fields=["person_index", "fund_line"],
                condition=~Q(state__in=["declined", "withdrawn"]) & Q(person_index__isnull=False),
                name="one_relief_grant_per_number_and_line",
                violation_error_message="这个身份证号已申请或领取过这项资金的救助，一生只能救助一次",
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        named = self.cycle.fund if self.cycle else None
        self.fund_line = named.line if named else self.fund_line or self.fund
        if self.person_index is None:
            self.person_index = self.woman.id_index
        super().save(*args, **kwargs)

    def is_open(self) -> bool:
        return self.state not in (self.State.PAID, self.State.DECLINED, self.State.WITHDRAWN)

    def shows_field(self, field: str) -> bool:
        """The card is for paying: nobody reads it before there is something to pay."""
        return field != "bank_card" or self.state in (self.State.APPROVED, self.State.PAYING, self.State.PAID)

    def on_move(self, move: Move, *, by: User, on: date) -> None:
        """Whoever sends it in, sends it into the cycle that is open."""
        if move.target == self.State.SUBMITTED and self.cycle is None:
            self.cycle = self._open_cycle(on)
        if move.target == self.State.APPROVED and self.approved_on is not None and self.approved_on < self.applied_on:
            raise ValidationError({"approved_on": f"不能早于申请日期 {self.applied_on:%Y-%m-%d}"})

    # What the moves of the process ask for (programs/relief/process.py).

    def card_gaps(self, *, on: date) -> list[str]:
        """Asked before the desks from which it could not be put right any more."""
        return [] if self.bank_card else ["还没有登记本人银行卡号，请先退回补正"]

    def obstacles(self, *, on: date) -> list[str]:
        from programs.relief.eligibility import obstacles_of

        return obstacles_of(self, on=on)

    def window_gaps(self, *, on: date) -> list[str]:
        """Sent in while a cycle of its fund is open; where no cycle was ever recorded, nothing is open or shut."""
        from programs.relief.eligibility import window_verdict

        shut = self.cycle is None and Cycle.objects.of_relief(self.fund).exists()
        return [window_verdict(self.fund, on=on).words] if shut and not self._open_cycle(on) else []

    def _open_cycle(self, on: date) -> Cycle | None:
        return Cycle.objects.of_relief(self.fund).open_on(on).first()

    def comparison_gaps(self, *, on: date) -> list[str]:
        from programs.relief.comparing import gaps_of

        return gaps_of(self)

    def reported_by_fund(self, *, on: date) -> list[str]:
        return ["市级资金不用上报，请直接登记获批"] if self.fund == self.Fund.CITY else []

    def granted_by_city(self, *, on: date) -> list[str]:
        return [] if self.fund == self.Fund.CITY else [f"{self.get_fund_display()}要上报后照批复登记"]

    def payment_running(self, *, on: date) -> list[str]:
        """Money that is on its way is stopped first."""
        running = self.pk is not None and self.payments.live().exists()
        return ["这份申请已提请支付，请先在“资金支付”撤回那一笔，再撤回申请"] if running else []

    def papers_needed(self, *, on: date) -> list[str]:
        """A diagnosis from before this year needs a fresh proof that the stage still qualifies (domain.md §3)."""
        old = self.diagnosed_on is not None and self.diagnosed_on.year < self.applied_on.year
        return [kind for kind in self.PaperKind.values if old or kind != self.PaperKind.FRESH_PROOF]

    def snapshot(self, *, on: date) -> dict[str, str]:
        from programs.relief.snapshots import facts_of

        return facts_of(self, on=on)

    def rules_used(self, *, on: date) -> list[PolicyRule]:
        from programs.relief.eligibility import rules_in_force

        return rules_in_force(on=self.applied_on)

    def start_paying(self) -> None:
        """The payment stands in a batch for the bank."""
        self._require(self.State.APPROVED, "列入支付批次")
        self.state = self.State.PAYING

    def record_paid(self, *, number: str, on: date) -> None:
        self._require(self.State.PAYING, "登记到账")
        self._not_before(self.approved_on, "获批日期", on)
        self.state, self.transfer_number, self.paid_on = self.State.PAID, number, on

    def payment_came_back(self) -> None:
        """Approved as before; the money has to be asked for anew."""
        if self.state not in (self.State.PAYING, self.State.PAID, self.State.APPROVED):
            self._require(self.State.PAYING, "退回支付")
        self.state, self.transfer_number, self.paid_on = self.State.APPROVED, "", None

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


class ReliefPaperQuerySet(ScopedQuerySet["ReliefPaper"]):
    """Papers that somebody has seen."""


class ReliefPaper(Paper):
    Kind = PaperKind

    grant = models.ForeignKey(ReliefGrant, models.CASCADE, related_name="papers", verbose_name="申请")
    kind = models.CharField("材料", max_length=20, choices=PaperKind.choices)

    objects = ScopedManager.from_queryset(ReliefPaperQuerySet)()

    class Meta:
        verbose_name = "救助材料"
        verbose_name_plural = "救助材料"
        constraints = [models.UniqueConstraint(fields=["grant", "kind"], name="one_paper_of_each_kind")]
