"""Records made before the portal kept a ledger, or brought in by COPY: booked in bulk, one statement a kind.

What was received comes first, then what was given; a record that the ledger knows is left alone.
"""

from __future__ import annotations

from django.db import connection, transaction

from federation import scoping
from federation.models import Organization
from programs import ledger
from programs.models import CareDonation, Fund

# Entries with both lines. `record` gives pk, fen, day, note and the fund; keys are made as ledger.key_of makes them.
_BOOK = """
WITH record AS ({records}),
booked AS (
    INSERT INTO programs_ledgerentry
        (organization_id, township_id, key, kind, reference, note, booked_on, made_at, prev_hash, hash)
    SELECT fund.organization_id, fund.township_id,
           encode(substring(sha256(convert_to(%(kind)s || '|' || %(noun)s || ':' || record.id || '|0', 'UTF8')) FOR 16), 'hex')::uuid,
           %(kind)s, %(noun)s || ':' || record.id, record.note, record.day, now(), '', ''
    FROM record JOIN programs_fund AS fund ON fund.id = record.fund_id
    WHERE NOT EXISTS (SELECT FROM programs_ledgerentry AS known WHERE known.reference = %(noun)s || ':' || record.id)
    ORDER BY record.day, record.id
    RETURNING id, reference
)
INSERT INTO programs_ledgerline (organization_id, township_id, entry_id, account_id, fen)
SELECT account.organization_id, account.township_id, booked.id, account.id,
       CASE WHEN account.kind = %(from)s THEN -record.fen ELSE record.fen END
FROM booked JOIN record ON booked.reference = %(noun)s || ':' || record.id
JOIN programs_ledgeraccount AS account ON account.fund_id = record.fund_id AND account.kind IN (%(from)s, %(to)s)
"""
_DONATIONS = """
    SELECT donation.id, donation.amount_fen AS fen, donation.received_on AS day,
           CASE WHEN donation.donor_kind = 'person' THEN '个人' ELSE donation.donor END AS note, fund.id AS fund_id
    FROM programs_caredonation AS donation JOIN programs_fund AS fund
        ON fund.source = 'donation' AND fund.programme = 'sunflower' AND fund.purpose = donation.purpose
        AND fund.organization_id = donation.organization_id
"""
_AIDS = """
    SELECT id, amount_fen AS fen, given_on AS day, '' AS note, %(fund)s AS fund_id FROM programs_childaid
"""
_RELIEFS = """
    SELECT id, amount_fen AS fen, paid_on AS day, '' AS note, %(fund)s AS fund_id FROM programs_reliefgrant
    WHERE state = 'paid' AND fund = %(source)s
"""


@transaction.atomic
def book_donations() -> None:
    with scoping.everything("records of all branches are booked"):
        given = CareDonation.objects.order_by().values_list("organization", "purpose").distinct()
        owners = Organization.objects.in_bulk({owner for owner, _ in given})
        for owner, purpose in given:
            ledger.fund_for(organization=owners[owner], source="donation", programme="sunflower", purpose=purpose)
        _book(_DONATIONS, kind="received", noun="donation", **{"from": "source", "to": "available"})


@transaction.atomic
def book_aids(fund: Fund) -> None:
    with scoping.everything("records of all branches are booked"):
        _book(_AIDS, kind="paid", noun="aid", fund=fund.pk, **{"from": "available", "to": "paid"})


@transaction.atomic
def book_reliefs(fund: Fund) -> None:
    with scoping.everything("records of all branches are booked"):
        named = {"from": "available", "to": "paid"}
        _book(_RELIEFS, kind="paid", noun="relief", fund=fund.pk, source=fund.source, **named)


def _book(records: str, **named: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BOOK.format(records=records), named)
