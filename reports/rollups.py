"""The stored roll-ups against a fresh count of the facts: name what differs, or count all again.

The triggers of migration 0003 keep them; this is for the doctor and for the day somebody loads rows around the triggers.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from federation import audit
from federation.models import Organization, User

_DIFFERENCES = """
    SELECT organization_id, year, month, measure,
           coalesce(kept.rows, 0), coalesce(kept.total, 0), coalesce(counted.n, 0), coalesce(counted.t, 0)
    FROM reports_rollup AS kept
    FULL JOIN reports_recounted AS counted USING (organization_id, year, month, measure)
    WHERE (coalesce(kept.rows, 0), coalesce(kept.total, 0)) <> (coalesce(counted.n, 0), coalesce(counted.t, 0))
    ORDER BY organization_id, year, month, measure
"""
_RECOUNT = """
    INSERT INTO reports_rollup (organization_id, township_id, year, month, measure, rows, total)
    SELECT organization_id, township_id, year, month, measure, n, t FROM reports_recounted
"""


@dataclass(frozen=True)
class Difference:
    organization_id: int
    year: int
    month: int
    measure: str
    kept_rows: int
    kept_total: int
    counted_rows: int
    counted_total: int


def differences() -> list[Difference]:
    """Roll-ups in the active scope that do not say what the facts say."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES)
        return [Difference(*row) for row in cursor.fetchall()]


@transaction.atomic
def rebuild(*, by: User | None) -> int:
    """Count all facts in the active scope again. Writers wait meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE reports_rollup IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM reports_rollup")
        cursor.execute(_RECOUNT)
        counted: int = cursor.rowcount
    city = Organization.objects.filter(parent=None).order_by("path").first()
    if city is not None:
        audit.record("reports.rollups.rebuilt", city, by=by, rows=counted)
    return counted
