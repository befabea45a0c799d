"""Migration operations: forced row-level security, references checked by the statement, and rules that come with the program."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython, RunSQL

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


# References are checked against all rows, whatever the writer's scope: only "there is one" leaves the function.
# (A SET clause of the function would say it in a line, but only a superuser may write one for a setting of our own.)
_SCOPE = """
    scope text := coalesce(current_setting('app.scope', true), '');
    clinical text := coalesce(current_setting('app.clinical', true), '');
"""
_OPEN = "PERFORM set_config('app.scope', 'all', true), set_config('app.clinical', 'on', true);"
_CLOSE = "PERFORM set_config('app.scope', scope, true), set_config('app.clinical', clinical, true);"


class StatementForeignKeys(RunSQL):
    """`StatementForeignKeys("programs_screening", {"batch_id": "programs_batch"})`, column -> table it refers to.

    A foreign key of PostgreSQL runs one query for each row and each key. Where rows come by the ten thousand, this one
    runs a query for each statement and key, with the same promise: a row is refused whose parent is not there, at the
    end of its statement; the parents are locked (FOR KEY SHARE) until the end of the transaction; and a parent that
    still has rows cannot go. The fields say `db_constraint=False`.
    """

    def __init__(self, table: str, references: dict[str, str]) -> None:
        self.table, self.references = table, references
        parents = sorted(set(references.values()))
        super().__init__(
            sql=[*self._children(), *(part for parent in parents for part in self._parent(parent))],
            reverse_sql=[
                *(f"DROP FUNCTION {self._name(parent)}() CASCADE" for parent in parents),
                f"DROP FUNCTION {self.table}_refers() CASCADE",
            ],
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table, self.references], {})

    def _name(self, parent: str) -> str:
        return f"{self.table}_in_{parent}"

    def _children(self) -> list[str]:
        added = "".join(
            _present(self.table, column, parent, "rows_after") for column, parent in self.references.items()
        )
        moved = "".join(
            _present(self.table, column, parent, _moved(column)) for column, parent in self.references.items()
        )
        return [
            f"""
            CREATE FUNCTION {self.table}_refers() RETURNS trigger LANGUAGE plpgsql AS $body$
            DECLARE missing bigint; {_SCOPE}
            BEGIN
                {_OPEN}
                IF TG_OP = 'INSERT' THEN {added} ELSE {moved} END IF;
                {_CLOSE}
                RETURN NULL;
            END $body$
            """,
            f"""
            CREATE TRIGGER refers_on_insert AFTER INSERT ON {self.table}
            REFERENCING NEW TABLE AS rows_after FOR EACH STATEMENT EXECUTE FUNCTION {self.table}_refers()
            """,
            f"""
            CREATE TRIGGER refers_on_update AFTER UPDATE ON {self.table}
            REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
            FOR EACH STATEMENT EXECUTE FUNCTION {self.table}_refers()
            """,
        ]

    def _parent(self, parent: str) -> list[str]:
        """Deferred to the end of the transaction, as Django's own foreign keys are."""
        held = " OR ".join(f"{column} = OLD.id" for column, table in self.references.items() if table == parent)
        return [
            f"""
            CREATE FUNCTION {self._name(parent)}() RETURNS trigger LANGUAGE plpgsql AS $body$
            DECLARE {_SCOPE}
            BEGIN
                {_OPEN}
                IF EXISTS (SELECT FROM {self.table} WHERE {held})
                    AND NOT EXISTS (SELECT FROM {parent} WHERE id = OLD.id) THEN
                    RAISE foreign_key_violation
                        USING MESSAGE = format('{parent} %s is still referred to by {self.table}', OLD.id);
                END IF;
                {_CLOSE}
                RETURN NULL;
            END $body$
            """,
            f"""
            CREATE CONSTRAINT TRIGGER {self._name(parent)} AFTER DELETE OR UPDATE OF id ON {parent}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {self._name(parent)}()
            """,
        ]


def _moved(column: str) -> str:
    """The rows of an UPDATE that refer to another parent now."""
    return (
        f"(SELECT rows_after.{column} FROM rows_after JOIN rows_before USING (id) "
        f"WHERE rows_after.{column} IS DISTINCT FROM rows_before.{column}) AS moved"
    )


def _present(table: str, column: str, parent: str, rows: str) -> str:
    """Lock the parents of these rows, and refuse when there are fewer of them than the rows name.

    Planned anew each time: a plan kept from one row would go through the parents once for each of 25,000.
    """
    return f"""
        EXECUTE $query$
            SELECT (SELECT count(DISTINCT {column}) FROM {rows}) - (SELECT count(*) FROM (
                SELECT FROM {parent} WHERE id IN (SELECT {column} FROM {rows}) FOR KEY SHARE) AS held)
        $query$ INTO missing;
        IF missing <> 0 THEN
            RAISE foreign_key_violation USING MESSAGE = '{table}.{column} names a row that {parent} does not have';
        END IF;
    """


# code, value, from, to, source, verified
Rule = tuple[str, str, date | None, date | None, str, bool]


class AddRules(RunPython):
    """Policy rules as the program brings them. One that a person has changed since stays as it is."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        super().__init__(self.add, self.remove)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.rules], {})

    def add(self, apps: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
        for code, value, valid_from, valid_to, source, verified in self.rules:
            apps.get_model("federation", "PolicyRule").objects.get_or_create(
                code=code,
                valid_from=valid_from,
                defaults={"value": value, "valid_to": valid_to, "source": source, "verified": verified},
            )

    def remove(self, apps: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
        for code, _, valid_from, _, source, _ in self.rules:
            apps.get_model("federation", "PolicyRule").objects.filter(
                code=code, valid_from=valid_from, source=source
            ).delete()
