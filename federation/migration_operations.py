"""Migration operations for the second wall: forced row-level security on scoped tables."""

from typing import Any

from django.db.migrations.operations import RunSQL

# Ids are compared, never patterns: `LIKE` is not leakproof, so PostgreSQL would refuse to use an index behind the policy.
_IN_SCOPE = """
    (SELECT current_setting('app.scope', true)) = 'all'
    OR township_id = ANY ((SELECT nullif(current_setting('app.townships', true), ''))::bigint[])
    OR organization_id = ANY ((SELECT nullif(current_setting('app.organizations', true), ''))::bigint[])
"""
_CLINICAL = "(SELECT current_setting('app.clinical', true)) = 'on'"


class RowLevelSecurity(RunSQL):
    """`RowLevelSecurity("outreach_visit")`; `clinical=True` also asks for the screening hospital's setting."""

    def __init__(self, table: str, *, clinical: bool = False) -> None:
        condition = f"(({_IN_SCOPE}) AND {_CLINICAL})" if clinical else f"({_IN_SCOPE})"
        self.table, self.clinical = table, clinical
        super().__init__(
            sql=[
                f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
                f'CREATE POLICY scope ON "{table}" USING {condition} WITH CHECK {condition}',
            ],
            reverse_sql=[
                f'DROP POLICY scope ON "{table}"',
                f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
            ],
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table], {"clinical": self.clinical} if self.clinical else {})
