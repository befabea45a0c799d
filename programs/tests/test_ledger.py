"""The ledger in PostgreSQL: I1 to I3, append-only, chained, replays refused; each wall is pushed against in raw SQL too."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from federation import scoping
from federation.doctoring import Grade
from federation.models import Organization, User
from programs import doctoring, ledger, tasks, verifying
from programs.ledger import Balances
from programs.models import LedgerAccount, LedgerEntry, LedgerLine
from programs.tests.build_money import DAY, YUAN, build_fund, commit

pytestmark = pytest.mark.usefixtures("everything")
BARE = {"kind": "received", "reference": "x", "booked_on": DAY}


def run(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def bare_entry(city: Organization, *fen: int) -> LedgerEntry:
    """An entry written past the verbs."""
    fund = build_fund(city)
    entry = LedgerEntry.objects.create(organization=city, key=uuid4(), made_at=timezone.now(), **BARE)
    accounts = {account.kind: account for account in LedgerAccount.objects.filter(fund=fund)}
    for kind, amount in zip(("source", "available"), fen, strict=False):
        LedgerLine.objects.create(organization=city, entry=entry, account=accounts[kind], fen=amount)
    return entry


@transaction.atomic
def committed_entry(city: Organization, *fen: int) -> None:
    bare_entry(city, *fen)
    commit()


@pytest.mark.parametrize("fen", [(), (-100,), (-100, 99)], ids=["no line", "one line", "a fen short"])
def test_i1_constraint_refuses_an_entry_that_does_not_balance_at_commit(
    city: Organization, fen: tuple[int, ...]
) -> None:
    with pytest.raises(IntegrityError, match="分录借贷不平"):
        committed_entry(city, *fen)


def test_i1_verb_refuses_before_the_database_does(city: Organization) -> None:
    with pytest.raises(ValidationError, match="借贷不平"):
        ledger.post(
            build_fund(city), {"source": -100, "available": 99}, key=uuid4(), kind="received", reference="x", on=DAY,
            by=None,
        )  # fmt: skip


def test_a_line_of_nothing_is_refused(city: Organization) -> None:
    with pytest.raises(IntegrityError, match="ledger_line_of_some_money"):
        bare_entry(city, 0)


def test_money_goes_its_way_and_i2_all_accounts_sum_to_nothing(city: Organization, finance_officer: User) -> None:
    fund = build_fund(city, fen=150_000 * YUAN)
    who = {"on": DAY, "by": finance_officer}
    for pk in (1, 2, 3):
        ledger.grant(fund, 10_000 * YUAN, reference=f"relief:{pk}", **who)
    ledger.pay(fund, 10_000 * YUAN, reference="relief:1", **who)
    ledger.take_back(fund, 10_000 * YUAN, after_payment=False, reference="relief:2", **who)
    assert ledger.balances(fund) == Balances(
        received=150_000 * YUAN, granted=30_000 * YUAN, paid=10_000 * YUAN, left=120_000 * YUAN,
        payable=10_000 * YUAN, returned=10_000 * YUAN,
    )  # fmt: skip
    assert sum(LedgerAccount.objects.values_list("balance_fen", flat=True)) == 0


def test_i3_a_fund_is_never_overdrawn_and_says_by_how_much(city: Organization, finance_officer: User) -> None:
    fund = build_fund(city, fen=9_999 * YUAN)
    with pytest.raises(ValidationError, match="中央专项彩票公益金（两癌救助）”结余只有 9999 元，这次要用 1 万元"):
        ledger.grant(fund, 10_000 * YUAN, reference="relief:1", on=DAY, by=finance_officer)
    assert ledger.balances(fund).left == 9_999 * YUAN


def test_i3_constraint_stands_without_the_verbs(city: Organization) -> None:
    build_fund(city, fen=5)
    with pytest.raises(IntegrityError, match="fund_never_negative"):
        bare_entry(city, -1, -6)


def test_a_replay_is_refused(city: Organization, finance_officer: User) -> None:
    fund = build_fund(city, fen=20_000 * YUAN)
    ledger.grant(fund, 10_000 * YUAN, reference="relief:1", on=DAY, by=finance_officer)
    with pytest.raises(ledger.AlreadyBooked):
        ledger.grant(fund, 10_000 * YUAN, reference="relief:1", on=DAY, by=finance_officer)
    assert ledger.balances(fund).granted == 10_000 * YUAN


def test_a_mistake_is_reversed_once_by_a_linked_entry(city: Organization, finance_officer: User) -> None:
    fund = build_fund(city, fen=100)
    entry = ledger.receive(fund, 50, reference="allocation:mistake", on=DAY, by=finance_officer)
    back = ledger.reverse(entry, on=DAY, by=finance_officer)
    assert (back.reverses, ledger.balances(fund).received) == (entry, 100)
    with pytest.raises(ledger.AlreadyBooked):
        ledger.reverse(entry, on=DAY, by=finance_officer)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE programs_ledgerentry SET note = '改'",
        "UPDATE programs_ledgerentry SET position = 7",
        "DELETE FROM programs_ledgerline",
        "UPDATE programs_ledgerline SET fen = fen + 1",
        "DELETE FROM programs_ledgerentry",
        "UPDATE programs_ledgeraccount SET balance_fen = balance_fen + 1",
        "INSERT INTO programs_ledgerline (entry_id, account_id, organization_id, fen)"
        " SELECT entry_id, account_id, organization_id, fen FROM programs_ledgerline",
        "SET app.test = 'off'; TRUNCATE programs_ledgerline",
        "SET app.test = 'off'; TRUNCATE programs_ledgerentry CASCADE",
    ],
)
def test_nothing_booked_can_be_changed_removed_or_added_to(city: Organization, sql: str) -> None:
    build_fund(city, fen=100)
    commit()
    with pytest.raises(DatabaseError, match="只能增加|直接改"):
        run(sql)


def test_a_branch_filed_elsewhere_keeps_its_entries(township: Organization, city: Organization) -> None:
    build_fund(township, fen=100)
    commit()
    LedgerEntry.objects.update(township=None)
    assert verifying.faults() == []


def test_entries_are_chained_in_the_order_of_commit(city: Organization) -> None:
    build_fund(city, fen=100)
    build_fund(city, fen=200)
    commit()
    first, second = LedgerEntry.objects.order_by("position")
    assert (first.position, first.prev_hash, second.prev_hash) == (1, "", first.hash)


def tampered(sql: str) -> list[str]:
    """What the check says after somebody with the database's own keys changed a row."""
    with connection.cursor() as cursor:
        for table in ("entry", "line", "account"):
            cursor.execute(f"ALTER TABLE programs_ledger{table} DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("entry", "line", "account"):
            cursor.execute(f"ALTER TABLE programs_ledger{table} ENABLE TRIGGER USER")
    return verifying.faults()


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE programs_ledgerline SET fen = 101 WHERE fen = 100", "分录合计 1 分，应为 0"),
        ("UPDATE programs_ledgerentry SET note = '改' WHERE position = 1", "链上第 1 笔：摘要与内容或上一笔对不上"),
        ("UPDATE programs_ledgeraccount SET balance_fen = 99 WHERE kind = 'available'", "结余）：余额 99 分，按分录应为 300 分"),
        ("DELETE FROM programs_ledgerline WHERE fen = 200", "分录合计 -200 分，应为 0"),
        ("UPDATE programs_ledger_head SET position = 9", "链头记到第 9 笔，账上有 2 笔"),
    ],
)  # fmt: skip
def test_verify_ledger_says_what_was_tampered_with(city: Organization, sql: str, said: str) -> None:
    build_fund(city, fen=100)
    build_fund(city, fen=200)
    commit()
    assert verifying.faults() == []
    assert any(said in line for line in tampered(sql))
    with pytest.raises(CommandError, match="账上有 . 处不对"):
        call_command("verify_ledger")


