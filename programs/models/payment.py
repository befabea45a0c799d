"""Payments by bank transfer: the request, its signatures, the batch that goes to the bank, and what the bank answers.

The states are the table MOVES here and the same table in PostgreSQL (0006_payments_kept_by_triggers).
"""

from __future__ import annotations

import hmac
import json
import uuid
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField
from programs.models.ledger import Fund
from programs.models.relief import ReliefGrant
from programs.models.sunflower import Child, ChildAid


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待初审"
    REVIEWED = "reviewed", "待复审"
    APPROVED = "approved", "待支付"
    BATCHED = "batched", "已列入批次"
    SENT = "sent", "已送银行"
    PAID = "paid", "已到账"
    RETURNED = "returned", "银行退回"
    REVERSED = "reversed", "已收回"
    WITHDRAWN = "withdrawn", "已撤回"


_BEFORE_BATCH = (State.DRAFT, State.SUBMITTED, State.REVIEWED, State.APPROVED)
# A correction takes a payment back to draft and voids what was signed; that is the trigger's work, not a listed move.
MOVES: frozenset[tuple[str, str]] = frozenset(
    {
        (State.DRAFT, State.SUBMITTED),
        (State.SUBMITTED, State.REVIEWED),
        (State.REVIEWED, State.APPROVED),
        (State.APPROVED, State.BATCHED),
        (State.BATCHED, State.SENT),
        (State.SENT, State.PAID),
        (State.SENT, State.RETURNED),
        (State.PAID, State.RETURNED),
        (State.RETURNED, State.PAID),
        (State.PAID, State.REVERSED),
        (State.RETURNED, State.REVERSED),
        (State.SUBMITTED, State.DRAFT),
        (State.REVIEWED, State.DRAFT),
        *((state, State.WITHDRAWN) for state in _BEFORE_BATCH),
    }
)
OVER = (State.REVERSED, State.WITHDRAWN)


class PaymentQuerySet(ScopedQuerySet["Payment"]):
    def with_people(self) -> Self:
        """Without the fund: it is the city's, and a join to it would hide the row from a township."""
        return self.select_related("organization", "township", "grant__woman", "child", "batch")

    def excepted(self) -> Self:
        """Reviewed by the person who asked, since the office had nobody else."""
        return self.filter(pk__in=Signature.objects.excepted().standing().values("payment"))

    def live(self) -> Self:
        """Still to be paid, or paid: what stands in the way of a second payment."""
        return self.exclude(state__in=OVER)

    def handed_over(self, *, on: date) -> Self:
        """With the application that it pays."""
        return self.live().exclude(state=State.PAID)

    def total_fen(self) -> int:
        return self.aggregate(total=Sum("amount_fen"))["total"] or 0


