"""到账抽查: some of a batch's payees, drawn by lot, are asked whether the money came. Nothing here is taken back."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.urls import reverse

from federation.models import User
from federation.periods import Period
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField
from programs.models.payment import Payment, PaymentBatch


class ArrivalCheckQuerySet(ScopedQuerySet["ArrivalCheck"]):
    """Draws, of the city that pays."""


class ArrivalCheck(ScopedModel):
    """One draw for one batch. Whoever has `seed` and the batch's paid lines draws the same ones again."""

    batch = models.OneToOneField(PaymentBatch, models.PROTECT, related_name="arrival_check", verbose_name="批次")
    seed = models.CharField("抽样种子", max_length=32)
    paid = models.PositiveIntegerField("已到账笔数")
    size = models.PositiveIntegerField("抽查笔数")
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="抽取人")
    drawn_at = models.DateTimeField("抽取时间")

    objects = ScopedManager.from_queryset(ArrivalCheckQuerySet)()

    class Meta:
        verbose_name = "到账抽查"
        verbose_name_plural = "到账抽查"
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=F("paid")),
                name="sample_within_what_was_paid",
                violation_error_message="抽查笔数不能多于已到账笔数",
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch} 到账抽查"


class ArrivalSampleQuerySet(ScopedQuerySet["ArrivalSample"]):
    def with_answers(self) -> Self:
        """`outcome` and `asked_on` are those of the last call; `tries` how often was called."""
        last = ArrivalCall.objects.filter(sample=OuterRef("pk")).order_by("-id")
        return self.annotate(
            outcome=Subquery(last.values("outcome")[:1]),
            asked_on=Subquery(last.values("called_on")[:1]),
            tries=Count("calls"),
        )

    def open(self) -> Self:
        """Nobody has said yet that the whole sum came."""
        return self.with_answers().filter(Q(outcome=None) | ~Q(outcome=ArrivalCall.Outcome.WHOLE))

    def answering(self, outcome: str) -> Self:
        return self.with_answers().filter(outcome=outcome)

    def answered_in(self, period: Period) -> Self:
        found = self.with_answers().filter(asked_on__gte=period.start, asked_on__lt=period.end)
        return found.exclude(outcome=ArrivalCall.Outcome.UNREACHED)

    def confirmed_in(self, period: Period) -> Self:
        return self.answered_in(period).filter(outcome=ArrivalCall.Outcome.WHOLE)

    def with_payments(self) -> Self:
        return self.select_related("organization", "township", "payment__grant__woman", "payment__child")


class ArrivalSample(ScopedModel):
    """A payment that the lot fell on."""

    draw = models.ForeignKey(ArrivalCheck, models.PROTECT, related_name="samples", verbose_name="抽查")
    payment = models.OneToOneField(Payment, models.PROTECT, related_name="arrival_sample", verbose_name="支付")
    drawn_on = models.DateField("抽中日期")
    # The batch is the city's, and a join to it would hide the row from a township.
    batch_number = models.CharField("批次号", max_length=30)

    objects = ScopedManager.from_queryset(ArrivalSampleQuerySet)()

    class Meta:
        verbose_name = "抽中的支付"
        verbose_name_plural = "抽中的支付"

    def __str__(self) -> str:
        return f"{self.batch_number} 到账抽查"

    def get_absolute_url(self) -> str:
        return reverse("programs:arrival_call_new", args=[self.pk])


class ArrivalCallQuerySet(ScopedQuerySet["ArrivalCall"]):
    """In the order they were made."""


class ArrivalCall(ScopedModel):
    """What she said when she was asked. PostgreSQL refuses a caller who signed the payment (arrival_asked_by_another)."""

    class Outcome(models.TextChoices):
        WHOLE = "whole", "足额收到"
        DIFFERS = "differs", "收到，金额不对"
        MISSING = "missing", "没有收到"
        UNREACHED = "unreached", "没有联系上"

    sample = models.ForeignKey(ArrivalSample, models.PROTECT, related_name="calls", verbose_name="抽中的支付")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # One for each sending of the form, so that a resend writes nothing twice.
    submission = models.UUIDField(unique=True, editable=False)
    called_on = models.DateField("哪天问的")
    outcome = models.CharField("她怎么说", max_length=10, choices=Outcome.choices)
    told_fen = models.BigIntegerField("她说收到（分）", null=True)
    words = SealedTextField("情况", null=True)
    called_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="回访人")
    called_at = models.DateTimeField("登记时间")

    objects = ScopedManager.from_queryset(ArrivalCallQuerySet)()

    class Meta:
        verbose_name = "到账回访"
        verbose_name_plural = "到账回访"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="differs", told_fen__gte=0) | ~Q(outcome="differs") & Q(told_fen=None),
                name="differing_sum_is_named",
                violation_error_message="金额不对的要写她说收到多少",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sample} {self.get_outcome_display()}"
