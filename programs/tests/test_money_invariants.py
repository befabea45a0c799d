"""I1 to I14 of reliability.md §5 as properties; their unit tests and database walls stand in test_ledger.py and
test_payments.py under the same numbers. I7 and I8 (interest and subsidy) stand in test_subsidy.py and
test_subsidy_batches.py."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from federation.models import Organization, User
from programs import ledger
from programs.models import BankLine, LedgerAccount, LedgerLine, Payment, ReliefGrant, Signature
from programs.money import bank_amount, plain_yuan, split, to_fen
from programs.payments import batching, requesting
from programs.payments.signing import sign
from programs.tests.build_money import (
    AT,
    DAY,
    Hands,
    answer,
    answered,
    approved,
    approved_grant,
    build_fund,
    faults,
    hands,
    requested,
    sent,
)  # fmt: skip

FEN = st.integers(1, 10**13)
FEW = settings(
    max_examples=15, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)  # fmt: skip
PROGRAMS = Path(__file__).parent.parent


@contextmanager
def undone() -> Iterator[None]:
    """One example on PostgreSQL, gone before the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def who(city: Organization, township: Organization) -> Hands:
    return hands(city, township)


# --- I1, I2, I3: the ledger -------------------------------------------------------------------------------------------

KINDS = ("available", "payable", "paid", "returned")
MOVES = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS), st.integers(1, 900)), max_size=12)


@pytest.mark.usefixtures("everything")
def test_i1_i2_i3_property_whatever_is_moved_sums_to_nothing_and_overdraws_nothing(
    city: Organization, finance_officer: User
) -> None:
    @FEW
    @given(received=st.integers(1, 2_000), moves=MOVES)
    def holds(received: int, moves: list[tuple[str, str, int]]) -> None:
        with undone():
            fund = build_fund(city, fen=received)
            kept = {**dict.fromkeys(KINDS, 0), "available": received}
            for turn, (source, target, fen) in enumerate(moves):
                before = dict(kept)
                if source != target:
                    kept[source] -= fen
                    kept[target] += fen
                try:
                    ledger.post(
                        fund, {source: -fen, target: fen} if source != target else {source: fen}, kind="granted",
                        key=ledger.key_of("moved", turn), reference="x", on=DAY, by=finance_officer,
                    )  # fmt: skip
                    assert before[source] >= fen
                except ValidationError:
                    assert before[source] < fen or source == target
                    kept = before
            found = dict(LedgerAccount.objects.filter(fund=fund).values_list("kind", "balance_fen"))
            assert found == {**kept, "source": -received}
            assert (sum(found.values()), LedgerLine.objects.total_fen(), faults()) == (0, 0, [])

    holds()


# --- I4: no float reaches money ---------------------------------------------------------------------------------------

# A workbook's cell holds a binary number by its format; nothing is computed from it.
EXEMPT = {"listings.py": {"_yuan", "LOANS"}}


def floats_in(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"float", "round", "models.FloatField"}:
            found.append(f"line {node.lineno}: {ast.unparse(node.func)}(")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            if not ast.unparse(node.left).startswith(("BASE", "ROOT", "Path(")):
                found.append(f"line {node.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"line {node.lineno}: {node.value}")
    return found


def money_modules() -> Iterator[Path]:
    """Whatever moves or shows an amount."""
    yield from (
        PROGRAMS / name for name in ("money.py", "ledger.py", "opening.py", "verifying.py", "budget.py", "funding.py")
    )
    for folder in ("payments", "relief", "sunflower", "models", "views", "forms", "loans", "applications"):
        yield from sorted((PROGRAMS / folder).glob("*.py"))


def test_i4_lint_no_float_no_division_no_rounding_reaches_money_code() -> None:
    modules = list(money_modules())
    assert len(modules) > 30
    found = {
        str(path.relative_to(PROGRAMS)): wrong for path in modules if (wrong := floats_in(ast.parse(path.read_text())))
    }
    assert found == {}


@pytest.mark.parametrize("code", ["float(fen)", "fen / 100", "round(fen)", "x = 0.5", "f = models.FloatField()"])
def test_i4_lint_catches(code: str) -> None:
    assert len(floats_in(ast.parse(code))) == 1


def test_i4_database_every_amount_is_a_whole_number() -> None:
    from django.apps import apps

    amounts = [field for model in apps.get_app_config("programs").get_models() for field in model._meta.fields if field.name.endswith("fen")]  # fmt: skip
    assert len(amounts) >= 8
    assert [field for field in amounts if not isinstance(field, models.BigIntegerField)] == []


# --- I5: one door, half up, once --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yuan", "fen"), [("0.125", 13), ("0.115", 12), ("0.124999", 12), ("2.675", 268), ("100.005", 10001)]
)
def test_i5_unit_halves_go_up(yuan: str, fen: int) -> None:
    assert to_fen(Decimal(yuan), rounded=True) == fen