class Payment(ScopedModel):
    """Money to one person. What the approvals speak of is payee, account, amount and purpose, bound by `content_hash`."""

    State = State

    class Programme(models.TextChoices):
        RELIEF = "relief", "两癌救助"
        SUNFLOWER = "sunflower", "向日葵关爱"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.DRAFT)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="payments", verbose_name="资金")
    programme = models.CharField("项目", max_length=20, choices=Programme.choices)
    grant = models.ForeignKey(ReliefGrant, models.PROTECT, null=True, related_name="payments", verbose_name="救助申请")
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="payments", verbose_name="儿童")
    aid = models.OneToOneField(ChildAid, models.SET_NULL, null=True, related_name="payment", verbose_name="资助")
    # What "once" means: this person (blind), this fund or list, within these days.
    payee_index = models.BinaryField(editable=False)
    cycle = models.CharField("名单", max_length=40)
    period = DateRangeField("所属时段")
    payee = SealedTextField("收款人")
    bank_card = SealedTextField("收款账号")
    amount_fen = models.BigIntegerField("金额（分）")
    purpose = models.CharField("用途", max_length=40)
    content_hash = models.CharField(max_length=64, editable=False)
    version = models.PositiveIntegerField("第几稿", default=1, editable=False)
    batch = models.ForeignKey(
        "programs.PaymentBatch", models.PROTECT, null=True, related_name="payments", verbose_name="批次"
    )
    line_number = models.PositiveIntegerField("批次内序号", null=True)
    requested_on = models.DateField("提请日期")
    paid_on = models.DateField("到账日期", null=True)
    serial = models.CharField("银行流水号", max_length=40, blank=True)
    return_reason = models.CharField("退回原因", max_length=100, blank=True)

    objects = ScopedManager.from_queryset(PaymentQuerySet)()

    class Meta:
        verbose_name = "支付"
        verbose_name_plural = "支付"
        indexes = [
            models.Index(fields=["state", "requested_on", "id"], name="payment_by_state"),
            models.Index(fields=["township", "requested_on", "id"], name="payment_by_township"),
            models.Index(fields=["requested_on", "id"], name="payment_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0), name="payment_of_some_money", violation_error_message="金额要大于 0 元"
            ),
            models.CheckConstraint(
                condition=Q(grant__isnull=False, child__isnull=True) | Q(grant__isnull=True, child__isnull=False),
                name="payment_for_one_case",
                violation_error_message="一笔支付只对应一件救助或一名儿童",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*_BEFORE_BATCH, "withdrawn"], batch=None)
                | Q(state__in=["batched", "sent", "paid", "returned", "reversed"], batch__isnull=False),
                name="payment_batched_in_a_batch",
                violation_error_message="列入批次的支付才有批次",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(paid_on__isnull=False),
                name="payment_paid_on_a_day",
                violation_error_message="已到账的要有到账日期",
            ),
            models.UniqueConstraint(
                fields=["batch", "line_number"], name="one_payment_per_line_of_a_batch", condition=Q(batch__isnull=False)
            ),
            ExclusionConstraint(
                name="one_payment_per_person_list_and_period",
                expressions=[
                    ("payee_index", RangeOperators.EQUAL),
                    ("programme", RangeOperators.EQUAL),
                    ("cycle", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=~Q(state__in=["reversed", "withdrawn"]),
                violation_error_message="这个人在这份名单、这个时段里已有一笔支付",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.requested_on:%Y-%m-%d} 支付"

    def get_absolute_url(self) -> str:
        return reverse("programs:payment_detail", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.content_hash = self.computed_hash()
        super().save(*args, **kwargs)

    def computed_hash(self) -> str:
        """Keyed, since card numbers are few enough to be guessed from a plain digest."""
        content = json.dumps([self.payee, self.bank_card, self.amount_fen, self.purpose, self.fund_id])
        return hmac.digest(settings.BLIND_INDEX_KEY, f"payment:{content}".encode(), "sha256").hex()

    def require(self, *states: str, what: str) -> None:
        if self.state not in states:
            raise ValidationError(f"这笔支付现在是“{self.get_state_display()}”，不能{what}")
        if self.content_hash != self.computed_hash():
            raise ValidationError("这笔支付的收款人、账号或金额被绕过平台改过，已停办。请告诉管理员")

    def can_be_corrected(self) -> bool:
        return self.state in _BEFORE_BATCH

    @property
    def reference(self) -> str:
        """What the ledger's entries are filed under: the case that the money is for."""
        if self.grant_id:
            return f"relief:{self.grant_id}"
        return f"aid:{self.aid_id}" if self.aid_id else f"payment:{self.pk}"

    @property
    def turn(self) -> str:
        return f"{self.pk}.{self.version}"

    @property
    def bank_reference(self) -> str:
        """What stands on the bank's line, and comes back on it."""
        return f"{self.batch.number}-{self.line_number:04}" if self.batch else ""

    @property
    def source_label(self) -> str:
        return self.grant.get_fund_display() if self.grant else Fund.Source.DONATION.label

    @property
    def case_url(self) -> str:
        case = self.grant or self.child
        return case.get_absolute_url() if case else ""


class SignatureQuerySet(ScopedQuerySet["Signature"]):
    def standing(self) -> Self:
        return self.filter(voided_at=None)

    def excepted(self) -> Self:
        return self.exclude(exception="")


class Signature(ScopedModel):
    """One person's word for a payment as it then stood. PostgreSQL fills in the person behind the account."""

    class Step(models.TextChoices):
        REQUESTED = "requested", "提请"
        REVIEWED = "reviewed", "初审"
        APPROVED = "approved", "复审"
        SENT = "sent", "支付"

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="signatures", verbose_name="支付")
    step = models.CharField("环节", max_length=20, choices=Step.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="签批人")
    person = models.UUIDField(null=True, editable=False)
    at = models.DateTimeField("时间")
    content_hash = models.CharField(max_length=64)
    exception = models.CharField("同一人经办的原因", max_length=200, blank=True)
    voided_at = models.DateTimeField("作废时间", null=True)

    objects = ScopedManager.from_queryset(SignatureQuerySet)()

    class Meta:
        verbose_name = "支付签批"
        verbose_name_plural = "支付签批"
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "step"],
                condition=Q(voided_at=None),
                name="one_signature_per_step",
                violation_error_message="这一步已经有人办了，请重新打开",
            ),
            models.UniqueConstraint(
                fields=["payment", "person"],
                condition=Q(voided_at=None, exception=""),
                name="four_different_persons",
                violation_error_message="这笔支付的前面一步是您本人办的，请由另一位办理",
            ),
            models.CheckConstraint(
                condition=Q(exception="") | Q(step="reviewed"),
                name="one_person_twice_only_at_review",
                violation_error_message="只有初审可以因人手不够由同一人办，复审和支付不行",
            ),
        ]

    def __str__(self) -> str:
        return self.get_step_display()


