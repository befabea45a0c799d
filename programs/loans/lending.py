"""Loans as the bank granted them: recorded, corrected, settled, extended, overdue. The bank decides; this keeps the record."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit
from federation.models import User
from members.models import Woman
from programs.loans import asking
from programs.loans.terms import Rules
from programs.models import SubsidisedLoan
from programs.refusing import in_words
from programs.trail import field_names


@transaction.atomic
def record_loan(*, woman: Woman, by: User, **terms: Any) -> SubsidisedLoan:
    loan = SubsidisedLoan(woman=woman, organization=woman.organization, **terms)
    loan.full_clean(validate_constraints=False)
    rules = Rules.on_day(loan.released_on)
    loan.rule_ids = rules.ids()
    with in_words(SubsidisedLoan):
        loan.save()
    asking.schedule(loan, rules)
    audit.record("programs.loan.recorded", loan, by=by)
    return loan


@transaction.atomic
def correct_loan(loan: SubsidisedLoan, *, by: User, **terms: Any) -> None:
    loan = locked(loan)
    changed = [name for name, value in terms.items() if getattr(loan, name) != value]
    for name in changed:
        setattr(loan, name, terms[name])
    loan.full_clean(validate_constraints=False)
    if "released_on" in changed:
        rules = Rules.on_day(loan.released_on)
        loan.rule_ids = rules.ids()
        asking.reschedule(loan, rules)
    with in_words(SubsidisedLoan):
        loan.save()
    audit.record("programs.loan.corrected", loan, by=by, fields=field_names(loan, changed))


@transaction.atomic
def settle(loan: SubsidisedLoan, *, on: date, by: User) -> None:
    loan = locked(loan)
    loan.settle(on=on)
    if later := loan.events.filter(struck_at=None, on__gte=on).order_by("-on").first():
        raise ValidationError({"on": f"{later.on:%Y-%m-%d} 登记过{later.get_kind_display()}，结清要晚于这一天"})
    loan.save()
    audit.record("programs.loan.settled", loan, by=by, on=f"{on:%Y-%m-%d}", how=loan.get_state_display())


@transaction.atomic
def extend(loan: SubsidisedLoan, *, until: date, by: User) -> None:
    loan = locked(loan)
    loan.extend(until=until)
    loan.save()
    audit.record("programs.loan.extended", loan, by=by, until=f"{until:%Y-%m-%d}")


@transaction.atomic
def mark_overdue(loan: SubsidisedLoan, *, on: date, by: User) -> None:
    loan = locked(loan)
    loan.fall_overdue(on=on)
    loan.save()
    audit.record("programs.loan.overdue", loan, by=by, on=f"{on:%Y-%m-%d}")


def locked(loan: SubsidisedLoan) -> SubsidisedLoan:
    return SubsidisedLoan.objects.select_for_update(of=("self",)).select_related("woman").get(pk=loan.pk)
