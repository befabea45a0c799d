"""Each fund by year: what came in, what was granted, paid and is left. One source for the page and for what is published."""

from __future__ import annotations

from dataclasses import dataclass, fields

from federation.models import User
from programs import ledger
from programs.ledger import Balances
from programs.models import Fund, LedgerAccount

NOTHING = Balances(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class FundRow:
    """`year` is what moved in the year; `standing` how the fund stands today."""

    fund: Fund
    year: Balances
    standing: Balances


@dataclass(frozen=True)
class Budget:
    rows: list[FundRow]
    years: list[int]
    year: Balances
    standing: Balances


def budget_for(user: User, *, year: int) -> Budget:
    funds = list(Fund.objects.visible_to(user).select_related("organization").order_by("programme", "pk"))
    moved = ledger.by_year(funds)
    kept: dict[int, dict[str, int]] = {}
    accounts = LedgerAccount.objects.visible_to(user).values_list("fund", "kind", "balance_fen")
    for fund, kind, fen in accounts:
        kept.setdefault(fund, {})[kind] = fen
    rows = [
        FundRow(fund, moved.get((fund.pk, year), NOTHING), ledger.of_accounts(kept.get(fund.pk, {}))) for fund in funds
    ]
    years = sorted({each for _, each in moved} | {year}, reverse=True)
    return Budget(rows, years, total([row.year for row in rows]), total([row.standing for row in rows]))


def total(parts: list[Balances]) -> Balances:
    return Balances(*(sum(getattr(part, field.name) for part in parts) for field in fields(Balances)))