def test_a_township_draws_on_the_citys_fund_that_it_cannot_see(
    city: Organization, township_officer: User, finance_officer: User
) -> None:
    fund = build_fund(city, fen=100)
    with scoping.of_user(township_officer):
        assert list(LedgerEntry.objects.all()) == []
        ledger.grant(fund, 60, reference="relief:1", on=DAY, by=township_officer)
        commit()
    assert ledger.balances(fund).left == 40
    assert verifying.faults() == []


@pytest.mark.parametrize("role", ["finance_officer", "auditor"])
def test_the_city_sees_its_entries(city: Organization, role: str, request: pytest.FixtureRequest) -> None:
    build_fund(city, fen=100)
    with scoping.of_user(request.getfixturevalue(role)):
        assert LedgerEntry.objects.count() == 1


def test_the_nightly_check_leaves_its_outcome_and_the_doctor_says_the_same(city: Organization) -> None:
    build_fund(city, fen=100)
    commit()
    tasks.verify_ledger()
    entry = verifying.last_check()
    assert entry is not None
    assert (entry.details, [each.grade for each in doctoring.ledger()]) == ({"faults": 0}, [Grade.GOOD])
    tampered("UPDATE programs_ledgeraccount SET balance_fen = 99 WHERE kind = 'available'")
    assert [each.grade for each in doctoring.ledger()] == [Grade.BAD]
