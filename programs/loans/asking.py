"""After the release: a visit to see the use of the money, and what it brought, asked at six and twelve months."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit
from federation.models import User
from programs.loans.terms import Rules, months_after
from programs.models import LoanFollowUp, SubsidisedLoan

USE_VISIT_AFTER = "loan.use_visit_after_days"


def follow_ups_of(loan: SubsidisedLoan, rules: Rules) -> list[LoanFollowUp]:
    """The three that every loan gets, not yet saved."""
    after = rules.find(USE_VISIT_AFTER)
    days = {LoanFollowUp.Kind.USE: loan.released_on + timedelta(days=int(after.value) if after else 30)}
    days |= {kind: months_after(loan.released_on, months) for kind, months in LoanFollowUp.MONTHS.items()}
    filed = {"organization": loan.organization, "township_id": loan.organization.filed_under_id}
    return [LoanFollowUp(loan=loan, kind=kind, due_on=day, **filed) for kind, day in days.items()]


def schedule(loan: SubsidisedLoan, rules: Rules) -> None:
    LoanFollowUp.objects.bulk_create(follow_ups_of(loan, rules))


def reschedule(loan: SubsidisedLoan, rules: Rules) -> None:
    """The day of release was corrected: what was not yet asked moves along."""
    days = {planned.kind: planned.due_on for planned in follow_ups_of(loan, rules)}
    for follow_up in _open(loan):
        follow_up.due_on = days[LoanFollowUp.Kind(follow_up.kind)]
        follow_up.save()


def _open(loan: SubsidisedLoan) -> Iterable[LoanFollowUp]:
    return LoanFollowUp.objects.filter(loan=loan, done_on=None)


@transaction.atomic
def record_use(follow_up: LoanFollowUp, *, on: date, used_as_agreed: bool, words: str, today: date, by: User) -> None:
    follow_up = _locked(follow_up, on, today)
    follow_up.used_as_agreed, follow_up.words = used_as_agreed, words
    _done(follow_up, on, by)
    audit.record("programs.loan.use_visited", follow_up.loan, by=by, on=f"{on:%Y-%m-%d}")


@transaction.atomic
def record_outcome(
    follow_up: LoanFollowUp,
    *,
    on: date,
    jobs: int,
    month_income_fen: int,
    still_trading: bool,
    words: str,
    today: date,
    by: User,
) -> None:
    """What she says stands on the loan too: the latest answer counts in the figures."""
    follow_up = _locked(follow_up, on, today)
    follow_up.jobs, follow_up.month_income_fen, follow_up.still_trading = jobs, month_income_fen, still_trading
    follow_up.words = words
    _done(follow_up, on, by)
    loan = SubsidisedLoan.objects.select_for_update().get(pk=follow_up.loan_id)
    loan.jobs_created = jobs
    if follow_up.kind == LoanFollowUp.Kind.YEAR:
        loan.still_trading = still_trading
    loan.save()
    audit.record("programs.loan.outcome_asked", loan, by=by, on=f"{on:%Y-%m-%d}", what=follow_up.get_kind_display())


def _locked(follow_up: LoanFollowUp, on: date, today: date) -> LoanFollowUp:
    found = LoanFollowUp.objects.select_for_update(of=("self",)).select_related("loan").get(pk=follow_up.pk)
    if found.done_on is not None:
        raise ValidationError(f"{found.get_kind_display()}在 {found.done_on:%Y-%m-%d} 已经办过")
    if on < found.loan.released_on:
        raise ValidationError({"on": f"不能早于放款日期 {found.loan.released_on:%Y-%m-%d}"})
    if on > today:
        raise ValidationError({"on": "还没有到这一天，办了再登记"})
    return found


def _done(follow_up: LoanFollowUp, on: date, by: User) -> None:
    follow_up.done_on, follow_up.done_by = on, by
    follow_up.save()
