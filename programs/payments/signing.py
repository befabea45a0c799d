"""Who stands for a payment: four different persons, each for what payee, account, amount and purpose then were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from federation import audit, scoping
from federation.models import User
from federation.permissions import OFFICERS, Role
from programs import ledger
from programs.models import Payment, Signature
from programs.refusing import in_words

Step, State = Signature.Step, Payment.State


@dataclass(frozen=True)
class Signing:
    """What a signature does to the payment, and which roles give it."""

    source: str
    target: str
    roles: tuple[Role, ...]
    action: str


SIGNINGS: dict[str, Signing] = {
    Step.REQUESTED: Signing(State.DRAFT, State.SUBMITTED, OFFICERS, "programs.payment.requested"),
    Step.REVIEWED: Signing(
        State.SUBMITTED, State.REVIEWED, (Role.CITY_OFFICER, Role.FINANCE_REVIEWER), "programs.payment.reviewed"
    ),
    Step.APPROVED: Signing(
        State.REVIEWED, State.APPROVED, (Role.FINANCE_REVIEWER, Role.LEADER), "programs.payment.approved"
    ),
    Step.SENT: Signing(State.BATCHED, State.SENT, (Role.FINANCE_OFFICER,), "programs.payment.sent"),
}


@transaction.atomic
def sign(payment: Payment, step: str, *, by: User, at: datetime, exception: str = "") -> Payment:
    """`exception` is the reason why, in a small office, the person who asked also reviews; it is logged and reported."""
    payment, signing = locked(payment), SIGNINGS[step]
    payment.require(signing.source, what=Step(step).label)
    exception = exception if exception and has_signed(payment, by) else ""
    with in_words(Signature):
        Signature.objects.create(
            organization=payment.organization, payment=payment, step=step, by=by, at=at,
            content_hash=payment.content_hash, exception=exception,
        )  # fmt: skip
    Payment.objects.filter(pk=payment.pk).update(state=signing.target)
    if step == Step.APPROVED:
        ledger.grant(
            payment.fund, payment.amount_fen, reference=payment.reference, on=at.date(), by=by, turn=payment.turn
        )
    audit.record(signing.action, payment, by=by)
    if exception:
        audit.record("programs.payment.same_person", payment, by=by)
    return locked(payment)


@transaction.atomic
def sign_all(payments: Iterable[Payment], step: str, *, by: User, at: datetime, exception: str = "") -> None:
    """Together or not at all: what stands in the way of one is said before any is signed."""
    for payment in payments:
        sign(payment, step, by=by, at=at, exception=exception)


def has_signed(payment: Payment, user: User) -> bool:
    return Signature.objects.standing().filter(payment=payment, person=user.person).exists()


def locked(payment: Payment) -> Payment:
    """The row as it stands, with its fund, which a township's people cannot see."""
    with scoping.everything("the fund belongs to the branch above"):
        return (
            Payment.objects.select_for_update(of=("self",))
            .select_related(
                "organization", "fund__organization", "grant__woman", "grant__organization", "child", "batch"
            )
            .get(pk=payment.pk)
        )
