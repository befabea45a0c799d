"""What the bank reports of a running loan: part of it paid back, a new rate, money put to another use; and mistakes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit
from federation.models import User
from programs.loans.lending import locked
from programs.loans.terms import SPREAD, Rules, rate_problem
from programs.models import LoanEvent, SubsidisedLoan
from programs.money import spoken
from programs.refusing import in_words


@transaction.atomic
def repay_part(loan: SubsidisedLoan, *, on: date, amount_fen: int, paper: str, today: date, by: User) -> LoanEvent:
    """The balance is lower from that day on. Late news of a loan paid off meanwhile is taken too."""
    loan = locked(loan)
    _require_day(loan, on, today)
    left = loan.principal_fen - sum(event.amount_fen or 0 for event in standing(loan, LoanEvent.Kind.REPAYMENT))
    if amount_fen >= left:
        raise ValidationError({"amount_fen": f"只欠本金 {spoken(left)}。全部还清的请登记结清"})
    event = _record(loan, LoanEvent.Kind.REPAYMENT, on, by=by, amount_fen=amount_fen, paper=paper)
    audit.record("programs.loan.repaid", loan, by=by, on=f"{on:%Y-%m-%d}", amount=spoken(amount_fen))
    return event


@transaction.atomic
def change_rate(
    loan: SubsidisedLoan, *, on: date, rate_percent: Decimal, paper: str, today: date, by: User
) -> LoanEvent:
    loan = locked(loan)
    _require_day(loan, on, today)
    # The reference rate is that day's; what may be added to it is what the contract began with.
    of_contract, of_day = Rules.stamped(loan), Rules.on_day(on)
    spread = {SPREAD: found} if (found := of_contract.find(SPREAD)) else {}
    if problem := rate_problem(loan, rate_percent, Rules(of_contract.on, {**of_day.by_code, **spread})):
        raise ValidationError({"rate_percent": problem})
    event = _record(loan, LoanEvent.Kind.RATE, on, by=by, rate_percent=rate_percent, paper=paper)
    audit.record("programs.loan.rate_changed", loan, by=by, on=f"{on:%Y-%m-%d}", rate=f"{rate_percent.normalize():f}")
    return event


@transaction.atomic
def stop_for_misuse(loan: SubsidisedLoan, *, on: date, paper: str, today: date, by: User) -> LoanEvent:
    """From the first day of the other use there is no subsidy; interest goes on."""
    loan = locked(loan)
    if on != loan.released_on:
        _require_day(loan, on, today)
    event = _record(loan, LoanEvent.Kind.MISUSE, on, by=by, paper=paper)
    audit.record("programs.loan.misused", loan, by=by, on=f"{on:%Y-%m-%d}")
    return event


@transaction.atomic
def strike_out(event: LoanEvent, *, reason: str, at: datetime, by: User) -> None:
    """A wrong row stays readable; the arithmetic leaves it out."""
    loan = locked(event.loan)
    event = LoanEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if event.struck_at is not None:
        raise ValidationError("这一条已经划去")
    if not event.may_be_struck():
        raise ValidationError("代偿、追回和核销的登记不能划去，写错了请在凭证里说明并报市妇联")
    event.struck_at, event.struck_by, event.struck_reason = at, by, reason
    event.save()
    audit.record("programs.loan.event_struck", loan, by=by, what=str(event))


def standing(loan: SubsidisedLoan, *kinds: LoanEvent.Kind) -> list[LoanEvent]:
    events = LoanEvent.objects.filter(loan=loan).standing()
    return list(events.filter(kind__in=kinds) if kinds else events)


def _require_day(loan: SubsidisedLoan, on: date, today: date) -> None:
    """After the release, not in the future, and before the loan was paid back or left the bank."""
    if on <= loan.released_on:
        raise ValidationError({"on": f"要晚于放款日期 {loan.released_on:%Y-%m-%d}"})
    if on > today:
        raise ValidationError({"on": "还没有到这一天，发生了再登记"})
    if loan.settled_on and on >= loan.settled_on:
        raise ValidationError({"on": f"这笔贷款已在 {loan.settled_on:%Y-%m-%d} 结清，只能补记这一天以前的"})
    if loan.state in (loan.State.COMPENSATED, loan.State.RECOVERING, loan.State.WRITTEN_OFF):
        raise ValidationError(f"这笔贷款{loan.get_state_display()}，不再在银行名下")


def _record(loan: SubsidisedLoan, kind: LoanEvent.Kind, on: date, *, by: User, **values: object) -> LoanEvent:
    event = LoanEvent(loan=loan, organization=loan.organization, kind=kind, on=on, recorded_by=by, **values)
    with in_words(LoanEvent):
        event.save()
    return event
