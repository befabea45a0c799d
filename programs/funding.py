"""Public money for relief coming in, by the number of the paper that allots it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from federation import audit
from federation.models import Organization, User
from programs import ledger
from programs.models import LedgerEntry


@transaction.atomic
def receive_allocation(
    *, organization: Organization, source: str, amount_fen: int, on: date, number: str, by: User
) -> LedgerEntry:
    """The same paper twice is refused by the ledger's key."""
    fund = ledger.fund_for(organization=organization, source=source, programme="relief")
    entry = ledger.receive(fund, amount_fen, reference=f"allocation:{number}#{fund.pk}", on=on, by=by, note=number)
    audit.record("programs.fund.received", fund, by=by)
    return entry