@given(st.decimals(min_value=0, max_value=10**9, allow_nan=False, allow_infinity=False, places=6))
def test_i5_property_the_door_rounds_half_up_as_fractions_do(yuan: Decimal) -> None:
    exact = Fraction(yuan) * 100
    assert to_fen(yuan, rounded=True) == int(exact + Fraction(1, 2))


@given(FEN)
def test_i5_property_what_is_shown_comes_back_as_the_same_fen(fen: int) -> None:
    assert to_fen(plain_yuan(fen)) == to_fen(bank_amount(fen)) == fen


def test_i5_only_an_exact_product_is_rounded() -> None:
    with pytest.raises(TypeError):
        to_fen(0.125, rounded=True)


# --- I6: splitting loses nothing --------------------------------------------------------------------------------------


def test_i6_unit_a_third_of_100_01() -> None:
    assert split(10001, [1, 1, 1]) == [3334, 3334, 3333]


@given(st.integers(0, 10**13), st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any))
def test_i6_property_shares_add_up_and_none_is_a_fen_from_its_due(total: int, weights: list[int]) -> None:
    shares = split(total, weights)
    assert sum(shares) == total
    assert all(
        abs(share - Fraction(total * weight, sum(weights))) < 1 for share, weight in zip(shares, weights, strict=True)
    )


# --- I9 to I13: payments ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("everything")
def test_i9_property_a_person_has_one_live_payment_however_often_it_is_asked(
    village: Organization, city: Organization, who: Hands
) -> None:
    @FEW
    @given(st.lists(st.sampled_from(["ask", "withdraw"]), min_size=1, max_size=8))
    def holds(steps: list[str]) -> None:
        with undone():
            build_fund(city, fen=10_000_000)
            grant, live = approved_grant(village), None
            for step in steps:
                if step == "ask" and live is None:
                    live = requested(grant, who)
                elif step == "ask":
                    with pytest.raises(ValidationError), transaction.atomic():
                        requested(grant, who)
                elif live is not None:
                    requesting.withdraw(live, by=who.requester, on=DAY)
                    live = None
            assert Payment.objects.live().count() == (live is not None)

    holds()


@pytest.mark.usefixtures("everything")
def test_i10_property_whoever_signs_the_signers_are_as_many_persons_as_signatures(
    village: Organization, city: Organization, who: Hands
) -> None:
    everybody = [who.requester, who.reviewer, who.approver, who.payer]

    @FEW
    @given(st.lists(st.tuples(st.sampled_from(["reviewed", "approved"]), st.integers(0, 3)), max_size=6))
    def holds(steps: list[tuple[str, int]]) -> None:
        with undone():
            build_fund(city, fen=10_000_000)
            payment = requested(approved_grant(village), who)
            for step, place in steps:
                try:
                    with transaction.atomic():
                        sign(payment, step, by=everybody[place], at=AT)
                except ValidationError:
                    continue
            persons = list(Signature.objects.standing().values_list("person", flat=True))
            assert len(persons) == len(set(persons)) >= 1

    holds()


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "payee": st.sampled_from(["何秀兰", "张小燕"]), "bank_card": st.sampled_from(["6217000000009999", "6217000000004321"]),
        "amount_fen": st.sampled_from([1_000_000, 999_999]), "purpose": st.sampled_from(["妇联困难救助", "别的"]),
    },
)  # fmt: skip


