"""Migration operations of the application engine: the allowed moves as a function, and the triggers that hold tables to it.

The moves are the answer of a function and not rows of a table, so that nobody can empty or add to them by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import RunSQL

Row = tuple[str, str, int, bool, bool, bool]

ENGINE = """
CREATE TYPE programs_move AS (source text, target text, place smallint, decides boolean, exception boolean, by_step boolean);

CREATE FUNCTION programs_move_between(kind text, old_state text, new_state text) RETURNS programs_move LANGUAGE plpgsql STABLE AS $$
DECLARE found programs_move;
BEGIN
    EXECUTE format('SELECT * FROM %I() AS m WHERE m.source = $1 AND m.target = $2', 'programs_moves_' || kind)
        INTO found USING old_state, new_state;
    RETURN found;
END $$;

CREATE FUNCTION programs_application_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE allowed programs_move; latest programs_applicationstep;
BEGIN
    IF TG_OP = 'INSERT' THEN
        allowed := programs_move_between(TG_ARGV[0], '', NEW.state);
        IF NEW.brought_in OR allowed.target IS NOT NULL THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '新申请要从头办起' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'application_begins_at_the_beginning';
    END IF;
    IF NEW.brought_in AND NOT OLD.brought_in THEN
        RAISE EXCEPTION '平台上办的申请不能改成历史转入' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'application_stays_its_own';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    allowed := programs_move_between(TG_ARGV[0], OLD.state, NEW.state);
    IF allowed.target IS NULL THEN
        RAISE EXCEPTION '这一步不在允许的流转里：% 到 %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'application_moves_as_listed';
    END IF;
    SELECT * INTO latest FROM programs_applicationstep AS s
        WHERE s.kind = TG_ARGV[0] AND s.application_id = OLD.id ORDER BY s.number DESC LIMIT 1;
    IF allowed.by_step AND (latest.id IS NULL OR latest.source <> OLD.state OR latest.target <> NEW.state) THEN
        RAISE EXCEPTION '状态变了却没有办理记录' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'application_moves_by_steps';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION programs_applicationstep_fill() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE allowed programs_move; latest programs_applicationstep;
BEGIN
    allowed := programs_move_between(NEW.kind, NEW.source, NEW.target);
    IF allowed.target IS NULL THEN
        RAISE EXCEPTION '这一步不在允许的流转里：% 到 %', NEW.source, NEW.target
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'application_moves_as_listed';
    END IF;
    SELECT * INTO latest FROM programs_applicationstep AS s
        WHERE s.kind = NEW.kind AND s.application_id = NEW.application_id ORDER BY s.number DESC LIMIT 1;
    IF latest.id IS NOT NULL AND allowed.by_step AND latest.target <> NEW.source THEN
        RAISE EXCEPTION '这一步和上一步接不上' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'steps_follow_one_another';
    END IF;
    IF NEW.exception <> '' AND NOT allowed.exception THEN
        RAISE EXCEPTION '这一步不许同一人经办' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'exceptions_only_where_allowed';
    END IF;
    NEW.place := allowed.place;
    NEW.decides := allowed.decides;
    SELECT u.person INTO NEW.person FROM federation_user AS u WHERE u.id = NEW.by_id;
    NEW.person_before := NULL;
    IF allowed.decides THEN
        SELECT s.person INTO NEW.person_before FROM programs_applicationstep AS s
            WHERE s.kind = NEW.kind AND s.application_id = NEW.application_id AND s.decides AND s.place < allowed.place
            ORDER BY s.number DESC LIMIT 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fill BEFORE INSERT ON programs_applicationstep FOR EACH ROW EXECUTE FUNCTION programs_applicationstep_fill();

CREATE FUNCTION programs_appended_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- When branches merge, their rows follow; nothing else of a step ever changes.
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'organization_id' - 'township_id' = to_jsonb(OLD) - 'organization_id' - 'township_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '办理记录只能增加，不能修改或删除' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'steps_are_appended_only';
END $$;
CREATE TRIGGER appended_only BEFORE UPDATE OR DELETE ON programs_applicationstep
    FOR EACH ROW EXECUTE FUNCTION programs_appended_only();
CREATE TRIGGER appended_only BEFORE UPDATE OR DELETE ON programs_rulestamp
    FOR EACH ROW EXECUTE FUNCTION programs_appended_only();
"""
NO_ENGINE = """
DROP TRIGGER appended_only ON programs_rulestamp;
DROP TRIGGER appended_only ON programs_applicationstep;
DROP TRIGGER fill ON programs_applicationstep;
DROP FUNCTION programs_appended_only();
DROP FUNCTION programs_applicationstep_fill();
DROP FUNCTION programs_application_guard();
DROP FUNCTION programs_move_between(text, text, text);
DROP TYPE programs_move;
"""


class AllowMoves(RunSQL):
    """The whole list of one kind, in place of an earlier one: (source, target, place, decides, exception, by_step)."""

    def __init__(self, kind: str, rows: Sequence[Row]) -> None:
        self.kind, self.rows = kind, rows
        listed = ",\n".join(
            f"('{source}', '{target}', {place}::smallint, {decides}, {exception}, {by_step})"
            for source, target, place, decides, exception, by_step in rows
        )
        super().__init__(
            sql=f"""CREATE OR REPLACE FUNCTION programs_moves_{kind}() RETURNS SETOF programs_move
                LANGUAGE sql IMMUTABLE AS $$ VALUES {listed} $$""",
            reverse_sql=f"DROP FUNCTION IF EXISTS programs_moves_{kind}()",
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.kind, self.rows], {})


class GuardStates(RunSQL):
    """Hold the state column of an application table to the list of its kind."""

    def __init__(self, table: str, kind: str) -> None:
        self.table, self.kind = table, kind
        super().__init__(
            sql=f"""CREATE TRIGGER guard_state BEFORE INSERT OR UPDATE ON "{table}"
                FOR EACH ROW EXECUTE FUNCTION programs_application_guard('{kind}')""",
            reverse_sql=f'DROP TRIGGER guard_state ON "{table}"',
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table, self.kind], {})
