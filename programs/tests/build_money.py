"""Plain builders of funds and of money in them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from federation.models import Organization, User
from federation.permissions import Role
from federation.tests.cast import build_user
from members.tests.build import build_woman
from programs import ledger, verifying
from programs.models import Fund, Payment, PaymentBatch, ReliefGrant
from programs.payments import batching, requesting, returning
from programs.payments.returning import Answer
from programs.payments.signing import sign
from programs.tests.build_welfare import build_relief

_NUMBERS = itertools.count(1)
YUAN = 100
DAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 2, tzinfo=UTC)


def build_fund(organization: Organization, *, fen: int = 0, by: User | None = None, **fields: str) -> Fund:
    kept = {"source": "lottery", "programme": "relief", **fields}
    fund = ledger.fund_for(organization=organization, **kept)
    if fen:
        ledger.receive(fund, fen, reference=f"allocation:{next(_NUMBERS)}", on=DAY, by=by)
    return fund


def commit() -> None:
    """What PostgreSQL checks at commit, checked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def faults() -> list[str]:
    """What verify_ledger would say after a commit."""
    commit()
    return verifying.faults()


@dataclass(frozen=True)
class Hands:
    """The four who stand for a payment."""

    requester: User
    reviewer: User
    approver: User
    payer: User


def hands(city: Organization, township: Organization) -> Hands:
    pairs = ((Role.TOWNSHIP_OFFICER, township), (Role.CITY_OFFICER, city), (Role.FINANCE_REVIEWER, city), (Role.FINANCE_OFFICER, city))  # fmt: skip
    return Hands(*(build_user(f"hand{next(_NUMBERS)}", role, place) for role, place in pairs))


def approved_grant(village: Organization, **fields: Any) -> ReliefGrant:
    fields.setdefault("woman", build_woman(village))
    kept = {"state": "approved", "approved_on": DAY, "applied_on": DAY, "bank_card": "6217000000004321", **fields}
    return build_relief(village, **kept)


def requested(grant: ReliefGrant, who: Hands) -> Payment:
    return requesting.ask_for_relief([grant], by=who.requester, at=AT)[0]


def approved(grant: ReliefGrant, who: Hands) -> Payment:
    payment = sign(requested(grant, who), "reviewed", by=who.reviewer, at=AT)
    return sign(payment, "approved", by=who.approver, at=AT)


def batched(grants: list[ReliefGrant], who: Hands) -> PaymentBatch:
    payments = [approved(grant, who) for grant in grants]
    return batching.make_batch(payments[0].fund, payments, by=who.payer, at=AT)


def sent(grants: list[ReliefGrant], who: Hands) -> PaymentBatch:
    batch = batched(grants, who)
    batching.generate(batch, by=who.payer)
    return batching.send(batch, on=DAY, at=AT, by=who.payer)


def answer(payment: Payment, outcome: str = "paid", **fields: Any) -> Answer:
    kept = {
        "bank_reference": payment.bank_reference, "amount_fen": payment.amount_fen, "outcome": outcome,
        "serial": f"S{payment.pk}", "reason": "" if outcome == "paid" else "户名与账号不符", "happened_on": DAY,
    }  # fmt: skip
    return Answer(**{**kept, **fields})


def answered(batch: PaymentBatch, answers: list[Answer], who: Hands) -> returning.Taken:
    return returning.take(batch, answers, by=who.payer, at=AT)