class PaymentBatchQuerySet(ScopedQuerySet["PaymentBatch"]):
    pass


class PaymentBatch(ScopedModel):
    """Payments of one fund that go to the bank as one file. What is in it never changes."""

    class State(models.TextChoices):
        MADE = "made", "待送银行"
        SENT = "sent", "已送银行"

    number = models.CharField("批次号", max_length=30, unique=True)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="batches", verbose_name="资金")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.MADE)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="制表人")
    made_at = models.DateTimeField("制表时间")
    sent_on = models.DateField("送银行日期", null=True)
    count = models.PositiveIntegerField("笔数", default=0)
    total_fen = models.BigIntegerField("合计（分）", default=0)
    # The file itself is made on demand; every generation must have this digest.
    file_sha256 = models.CharField(max_length=64, blank=True)
    generations = models.PositiveIntegerField("生成次数", default=0)

    objects = ScopedManager.from_queryset(PaymentBatchQuerySet)()

    class Meta:
        verbose_name = "支付批次"
        verbose_name_plural = "支付批次"
        indexes = [models.Index(fields=["made_at", "id"], name="payment_batch_by_time")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("programs:payment_batch_detail", args=[self.pk])


class BankLineQuerySet(ScopedQuerySet["BankLine"]):
    def differences(self) -> Self:
        return self.exclude(difference="")

    def undecided(self) -> Self:
        return self.differences().filter(confirmed_by=None)

    def with_batch(self) -> Self:
        return self.select_related("batch", "payment__grant__woman", "payment__child", "proposed_by", "confirmed_by")


class BankLine(ScopedModel):
    """One line of the bank's return file, taken once. What does not fit waits for two people, and is never put right alone."""

    class Outcome(models.TextChoices):
        PAID = "paid", "成功"
        FAILED = "failed", "失败"

    class Difference(models.TextChoices):
        UNKNOWN = "unknown", "批次里没有这一笔"
        AMOUNT = "amount", "金额不一致"
        CONTRADICTION = "contradiction", "与先前的回盘相反"

    class Decision(models.TextChoices):
        FOLLOW = "follow", "以这次回盘为准"
        IGNORE = "ignore", "不采用这一行"

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="bank_lines", verbose_name="批次")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="bank_lines", verbose_name="支付")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    bank_reference = models.CharField("业务编号", max_length=40)
    amount_fen = models.BigIntegerField("金额（分）")
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    serial = models.CharField("银行流水号", max_length=40, blank=True)
    reason = models.CharField("失败原因", max_length=100, blank=True)
    happened_on = models.DateField("交易日期")
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="导入人")
    taken_at = models.DateTimeField("导入时间")
    difference = models.CharField("差异", max_length=20, choices=Difference.choices, blank=True)
    decision = models.CharField("处理意见", max_length=10, choices=Decision.choices, blank=True)
    grounds = models.CharField("依据", max_length=200, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提出人")
    proposer = models.UUIDField(null=True, editable=False)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    confirmer = models.UUIDField(null=True, editable=False)
    confirmed_at = models.DateTimeField("确认时间", null=True)

    objects = ScopedManager.from_queryset(BankLineQuerySet)()

    class Meta:
        verbose_name = "银行回盘"
        verbose_name_plural = "银行回盘"
        constraints = [
            models.CheckConstraint(
                condition=~Q(proposer=F("confirmer")),
                name="difference_decided_by_two_people",
                violation_error_message="处理意见是您提出的，请由另一位确认",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(proposed_by__isnull=False),
                name="difference_proposed_before_confirmed",
                violation_error_message="要先有人提出处理意见",
            ),
            models.CheckConstraint(
                condition=~Q(difference="") | Q(payment__isnull=False),
                name="bank_line_without_payment_is_a_difference",
                violation_error_message="批次里没有这一笔",
            ),
        ]

    def __str__(self) -> str:
        return self.bank_reference
