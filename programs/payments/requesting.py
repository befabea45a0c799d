"""A payment before it is in a batch: asked for, corrected, sent back, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from federation import audit, scoping
from federation.models import Organization, User
from federation.sealed import blind_index
from programs import ledger
from programs.models import Child, ChildAid, Fund, LedgerAccount, Payment, ReliefGrant, Signature
from programs.payments.signing import locked, sign
from programs.refusing import in_words

# What the bank reads: it tells of no illness and names no child.
PURPOSES = {Payment.Programme.RELIEF: "妇联困难救助", Payment.Programme.SUNFLOWER: "妇联儿童资助"}
_LIFETIME = DateRange(None, None)


def relief_fund(grant: ReliefGrant) -> Fund:
    """Relief is paid from the city's funds, whichever branch the woman belongs to."""
    city = Organization.objects.get(path=grant.organization.paths_above()[0])
    return ledger.fund_for(organization=city, source=grant.fund, programme=Payment.Programme.RELIEF)


@transaction.atomic
def ask_for_relief(grants: Iterable[ReliefGrant], *, by: User, at: datetime) -> list[Payment]:
    """One payment for each approved grant; together or not at all."""
    return [_ask_for_grant(grant, by=by, at=at) for grant in grants]


def _ask_for_grant(grant: ReliefGrant, *, by: User, at: datetime) -> Payment:
    if grant.state != ReliefGrant.State.APPROVED:
        raise ValidationError(f"{grant.woman.name}的申请现在是“{grant.get_state_display()}”，获批后才能提请支付")
    if not grant.bank_card:
        raise ValidationError(f"{grant.woman.name}还没有登记银行卡号，救助金只能转入本人银行卡，请先更正申请补上")
    return _begin(
        Payment(
            organization=grant.organization,
            fund=relief_fund(grant),
            programme=Payment.Programme.RELIEF,
            grant=grant,
            payee_index=grant.woman.id_index or blind_index("payment.woman", str(grant.woman.public_id)),
            cycle=grant.fund,
            period=_LIFETIME,
            payee=grant.woman.name,
            bank_card=grant.bank_card,
            amount_fen=grant.amount_fen,
        ),
        by=by,
        at=at,
    )


def funds_for(child: Child) -> list[Fund]:
    """What a child of this branch may be helped from: gifts to her own branch, her township or the city."""
    with scoping.everything("a branch may draw on the funds of those above it"):
        return list(Fund.objects.open_to(child.organization).filter(programme="sunflower").order_by("pk"))


@transaction.atomic
def ask_for_aid(
    child: Child, *, fund: Fund, list_number: str, amount_fen: int, payee: str, bank_card: str, by: User, at: datetime
) -> Payment:
    """Money for a child goes to her guardian's account; once for each list and year."""
    on = at.date()
    if not child.is_in_care(on=on):
        raise ValidationError(f"{child.number} 现在不在关爱期内，不能提请资助")
    if ChildAid.objects.filter(child=child, list_number=list_number).exists():
        raise ValidationError({"list_number": f"{child.number} 在名单 {list_number} 里已经资助过"})
    return _begin(
        Payment(
            organization=child.organization,
            fund=fund,
            programme=Payment.Programme.SUNFLOWER,
            child=child,
            payee_index=blind_index("payment.child", str(child.public_id)),
            cycle=list_number,
            period=DateRange(date(on.year, 1, 1), date(on.year + 1, 1, 1)),
            payee=payee,
            bank_card=bank_card,
            amount_fen=amount_fen,
        ),
        by=by,
        at=at,
    )


def _begin(payment: Payment, *, by: User, at: datetime) -> Payment:
    payment.purpose, payment.requested_on = PURPOSES[Payment.Programme(payment.programme)], at.date()
    with in_words(Payment):
        payment.save()
    audit.record("programs.payment.begun", payment, by=by)
    return sign(payment, Signature.Step.REQUESTED, by=by, at=at)


@transaction.atomic
def correct(payment: Payment, *, by: User, on: date, **facts: Any) -> Payment:
    """Payee, card, amount or fund: whatever was signed is void, and what was set aside is free again."""
    payment = locked(payment)
    if not payment.can_be_corrected():
        raise ValidationError(f"这笔支付{payment.get_state_display()}，不能再改")
    if not any(getattr(payment, name) != value for name, value in facts.items()):
        return payment
    _set_free(payment, by=by, on=on)
    for name, value in facts.items():
        setattr(payment, name, value)
    with in_words(Payment):
        payment.save()
    audit.record("programs.payment.corrected", payment, by=by)
    return locked(payment)


@transaction.atomic
def send_back(payment: Payment, *, reason: str, by: User) -> Payment:
    payment = locked(payment)
    payment.require(Payment.State.SUBMITTED, Payment.State.REVIEWED, what="退回")
    Payment.objects.filter(pk=payment.pk).update(state=Payment.State.DRAFT)
    audit.record("programs.payment.sent_back", payment, by=by, reason=reason)
    return locked(payment)


@transaction.atomic
def send_all_back(payments: Iterable[Payment], *, reason: str, by: User) -> None:
    for payment in payments:
        send_back(payment, reason=reason, by=by)


@transaction.atomic
def withdraw(payment: Payment, *, by: User, on: date) -> Payment:
    payment = locked(payment)
    if not payment.can_be_corrected():
        raise ValidationError(f"这笔支付{payment.get_state_display()}，不能撤回")
    _set_free(payment, by=by, on=on)
    Payment.objects.filter(pk=payment.pk).update(state=Payment.State.WITHDRAWN)
    audit.record("programs.payment.withdrawn", payment, by=by)
    return locked(payment)


def _set_free(payment: Payment, *, by: User, on: date) -> None:
    if payment.state == Payment.State.APPROVED:
        ledger.release(
            payment.fund, payment.amount_fen, out_of=LedgerAccount.Kind.PAYABLE, reference=payment.reference, on=on,
            by=by, turn=payment.turn,
        )  # fmt: skip
