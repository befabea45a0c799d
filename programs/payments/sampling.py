"""Whether the money came: a sample drawn by lot from a paid batch, and what each of them says when she is asked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from federation import audit, policy
from federation.models import User
from programs.models import ArrivalCall, ArrivalCheck, ArrivalSample, Payment, PaymentBatch
from programs.money import spoken
from programs.payments.signing import has_signed


def sample_size(paid: int, *, on: date) -> int:
    """The rule's share, rounded up, and never fewer than the rule's least while there are as many."""
    share = -(-paid * policy.whole_number("payment.sample_percent", on=on) // 100)
    return min(paid, max(share, policy.whole_number("payment.sample_least", on=on)))


def drawn(payments: Sequence[int], *, size: int, seed: str) -> list[int]:
    """Same ids, size and seed: same lot."""
    return sorted(random.Random(seed).sample(sorted(payments), size))


@transaction.atomic
def draw(batch: PaymentBatch, *, seed: str, at: datetime, by: User) -> ArrivalCheck:
    batch = PaymentBatch.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
    if ArrivalCheck.objects.filter(batch=batch).exists():
        raise ValidationError("这个批次已经抽过，抽中的名单不能重抽。")
    payments = Payment.objects.visible_to(by).filter(batch=batch)
    waiting = payments.filter(state__in=[Payment.State.BATCHED, Payment.State.SENT]).count()
    if waiting:
        raise ValidationError(f"银行还有 {waiting} 笔没有答复，回盘导入完再抽。")
    paid = dict(payments.filter(state=Payment.State.PAID).values_list("pk", "organization"))
    if not paid:
        raise ValidationError("这个批次没有一笔到账，不用抽查。")
    size = sample_size(len(paid), on=timezone.localdate(at))
    check = ArrivalCheck.objects.create(
        batch=batch, organization=batch.organization, seed=seed, paid=len(paid), size=size, drawn_by=by, drawn_at=at
    )
    for payment in payments.filter(pk__in=drawn(list(paid), size=size, seed=seed)).select_related("organization"):
        ArrivalSample.objects.create(
            draw=check,
            payment=payment,
            organization=payment.organization,
            drawn_on=timezone.localdate(at),
            batch_number=batch.number,
        )
    audit.record("programs.payment_batch.sampled", batch, by=by, paid=len(paid), size=size)
    return check


@transaction.atomic
def call(
    sample: ArrivalSample, *, submission: UUID, called_on: date, outcome: str, told_fen: int | None, words: str,
    at: datetime, by: User,
) -> None:  # fmt: skip
    """Sent twice, it stands once."""
    sample = ArrivalSample.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=sample.pk)
    if ArrivalCall.objects.filter(submission=submission).exists():
        return
    _refuse(
        sample, called_on=called_on, outcome=outcome, told_fen=told_fen, words=words, on=timezone.localdate(at), by=by
    )
    made = ArrivalCall.objects.create(
        sample=sample, organization=sample.organization, submission=submission, called_on=called_on, outcome=outcome,
        told_fen=told_fen if outcome == ArrivalCall.Outcome.DIFFERS else None, words=words or None, called_by=by,
        called_at=at,
    )  # fmt: skip
    audit.record("programs.payment.arrival_asked", sample.payment, by=by, outcome=made.get_outcome_display())


def _refuse(
    sample: ArrivalSample, *, called_on: date, outcome: str, told_fen: int | None, words: str, on: date, by: User
) -> None:
    payment, kinds = sample.payment, ArrivalCall.Outcome
    if has_signed(payment, by):
        raise ValidationError("这笔支付您签过字，请由没有经手的人回访。")
    problems: dict[str, str] = {}
    if called_on > on:
        problems["called_on"] = f"这一天还没有到，不能晚于 {on}"
    elif payment.paid_on and called_on < payment.paid_on:
        problems["called_on"] = f"早于到账日期 {payment.paid_on}，请改正"
    if outcome == kinds.DIFFERS and told_fen is None:
        problems["told_fen"] = f"请写她说收到多少元，支付的是 {spoken(payment.amount_fen)}"
    elif outcome == kinds.DIFFERS and told_fen == payment.amount_fen:
        problems["told_fen"] = f"和支付的 {spoken(payment.amount_fen)} 一样，请选“{kinds.WHOLE.label}”"
    if outcome in (kinds.DIFFERS, kinds.MISSING) and not words:
        problems["words"] = "请写她怎么说，例如 存折上没有这一笔，卡已挂失"
    if problems:
        raise ValidationError(problems)


def script(payment: Payment) -> list[str]:
    """What the caller says. The illness is never named: somebody else may be on the telephone."""
    paid_on = f"{payment.paid_on:%Y年%-m月%-d日}" if payment.paid_on else ""
    return [
        "您好，我是市妇联的工作人员，做一次资金到账回访，耽误您一分钟。请问您是本人（监护人）吗？",
        f"{paid_on}有一笔 {spoken(payment.amount_fen)} 转到您登记的银行卡（尾号请她自己说），请问收到了吗？数目对吗？",
        "有没有人向您收过手续费、好处费，或者让您转出一部分？",
        "不是本人接的电话，只说“请她方便时回电”，不说是什么钱、为什么给。",
    ]
