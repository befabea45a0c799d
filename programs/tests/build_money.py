"""Plain builders of funds and of money in them."""

from __future__ import annotations

import itertools
from datetime import date

from django.db import connection

from federation.models import Organization, User
from programs import ledger
from programs.models import Fund

_NUMBERS = itertools.count(1)
YUAN = 100
DAY = date(2026, 3, 10)


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
