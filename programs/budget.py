"""Each fund by year: what came in, what was granted, paid and is left. One source for the page and for what is published."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Count, Max, Sum

from federation.models import User
from programs import ledger
from programs.ledger import Balances
from programs.models import ChildAid, Fund, LedgerAccount, LedgerEntry

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


@dataclass(frozen=True)
class Spent:
    """One list of aid that a fund paid: how many children, never which."""

    list_number: str
    last_on: date
    children: int
    fen: int


def spent_on_children(fund: Fund) -> list[Spent]:
    """What a donor may read: by list, from the aids that the ledger's entries of this fund name."""
    paid = LedgerEntry.objects.of_fund(fund).filter(kind=LedgerEntry.Kind.PAID, reference__startswith="aid:")
    ids = [int(reference.partition(":")[2]) for reference in paid.values_list("reference", flat=True)]
    lists = ChildAid.objects.filter(pk__in=ids).order_by().values_list("list_number")
    found = lists.annotate(Max("given_on"), Count("child", distinct=True), Sum("amount_fen"))
    return sorted((Spent(*row) for row in found), key=lambda spent: spent.last_on)
