"""Roll-ups move in the same statement as the facts they count, whoever writes the facts and however many.

Each table of facts says, in one row of SQL a measure, on which day it counts and what it adds up. The same text
serves three readers: the trigger (over the rows that a statement added and took away) and the view of recounted
figures, against which `verify_rollups` holds the stored ones. Month 0 is the whole year, so that a city's year is read
from a few thousand rows. The trigger writes under the writer's own scope: a roll-up carries the ids of its facts.
"""

from typing import Any

from django.db import migrations, models

_MET = "confirmed_on IS NOT NULL AND outcome IN ('solved', 'partly')"
_RATED = "satisfaction IN ('satisfied', 'mostly', 'dissatisfied')"
_COUNTED = "expected > 0 AND attended IS NOT NULL"
# table -> (measure, day, condition, total)
MEASURES: dict[str, list[tuple[str, str, str, str]]] = {
    "outreach_visit": [("'visits'", "visited_on", "true", "0")],
    "outreach_need": [
        ("'needs_raised'", "raised_on", "withdrawn_on IS NULL", "0"),
        ("'needs_raised.' || category", "raised_on", "withdrawn_on IS NULL", "0"),
        ("'needs_answered'", "answered_on", "withdrawn_on IS NULL", "0"),
        ("'needs_met'", "answered_on", f"withdrawn_on IS NULL AND {_MET}", "0"),
        ("'needs_rated'", "confirmed_on", f"withdrawn_on IS NULL AND {_RATED}", "0"),
        (
            "'needs_satisfied'",
            "confirmed_on",
            f"withdrawn_on IS NULL AND {_RATED} AND satisfaction <> 'dissatisfied'",
            "0",
        ),
    ],
    "outreach_followup": [
        ("'recalls'", "due_on", "kind = 'recall' AND cancelled_on IS NULL", "0"),
        ("'recalls_done'", "due_on", "kind = 'recall' AND cancelled_on IS NULL AND result = 'done'", "0"),
    ],
    "outreach_lecture": [
        ("'lectures.' || series", "held_on", "true", "coalesce(attended, 0)"),
        ("'lectures_attended'", "held_on", _COUNTED, "attended"),
        ("'lectures_expected'", "held_on", _COUNTED, "expected"),
    ],
    "programs_screening": [("'screenings'", "attended_on", "true", "0")],
    "programs_subsidisedloan": [
        ("'loans_released'", "released_on", "true", "principal_fen"),
        ("'loans_matured'", "matures_on", "true", "principal_fen"),
        (
            "'loans_repaid'",
            "matures_on",
            "state IN ('settled', 'settled_early') AND settled_on <= matures_on",
            "principal_fen",
        ),
    ],
    "programs_reliefgrant": [
        ("'reliefs_paid'", "paid_on", "state = 'paid'", "amount_fen"),
        ("'reliefs_visited'", "paid_on", "state = 'paid' AND return_visit_on IS NOT NULL", "amount_fen"),
    ],
    "programs_childaid": [("'child_aids'", "given_on", "true", "amount_fen")],
    "programs_caredonation": [("'donations'", "received_on", "true", "amount_fen")],
}


def facts(table: str, source: str, sign: str) -> str:
    """What the rows of a source add up to, by branch, month and measure."""
    values = ",\n".join(
        f"({measure}::text, CASE WHEN {condition} THEN {day} END, ({total})::bigint)"
        for measure, day, condition, total in MEASURES[table]
    )
    return f"""
        SELECT organization_id, max(township_id) AS township_id, extract(year FROM day)::int AS year,
               extract(month FROM day)::int AS month, measure, {sign}count(*) AS n, {sign}sum(total) AS t
        FROM {source} CROSS JOIN LATERAL (VALUES {values}) AS counted (measure, day, total)
        WHERE day IS NOT NULL
        GROUP BY organization_id, extract(year FROM day), extract(month FROM day), measure
    """


def by_month_and_year(parts: list[str]) -> str:
    return f"""
        SELECT organization_id, max(township_id) AS township_id, year, spans.month, measure,
               sum(n)::bigint AS n, sum(t)::bigint AS t
        FROM ({" UNION ALL ".join(parts)}) AS moved
        CROSS JOIN LATERAL (VALUES (moved.month), (0)) AS spans (month)
        GROUP BY organization_id, year, spans.month, measure
    """


def moving(parts: list[str]) -> str:
    """Rows are taken in key order, so that two statements at once cannot wait for each other in a ring."""
    return f"""
        INSERT INTO reports_rollup AS kept (organization_id, township_id, year, month, measure, rows, total)
        SELECT * FROM ({by_month_and_year(parts)}) AS sums WHERE n <> 0 OR t <> 0
        ORDER BY organization_id, year, month, measure
        ON CONFLICT (organization_id, year, month, measure)
        DO UPDATE SET rows = kept.rows + excluded.rows, total = kept.total + excluded.total;
    """


def triggers(table: str) -> list[str]:
    added, taken = facts(table, "rows_after", ""), facts(table, "rows_before", "-")
    function = f"{table}_rolled_up"
    return [
        f"""
        CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            IF TG_OP = 'INSERT' THEN {moving([added])}
            ELSIF TG_OP = 'UPDATE' THEN {moving([added, taken])}
            ELSE {moving([taken])}
            END IF;
            RETURN NULL;
        END $body$
        """,
        f"""
        CREATE TRIGGER rolled_up_on_insert AFTER INSERT ON {table}
        REFERENCING NEW TABLE AS rows_after FOR EACH STATEMENT EXECUTE FUNCTION {function}()
        """,
        f"""
        CREATE TRIGGER rolled_up_on_update AFTER UPDATE ON {table}
        REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
        FOR EACH STATEMENT EXECUTE FUNCTION {function}()
        """,
        f"""
        CREATE TRIGGER rolled_up_on_delete AFTER DELETE ON {table}
        REFERENCING OLD TABLE AS rows_before FOR EACH STATEMENT EXECUTE FUNCTION {function}()
        """,
    ]


def untriggered(table: str) -> list[str]:
    return [
        *(f"DROP TRIGGER rolled_up_on_{change} ON {table}" for change in ("insert", "update", "delete")),
        f"DROP FUNCTION {table}_rolled_up()",
    ]


def operations() -> list[Any]:
    recounted = by_month_and_year([facts(table, table, "") for table in MEASURES])
    return [
        *(migrations.RunSQL(triggers(table), untriggered(table)) for table in MEASURES),
        migrations.RunSQL(
            f"CREATE VIEW reports_recounted WITH (security_invoker = true) AS {recounted}",
            "DROP VIEW reports_recounted",
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0001_visits_needs_and_lectures"),
        ("programs", "0001_tables"),
        ("reports", "0002_second_wall"),
    ]
    operations = [
        migrations.AddIndex(
            "rollup",
            models.Index(
                fields=["year", "month", "measure"],
                name="rollup_by_month",
                include=["organization", "township", "rows", "total"],
            ),
        ),
        *operations(),
    ]
