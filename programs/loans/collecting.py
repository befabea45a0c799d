"""After 90 days overdue: the guarantee fund pays the bank, gets back what it can, and the rest is written off."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit
from federation.models import User
from programs.loans.lending import locked
from programs.loans.repaying import standing
from programs.loans.terms import Rules
from programs.models import LoanEvent, SubsidisedLoan
from programs.money import spoken
from programs.refusing import in_words

AFTER_DAYS = "loan.compensation_after_days"
State, Kind = SubsidisedLoan.State, LoanEvent.Kind


def days_before_compensation(rules: Rules) -> int:
    return int(rules.need(AFTER_DAYS).value)


@transaction.atomic
def compensate(loan: SubsidisedLoan, *, on: date, amount_fen: int, paper: str, today: date, by: User) -> None:
    loan = locked(loan)
    _require_past(on, loan.due_on, today)
    wait = days_before_compensation(Rules.stamped(loan))
    if (on - loan.due_on).days <= wait:
        overdue = (on - loan.due_on).days
        raise ValidationError({"on": f"这一天逾期 {overdue} 天，逾期超过 {wait} 天才可代偿"})
    loan.go_to(State.COMPENSATED)
    _record(loan, Kind.COMPENSATED, on, amount_fen, paper, by)
    audit.record("programs.loan.compensated", loan, by=by, on=f"{on:%Y-%m-%d}", amount=spoken(amount_fen))


@transaction.atomic
def record_recovery(loan: SubsidisedLoan, *, on: date, amount_fen: int, paper: str, today: date, by: User) -> None:
    """When all that the fund paid has come back the loan is settled."""
    loan = locked(loan)
    left = _left(loan)
    _require_past(on, _compensated_on(loan), today)
    if amount_fen > left:
        raise ValidationError({"amount_fen": f"代偿还没有追回的只有 {spoken(left)}"})
    if loan.state == State.COMPENSATED:
        loan.go_to(State.RECOVERING)
    if amount_fen == left:
        loan.go_to(State.SETTLED)
        loan.settled_on = on
    _record(loan, Kind.RECOVERED, on, amount_fen, paper, by)
    audit.record("programs.loan.recovered", loan, by=by, on=f"{on:%Y-%m-%d}", amount=spoken(amount_fen))


@transaction.atomic
def write_off(loan: SubsidisedLoan, *, on: date, paper: str, today: date, by: User) -> None:
    """What was not recovered, as a whole."""
    loan = locked(loan)
    left = _left(loan)
    _require_past(on, _compensated_on(loan), today)
    loan.go_to(State.WRITTEN_OFF)
    _record(loan, Kind.WRITTEN_OFF, on, left, paper, by)
    audit.record("programs.loan.written_off", loan, by=by, on=f"{on:%Y-%m-%d}", amount=spoken(left))


def left_to_recover(events: list[LoanEvent]) -> int:
    """What the fund paid and has not got back, of one loan's standing events; what was written off is given up."""
    paid = sum(event.amount_fen or 0 for event in events if event.kind == Kind.COMPENSATED)
    return paid - sum(event.amount_fen or 0 for event in events if event.kind in (Kind.RECOVERED, Kind.WRITTEN_OFF))


def _left(loan: SubsidisedLoan) -> int:
    if loan.state not in (State.COMPENSATED, State.RECOVERING):
        raise ValidationError(f"这笔贷款{loan.get_state_display()}，代偿以后才追偿和核销")
    return left_to_recover(standing(loan))


def _compensated_on(loan: SubsidisedLoan) -> date:
    return standing(loan, Kind.COMPENSATED)[0].on


def _require_past(on: date, since: date, today: date) -> None:
    if on > today:
        raise ValidationError({"on": "还没有到这一天，发生了再登记"})
    if on < since:
        raise ValidationError({"on": f"不能早于 {since:%Y-%m-%d}"})


def _record(loan: SubsidisedLoan, kind: LoanEvent.Kind, on: date, amount_fen: int, paper: str, by: User) -> None:
    loan.save()
    with in_words(LoanEvent):
        LoanEvent.objects.create(
            loan=loan,
            organization=loan.organization,
            kind=kind,
            on=on,
            amount_fen=amount_fen,
            paper=paper,
            recorded_by=by,
        )
