"""An application for a loan before, beside and at the end of its way (programs/loans/process.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit
from federation.models import User
from federation.sealed import blind_index
from members.identity import NationalID
from members.models import Woman
from members.models.woman import ID_PURPOSE
from programs.applications import filing, moving
from programs.loans import eligibility, lending, terms
from programs.loans.eligibility import Asked
from programs.models import LoanApplication, LoanPartner, SubsidisedLoan
from programs.money import spoken
from programs.refusing import in_words
from programs.trail import field_names


@transaction.atomic
def apply_for(
    *, woman: Woman, papers: Iterable[str] = (), by: User, at: datetime, **facts: Any
) -> LoanApplication:  # fmt: skip
    """A draft at the village's desk; it is sent on when the papers are together."""
    application = LoanApplication(woman=woman, organization=woman.organization, **facts)
    require(application, on=moving.day_of(at))
    moving.begin(application, by=by, at=at)
    filing.file_papers(application, papers, by=by, on=moving.day_of(at))
    return application


@transaction.atomic
def correct(application: LoanApplication, *, by: User, on: date, **facts: Any) -> None:
    application = moving.locked(application)
    application.require_editable()
    changed = [name for name, value in facts.items() if getattr(application, name) != value]
    for name in changed:
        setattr(application, name, facts[name])
    require(application, on=on)
    if changed:
        application.note_change(by=by)
    with in_words(LoanApplication):
        application.save()
    audit.record("programs.loan_application.corrected", application, by=by, fields=field_names(application, changed))


def require(application: LoanApplication, *, on: date) -> None:
    """Amount and term within the rules of today; partners are counted when it is sent in."""
    asked = Asked(application.loan_kind, application.amount_fen, application.months)
    problems = eligibility.problems_of(asked, on=on)
    if application.loan_kind != SubsidisedLoan.Kind.FIRM and (application.firm_name or application.credit_code):
        problems["firm_name"] = "只有小微企业贷款才填企业，个人和合伙请留空"
    if problems:
        raise ValidationError(problems)


@transaction.atomic
def file_papers(application: LoanApplication, *, papers: Iterable[str], by: User, on: date) -> None:
    application = moving.locked(application)
    application.require_open_papers()
    filing.file_papers(application, papers, by=by, on=on)
    audit.record("programs.loan_application.papers_filed", application, by=by, count=application.papers.count())


@transaction.atomic
def add_partner(application: LoanApplication, *, name: str, id_number: str, by: User) -> LoanPartner:
    application = moving.locked(application)
    application.require_editable()
    if application.loan_kind != SubsidisedLoan.Kind.PARTNERSHIP:
        raise ValidationError("只有合伙贷款才登记合伙人，请先把类别改成合伙")
    number = NationalID(id_number).text
    index = blind_index(ID_PURPOSE, number)
    if application.woman.id_index is not None and bytes(application.woman.id_index) == index:
        raise ValidationError({"id_number": "这是申请人自己的身份证号，合伙人填另外的人"})
    partner = LoanPartner(
        organization=application.organization, application=application, name=name, id_number=number, id_index=index
    )
    with in_words(LoanPartner):
        partner.save()
    _changed(application, by=by)
    audit.record("programs.loan_application.partner_added", application, by=by)
    return partner


@transaction.atomic
def remove_partner(partner: LoanPartner, *, by: User) -> None:
    application = moving.locked(partner.application)
    application.require_editable()
    partner.delete()
    _changed(application, by=by)
    audit.record("programs.loan_application.partner_removed", application, by=by)


def _changed(application: LoanApplication, *, by: User) -> None:
    application.note_change(by=by)
    application.save(update_fields=["corrected_by"])


# What single moves look at before they are made.


def nothing(application: LoanApplication) -> None:
    """Most moves ask for no more than their facts."""


def within_what_was_asked(application: LoanApplication) -> None:
    """The bank may grant less and for a shorter time, not more."""
    problems = {}
    if not 0 < (application.granted_fen or 0) <= application.amount_fen:
        problems["granted_fen"] = f"要大于 0 元，不超过申请的 {spoken(application.amount_fen)}"
    if not 0 < (application.granted_months or 0) <= application.months:
        problems["granted_months"] = f"要在 1 至 {application.months} 个月之间，她申请的是 {application.months} 个月"
    if problems:
        raise ValidationError(problems)


def as_the_rules_say(application: LoanApplication) -> None:
    """The contract's rate against the cap of its day, and its number against the bank's other contracts."""
    assert application.signed_on is not None
    assert application.rate_percent is not None
    loan = application.as_loan(on=application.signed_on)
    problems = {
        "rate_percent": terms.rate_problem(loan, application.rate_percent, terms.Rules.on_day(loan.released_on))
    }
    if application.rate_percent < 0:
        problems["rate_percent"] = "年利率不能是负数，例如 3.5"
    if SubsidisedLoan.objects.filter(bank=loan.bank, contract_number=loan.contract_number).exists():
        problems["contract_number"] = "这家银行的这个合同号已经登记过"
    if found := {field: words for field, words in problems.items() if words}:
        raise ValidationError(found)


def within_what_was_granted(application: LoanApplication) -> None:
    assert application.released_on is not None
    assert application.matures_on is not None
    last = terms.months_after(application.released_on, application.granted_months or application.months)
    if application.matures_on > last:
        words = f"银行核定 {application.granted_months} 个月，最晚 {last:%Y-%m-%d} 到期"
        raise ValidationError({"matures_on": words})


CHECKS: dict[str, Callable[[LoanApplication], None]] = {
    "bank_approve": within_what_was_asked,
    "sign": as_the_rules_say,
    "release": within_what_was_granted,
}


def released(application: LoanApplication, *, by: User) -> SubsidisedLoan:
    """Into the book of loans, under the rules of the day of release, with its follow-ups."""
    assert application.released_on is not None
    loan = application.as_loan(on=application.released_on)
    names = (
        "kind", "purpose", "partners", "principal_fen", "bank", "contract_number", "rate_percent", "released_on", "matures_on",
    )  # fmt: skip
    return lending.record_loan(woman=application.woman, by=by, **{name: getattr(loan, name) for name in names})
