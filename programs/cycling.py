"""Open and edit cycles and name funds; and how far a cycle's applications and money have come, as totals only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Sum

from federation import audit
from federation.models import Organization, User
from programs.models import Cycle, ReliefFund, ReliefGrant


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

    @property
    def left_fen(self) -> int | None:
        return None if self.budget_fen is None else self.budget_fen - self.granted_fen


def standing_of(cycle: Cycle, branch: Organization) -> Standing:
    state = ReliefGrant.State
    granted = Q(state__in=[state.APPROVED, state.PAYING, state.PAID])
    ended = Q(state__in=[state.DECLINED, state.WITHDRAWN])
    rows = ReliefGrant.objects.within(branch).filter(cycle=cycle)
    counted = rows.aggregate(
        applied=Count("pk"),
        granted=Count("pk", filter=granted),
        paid=Count("pk", filter=Q(state=state.PAID)),
        ended=Count("pk", filter=ended),
        granted_fen=Sum("amount_fen", filter=granted, default=0),
        paid_fen=Sum("amount_fen", filter=Q(state=state.PAID), default=0),
    )
    deciding = counted["applied"] - counted["granted"] - counted["ended"]
    return Standing(deciding=deciding, budget_fen=cycle.budget_fen, **counted)
