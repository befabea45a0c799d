"""Approved payments of one fund as one batch, its file for the bank, and the sending."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from federation import audit, jobs
from federation.models import Job, User
from federation.permissions import REVEAL, field_right
from programs.models import Fund, Payment, PaymentBatch, ReliefGrant, Signature
from programs.money import bank_amount
from programs.payments.signing import sign

FILE = "programs.payment_file"
# A file can be made again whatever the bank said of its lines since.
_IN_A_BATCH = (
    Payment.State.BATCHED, Payment.State.SENT, Payment.State.PAID, Payment.State.RETURNED, Payment.State.REVERSED,
)  # fmt: skip
HEAD = ("序号", "业务编号", "收款人", "收款账号", "金额（元）", "用途")


@transaction.atomic
def make_batch(fund: Fund, payments: Sequence[Payment], *, by: User, at: datetime) -> PaymentBatch:
    rows = list(
        Payment.objects.select_for_update(of=("self",)).filter(pk__in=[payment.pk for payment in payments]).order_by("pk")
    )  # fmt: skip
    if not rows:
        raise ValidationError("请选要列入批次的支付")
    for payment in rows:
        payment.require(Payment.State.APPROVED, what="列入批次")
        if payment.fund_id != fund.pk:
            raise ValidationError("一个批次只付一项资金，请按资金分开")
    batch = PaymentBatch.objects.create(organization=fund.organization, fund=fund, number=f"new-{at:%f}-{by.pk}", made_by=by, made_at=at)  # fmt: skip
    batch.number = f"ZF{at:%Y%m%d}-{batch.pk}"
    batch.count, batch.total_fen = len(rows), sum(payment.amount_fen for payment in rows)
    batch.save()
    for line, payment in enumerate(rows, start=1):
        Payment.objects.filter(pk=payment.pk).update(state=Payment.State.BATCHED, batch=batch, line_number=line)
    for grant in ReliefGrant.objects.select_for_update().filter(payments__batch=batch):
        grant.start_paying()
        grant.save()
    audit.record("programs.payment_batch.made", batch, by=by, number=batch.number, count=batch.count)
    return batch


def content(batch: PaymentBatch) -> bytes:
    """The same bytes each time: rows in their numbers, the encoding that the banks' programs read."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for payment in batch.payments.order_by("line_number").select_related("batch"):
        payment.require(*_IN_A_BATCH, what="制盘")
        writer.writerow(
            (
                payment.line_number, payment.bank_reference, payment.payee, payment.bank_card,
                bank_amount(payment.amount_fen), payment.purpose,
            )
        )  # fmt: skip
    return out.getvalue().encode("gb18030")


def start_file(batch: PaymentBatch, *, by: User) -> Job:
    return jobs.enqueue(FILE, by=by, organization=batch.organization, params={"batch": batch.pk})


@jobs.handler(FILE, label="生成银行代发文件")
def make_file(job: jobs.RunningJob) -> None:
    if field_right(job.owner, "bank_card") != REVEAL:
        raise jobs.JobRefused
    batch = PaymentBatch.objects.visible_to(job.owner).filter(pk=job.params["batch"]).first()
    if batch is None:
        raise jobs.JobStopped("这个批次不在您的范围里。")
    job.attach(f"{batch.number}.csv", generate(batch, by=job.owner))
    job.progress(batch.count, batch.count, f"批次 {batch.number}，{batch.count} 笔")


@transaction.atomic
def generate(batch: PaymentBatch, *, by: User) -> bytes:
    """Make the file once more. If it is not what it was the first time, nothing leaves the house."""
    batch = PaymentBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    made = content(batch)
    digest = hashlib.sha256(made).hexdigest()
    if batch.file_sha256 not in ("", digest):
        raise jobs.JobStopped("这次生成的文件与第一次不同，没有交出。请告诉管理员核对批次。")
    PaymentBatch.objects.filter(pk=batch.pk).update(file_sha256=digest, generations=F("generations") + 1)
    audit.record("programs.payment_batch.file_made", batch, by=by, number=batch.number, time=batch.generations + 1)
    return made


@transaction.atomic
def send(batch: PaymentBatch, *, on: date, at: datetime, by: User) -> PaymentBatch:
    """The payer's word that the file went to the bank; every payment of it carries her signature."""
    batch = PaymentBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state != PaymentBatch.State.MADE:
        raise ValidationError(f"批次 {batch.number} 已在 {batch.sent_on:%Y-%m-%d} 送银行")
    if not batch.generations:
        raise ValidationError("还没有生成代发文件，请先生成并核对笔数和合计")
    for payment in batch.payments.order_by("line_number"):
        sign(payment, Signature.Step.SENT, by=by, at=at)
    PaymentBatch.objects.filter(pk=batch.pk).update(state=PaymentBatch.State.SENT, sent_on=on)
    audit.record("programs.payment_batch.sent", batch, by=by, number=batch.number, on=f"{on:%Y-%m-%d}")
    batch.refresh_from_db()
    return batch
