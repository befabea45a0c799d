"""What the bank answers: each line taken once, booked where it fits, and otherwise left for two people."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit
from federation.cells import Cell, CellProblem, folded, parse_date, parse_money, parse_text
from federation.models import User
from federation.spreadsheets.columns import Column, Layout
from federation.spreadsheets.reading import read_sheet
from federation.spreadsheets.refusal import BadFile
from programs import ledger
from programs.models import BankLine, ChildAid, LedgerAccount, Payment, PaymentBatch, ReliefGrant
from programs.payments.signing import locked
from programs.refusing import in_words

Outcome, Difference, State = BankLine.Outcome, BankLine.Difference, Payment.State
OUTCOMES = {"成功": Outcome.PAID, "已成功": Outcome.PAID, "交易成功": Outcome.PAID, "失败": Outcome.FAILED, "退汇": Outcome.FAILED, "交易失败": Outcome.FAILED}  # fmt: skip
LAYOUT = Layout(
    "银行回盘",
    (
        Column("bank_reference", "业务编号", ("客户业务号", "备注编号"), required=True, example="ZF20260401-1-0001"),
        Column("amount", "金额（元）", ("金额", "交易金额"), required=True, example="10000.00"),
        Column("outcome", "结果", ("处理结果", "交易结果", "状态"), required=True, choices=("成功", "失败")),
        Column("serial", "银行流水号", ("流水号", "交易流水号"), example="2026040900017"),
        Column("reason", "失败原因", ("原因", "附言"), example="户名与账号不符"),
        Column("happened_on", "交易日期", ("日期", "入账日期"), required=True, example="2026-04-09"),
    ),
)


@dataclass(frozen=True)
class Answer:
    """One line of the file, read."""

    bank_reference: str
    amount_fen: int
    outcome: str
    serial: str
    reason: str
    happened_on: date

    def digest(self, batch: PaymentBatch) -> str:
        parts = (batch.number, self.bank_reference, self.amount_fen, self.outcome, self.serial, self.happened_on)
        return hashlib.sha256("|".join(str(part) for part in parts).encode()).hexdigest()


@dataclass(frozen=True)
class Taken:
    booked: int
    repeated: int
    differing: int


def read(content: bytes, *, on: date) -> list[Answer]:
    """Every line of the file or none: a line that cannot be read stops the import and says which cell it is."""
    sheet = read_sheet(content, LAYOUT)
    places = sheet.header.places
    answers, problems = [], []
    for number, row in sheet.body():
        cells = {key: row[place] if place < len(row) else None for key, place in places.items()}
        try:
            answers.append(_answer(cells, on=on))
        except CellProblem as problem:
            problems.append(f"第 {number} 行：{problem.reason}，正确写法 {problem.example}")
    if problems:
        raise BadFile("；".join(problems[:10]), "请照银行给的文件改好再传，一行都还没有记账", rule="bad_cells")
    return answers


def _answer(cells: dict[str, Cell], *, on: date) -> Answer:
    outcome = OUTCOMES.get(parse_text(cells["outcome"], longest=20))
    if outcome is None:
        raise CellProblem("结果只认成功、失败", "成功")
    return Answer(
        bank_reference=parse_text(cells["bank_reference"], longest=40),
        amount_fen=parse_money(cells["amount"]),
        outcome=outcome,
        serial=_serial(cells.get("serial")),
        reason=parse_text(cells.get("reason"), longest=100),
        happened_on=_past_day(cells["happened_on"], on=on),
    )


def _serial(cell: Cell) -> str:
    text = folded(parse_text(cell, longest=40))
    if text and not re.fullmatch(r"[0-9A-Za-z-]+", text):
        raise CellProblem("银行流水号只有数字和字母", "2026040900017")
    return text


def _past_day(cell: Cell, *, on: date) -> date:
    day = parse_date(cell)
    if day > on:
        raise CellProblem(f"交易日期 {day:%Y-%m-%d} 还没有到", "2026-04-09")
    return day


@transaction.atomic
def take(batch: PaymentBatch, answers: list[Answer], *, by: User, at: datetime) -> Taken:
    batch = PaymentBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state != PaymentBatch.State.SENT:
        raise ValidationError(f"批次 {batch.number} 还没有送银行，不会有回盘")
    known = set(BankLine.objects.filter(batch=batch).values_list("digest", flat=True))
    booked = repeated = differing = 0
    for answer in answers:
        if (digest := answer.digest(batch)) in known:
            repeated += 1
            continue
        known.add(digest)
        line = _keep(batch, answer, digest, by=by, at=at)
        if line.difference:
            differing += 1
        else:
            _book(line, by=by)
            booked += 1
    taken = Taken(booked, repeated, differing)
    audit.record(
        "programs.payment_batch.answered", batch, by=by, number=batch.number, booked=booked, repeated=repeated,
        differing=differing,
    )  # fmt: skip
    return taken


def _keep(batch: PaymentBatch, answer: Answer, digest: str, *, by: User, at: datetime) -> BankLine:
    payment = _payment_of(batch, answer.bank_reference)
    return BankLine.objects.create(
        organization=batch.organization, batch=batch, payment=payment, digest=digest,
        bank_reference=answer.bank_reference, amount_fen=answer.amount_fen, outcome=answer.outcome,
        serial=answer.serial, reason=answer.reason, happened_on=answer.happened_on, taken_by=by, taken_at=at,
        difference=_difference(payment, answer),
    )  # fmt: skip


def _payment_of(batch: PaymentBatch, bank_reference: str) -> Payment | None:
    number = bank_reference.removeprefix(f"{batch.number}-")
    if number == bank_reference or not number.isdecimal() or len(number) > 6:
        return None
    return batch.payments.filter(line_number=int(number)).first()


def _difference(payment: Payment | None, answer: Answer) -> str:
    if payment is None:
        return Difference.UNKNOWN
    if payment.amount_fen != answer.amount_fen:
        return Difference.AMOUNT
    agreeing = State.PAID if answer.outcome == Outcome.PAID else State.RETURNED
    return "" if payment.state in (State.SENT, agreeing) else Difference.CONTRADICTION


def _book(line: BankLine, *, by: User) -> None:
    """Said again in other words, it changes nothing."""
    assert line.payment is not None
    payment = locked(line.payment)
    turn = f"{payment.turn}.{line.pk}"
    if line.outcome == Outcome.PAID and payment.state != State.PAID:
        _arrived(payment, line, turn=turn, by=by)
    elif line.outcome == Outcome.FAILED and payment.state != State.RETURNED:
        _came_back(payment, line, turn=turn, by=by)


def _arrived(payment: Payment, line: BankLine, *, turn: str, by: User) -> None:
    came_back = payment.state == State.RETURNED
    if payment.child:
        payment.aid = ChildAid.objects.create(
            organization=payment.organization, child=payment.child, given_on=line.happened_on,
            amount_fen=payment.amount_fen, list_number=payment.cycle, received_by=str(payment.payee),
        )  # fmt: skip
    payment.state, payment.paid_on, payment.serial, payment.return_reason = (
        State.PAID,
        line.happened_on,
        line.serial,
        "",
    )
    payment.save()
    out_of = LedgerAccount.Kind.RETURNED if came_back else LedgerAccount.Kind.PAYABLE
    ledger.pay(
        payment.fund, payment.amount_fen, out_of=out_of, reference=payment.reference, on=line.happened_on, by=by,
        turn=turn,
    )  # fmt: skip
    if grant := _grant_of(payment):
        if came_back:
            grant.start_paying()
            grant.save()
        grant.record_paid(number=line.serial, on=line.happened_on)
        grant.save()
    audit.record("programs.payment.paid", payment, by=by)
    if payment.child:
        audit.record("programs.child.aided", payment.child, by=by, list=payment.cycle)


def _came_back(payment: Payment, line: BankLine, *, turn: str, by: User) -> None:
    after_payment, reference = payment.state == State.PAID, payment.reference
    ledger.take_back(
        payment.fund, payment.amount_fen, after_payment=after_payment, reference=reference, on=line.happened_on, by=by,
        turn=turn,
    )  # fmt: skip
    payment.state, payment.return_reason = State.RETURNED, line.reason or "银行没有说明"
    _undo(payment)
    payment.save()
    audit.record("programs.payment.returned", payment, by=by)


def _undo(payment: Payment) -> None:
    """The case as it was before the money was reported as arrived."""
    payment.paid_on, payment.serial = None, ""
    if payment.aid:
        given, payment.aid = payment.aid, None
        Payment.objects.filter(pk=payment.pk).update(aid=None)
        given.delete()
    if grant := _grant_of(payment):
        grant.payment_came_back()
        grant.save()


def _grant_of(payment: Payment) -> ReliefGrant | None:
    return ReliefGrant.objects.select_for_update().filter(pk=payment.grant_id).first() if payment.grant_id else None


@transaction.atomic
def reverse(payment: Payment, *, reason: str, on: date, by: User) -> Payment:
    """Money that came back, or was paid back, is the fund's again; the case may ask for it anew."""
    payment = locked(payment)
    payment.require(State.RETURNED, State.PAID, what="收回结余")
    was_paid = payment.state == State.PAID
    ledger.release(
        payment.fund, payment.amount_fen,
        out_of=LedgerAccount.Kind.PAID if was_paid else LedgerAccount.Kind.RETURNED,
        reference=payment.reference, on=on, by=by, turn=payment.turn,
    )  # fmt: skip
    payment.state, payment.return_reason = State.REVERSED, reason
    if was_paid:
        _undo(payment)
    payment.save()
    audit.record("programs.payment.reversed", payment, by=by)
    return locked(payment)


