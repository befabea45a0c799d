"""Open and edit cycles and name funds; and how far a cycle's applications and money have come, as totals only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Sum

from federation import audit
from federation.models import Organization, User
from programs.models import Cycle, LoanApplication, ReliefFund, ReliefGrant


@transaction.atomic
def open_cycle(*, organization: Organization, by: User, **fields: Any) -> Cycle:
    cycle = Cycle(organization=organization, **fields)
    cycle.full_clean()
    cycle.save()
    audit.record("programs.cycle.opened", cycle, by=by, document=cycle.document_number)
    return cycle


@transaction.atomic
def edit(cycle: Cycle, *, by: User, **fields: Any) -> Cycle:
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    for name, value in fields.items():
        setattr(cycle, name, value)
    cycle.full_clean()
    cycle.save()
    audit.record("programs.cycle.edited", cycle, by=by)
    return cycle


@transaction.atomic
def name_fund(*, by: User, **fields: Any) -> ReliefFund:
    fund = ReliefFund(**fields)
    fund.full_clean()
    fund.save()
    audit.record("programs.relief_fund.named", fund, by=by, name=fund.name)
    return fund


@dataclass(frozen=True)
class Standing:
    """A cycle in totals; nobody is named."""

    applied: int
    deciding: int
    granted: int
    paid: int
    ended: int
    granted_fen: int
    paid_fen: int
    budget_fen: int | None
    quota: int | None = None

    @property
    def left_fen(self) -> int | None:
        return None if self.budget_fen is None else self.budget_fen - self.granted_fen

    @property
    def left(self) -> int | None:
        """Places of the quota; below nothing where more were granted."""
        return None if self.quota is None else self.quota - self.granted


@dataclass(frozen=True)
class _Counted:
    """Where a program keeps its applications, and in which states money is granted, has come, or will not come."""

    model: type[ReliefGrant] | type[LoanApplication]
    granted: frozenset[str]
    paid: frozenset[str]
    ended: frozenset[str]
    fen: str


_RELIEF, _LOAN = ReliefGrant.State, LoanApplication.State
_COUNTED = {
    Cycle.Program.RELIEF: _Counted(
        ReliefGrant,
        granted=frozenset({_RELIEF.APPROVED, _RELIEF.PAYING, _RELIEF.PAID}),
        paid=frozenset({_RELIEF.PAID}),
        ended=frozenset({_RELIEF.DECLINED, _RELIEF.WITHDRAWN}),
        fen="amount_fen",
    ),
    Cycle.Program.LOANS: _Counted(
        LoanApplication,
        granted=frozenset({_LOAN.BANK_APPROVED, _LOAN.CONFIRMED, _LOAN.SIGNED, _LOAN.RELEASED}),
        paid=frozenset({_LOAN.RELEASED}),
        ended=frozenset({_LOAN.REFUSED, _LOAN.WITHDRAWN}),
        fen="granted_fen",
    ),
}


def standing_of(cycle: Cycle, branch: Organization) -> Standing | None:
    """None for programs whose applications do not go by cycles."""
    counts = _COUNTED.get(Cycle.Program(cycle.program))
    if counts is None:
        return None
    granted, paid = Q(state__in=counts.granted), Q(state__in=counts.paid)
    counted = counts.model.objects.within(branch).filter(cycle=cycle).aggregate(
        applied=Count("pk"),
        granted=Count("pk", filter=granted),
        paid=Count("pk", filter=paid),
        ended=Count("pk", filter=Q(state__in=counts.ended)),
        sum_granted=Sum(counts.fen, filter=granted, default=0),
        sum_paid=Sum(counts.fen, filter=paid, default=0),
    )  # fmt: skip
    return Standing(
        applied=counted["applied"],
        deciding=counted["applied"] - counted["granted"] - counted["ended"],
        granted=counted["granted"],
        paid=counted["paid"],
        ended=counted["ended"],
        granted_fen=counted["sum_granted"],
        paid_fen=counted["sum_paid"],
        budget_fen=cycle.budget_fen,
        quota=cycle.quota,
    )
