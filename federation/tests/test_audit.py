import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from federation import audit
from federation.models import AuditEntry, Organization, User

ACTION = "federation.organization.renamed"


def settle() -> None:
    """Run the deferred triggers now, as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_entry_reads_as_a_sentence(village: Organization, city_officer: User) -> None:
    audit.record(ACTION, village, by=city_officer, old="甲", new="乙")
    line = audit.timeline(village)[0]
    assert (line.who, line.what) == ("孙*", "把名称由“甲”改为“乙”")


def test_action_without_a_sentence_is_refused(village: Organization, city_officer: User) -> None:
    with pytest.raises(LookupError):
        audit.record("federation.unheard.of", village, by=city_officer)


def test_entries_form_a_chain(village: Organization, city_officer: User) -> None:
    audit.record(ACTION, village, by=city_officer, old="甲", new="乙")
    audit.record(ACTION, village, by=city_officer, old="乙", new="丙")
    settle()
    positions = list(AuditEntry.objects.order_by("id").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    assert audit.broken_links() == []


@pytest.mark.parametrize("sql", ["UPDATE federation_auditentry SET action = 'x'", "DELETE FROM federation_auditentry"])
def test_entries_are_neither_changed_nor_removed(village: Organization, city_officer: User, sql: str) -> None:
    audit.record(ACTION, village, by=city_officer)
    settle()
    with pytest.raises(IntegrityError, match="只能增加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_tampering_past_the_triggers_breaks_the_chain(village: Organization, city_officer: User) -> None:
    audit.record(ACTION, village, by=city_officer)
    settle()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE federation_auditentry DISABLE TRIGGER audit_append_only")
        cursor.execute("UPDATE federation_auditentry SET at = %s WHERE position = 2", [timezone.now()])
        settle()
        cursor.execute("ALTER TABLE federation_auditentry ENABLE TRIGGER audit_append_only")
    assert audit.broken_links() == [2]