# --- differences ----------------------------------------------------------------------------------------------------


@transaction.atomic
def propose(line: BankLine, *, decision: str, grounds: str, by: User) -> BankLine:
    line = _locked_line(line)
    _require_open(line)
    if decision == BankLine.Decision.FOLLOW and line.difference != Difference.CONTRADICTION:
        raise ValidationError("金额不符或批次里没有的，平台不替您改账：请银行更正后重新导入回盘，这一行选“不采用”")
    line.decision, line.grounds, line.proposed_by = decision, grounds, by
    line.save()
    audit.record("programs.bank_line.proposed", line, by=by, decision=line.get_decision_display())
    return line


@transaction.atomic
def confirm(line: BankLine, *, by: User, at: datetime) -> BankLine:
    """The second person's word; only now does a contradiction move money."""
    line = _locked_line(line)
    _require_open(line)
    if line.proposed_by is None:
        raise ValidationError("还没有人提出处理意见")
    line.confirmed_by, line.confirmed_at = by, at
    with in_words(BankLine):
        line.save()
    if line.decision == BankLine.Decision.FOLLOW:
        assert line.payment is not None
        if line.payment.state not in (State.PAID, State.RETURNED):
            raise ValidationError(f"这笔支付现在是“{line.payment.get_state_display()}”，不能再照这次回盘改")
        _book(line, by=by)
    audit.record("programs.bank_line.decided", line, by=by, decision=line.get_decision_display())
    return line


def _locked_line(line: BankLine) -> BankLine:
    return BankLine.objects.select_for_update(of=("self",)).with_batch().get(pk=line.pk)


def _require_open(line: BankLine) -> None:
    if not line.difference:
        raise ValidationError("这一行没有差异")
    if line.confirmed_by_id:
        raise ValidationError("这处差异已经处理完")