@pytest.mark.usefixtures("everything")
def test_i11_property_approvals_stand_exactly_while_nothing_changed(
    village: Organization, city: Organization, who: Hands
) -> None:
    @FEW
    @given(CHANGES)
    def holds(changes: dict[str, object]) -> None:
        with undone():
            build_fund(city, fen=10_000_000)
            payment = approved(approved_grant(village), who)
            changed = any(getattr(payment, name) != value for name, value in changes.items())
            payment = requesting.correct(payment, by=who.requester, on=DAY, **changes)
            assert (payment.state, Signature.objects.standing().count()) == (
                ("draft", 0) if changed else ("approved", 3)
            )

    holds()


@pytest.mark.usefixtures("everything")
def test_i12_property_a_batch_makes_one_file_however_often_and_in_whatever_order_it_was_put_together(
    village: Organization, city: Organization, who: Hands
) -> None:
    @FEW
    @given(st.permutations(range(3)), st.integers(1, 4))
    def holds(order: list[int], times: int) -> None:
        with undone():
            fund = build_fund(city, fen=10_000_000)
            payments = [approved(approved_grant(village), who) for _ in range(3)]
            batch = batching.make_batch(fund, [payments[each] for each in order], by=who.payer, at=AT)
            made = {batching.generate(batch, by=who.payer) for _ in range(times)}
            batch.refresh_from_db()
            assert (len(made), batch.generations, batch.total_fen) == (1, times, 3_000_000)
            rows = next(iter(made)).decode("gb18030").splitlines()[1:]
            assert [row.split(",")[0] for row in rows] == ["1", "2", "3"]

    holds()


@pytest.mark.usefixtures("everything")
def test_i13_i14_property_answers_in_any_order_and_number_book_each_case_once(
    village: Organization, city: Organization, who: Hands
) -> None:
    @FEW
    @given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["paid", "failed"]), st.integers(0, 1)), max_size=8))
    def holds(heard: list[tuple[int, str, int]]) -> None:
        with undone():
            fund = build_fund(city, fen=10_000_000)
            batch = sent([approved_grant(village), approved_grant(village)], who)
            rows = list(batch.payments.order_by("line_number"))
            expected: dict[int, str] = {}
            for place, outcome, odd in heard:
                answered(batch, [answer(rows[place], outcome, amount_fen=1_000_000 + odd)], who)
                if not odd:
                    expected.setdefault(place, "paid" if outcome == "paid" else "returned")
            states = [Payment.objects.get(pk=row.pk).state for row in rows]
            assert states == [expected.get(place, "sent") for place in (0, 1)]
            paid = states.count("paid") * 1_000_000
            cases = ReliefGrant.objects.filter(state="paid").total_fen()
            assert ledger.balances(fund).paid == cases == paid
            assert BankLine.objects.filter(difference="").count() <= 2
            assert faults() == []

    holds()


@pytest.mark.usefixtures("everything")
def test_i13_property_a_batch_taken_apart_line_by_line_ends_as_taken_whole(
    village: Organization, city: Organization, who: Hands
) -> None:
    @settings(FEW, max_examples=8)
    @given(st.permutations(range(2)), st.lists(st.sampled_from(["paid", "failed"]), min_size=2, max_size=2))
    def holds(order: list[int], outcomes: list[str]) -> None:
        with undone():
            build_fund(city, fen=10_000_000)
            whole, parts = (sent([approved_grant(village) for _ in range(2)], who) for _ in range(2))
            rows = [list(batch.payments.order_by("line_number")) for batch in (whole, parts)]
            answers = [[answer(row, outcome) for row, outcome in zip(part, outcomes, strict=True)] for part in rows]
            answered(whole, answers[0], who)
            for place in order:
                answered(parts, [answers[1][place]], who)
            ends = [
                list(batch.payments.order_by("line_number").values_list("state", flat=True)) for batch in (whole, parts)
            ]
            assert ends[0] == ends[1] == ["paid" if outcome == "paid" else "returned" for outcome in outcomes]
            assert faults() == []

    holds()
