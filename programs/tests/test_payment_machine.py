"""Several people at the payments at once, in any order, against a pure model: the real verbs on PostgreSQL, checked
after every step (reliability.md §5). `./portal test --full` runs it at 200 x 50 and longer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from federation import scoping
from federation.models import Organization, User
from federation.permissions import Role
from federation.tests.cast import build_user
from members.tests.build import build_woman
from programs import ledger
from programs.models import BankLine, Payment, PaymentBatch, ReliefGrant
from programs.payments import batching, requesting, returning
from programs.payments.signing import sign
from programs.tests.build_money import AT, DAY, answer, approved_grant, build_fund, faults

AMOUNTS = st.sampled_from([1, 300_000, 700_001, 1_000_000])
ACTORS = st.integers(0, 5)
PLACES = st.integers(0, 30)
MOST_ROWS = 5
BEFORE_BATCH = ("draft", "submitted", "reviewed", "approved")


# --- the model: what should be true, in plain Python ------------------------------------------------------------------


@dataclass
class Case:
    amount: int
    state: str = "submitted"
    signed: list[int] = field(default_factory=list)
    batch: int = -1
    heard: set[str] = field(default_factory=set)


@dataclass
class Book:
    """Persons are numbers: actors 0 and 5 are two accounts of person 0."""

    available: int = 0
    payable: int = 0
    paid: int = 0
    returned: int = 0
    received: int = 0
    cases: list[Case] = field(default_factory=list)

    def move(self, source: str, target: str, fen: int) -> None:
        setattr(self, source, getattr(self, source) - fen)
        setattr(self, target, getattr(self, target) + fen)

    def unsign(self, case: Case) -> None:
        if case.state == "approved":
            self.move("payable", "available", case.amount)
        case.state, case.signed = "draft", []

    def hear(self, case: Case, outcome: str) -> None:
        source = {"sent": "payable", "paid": "paid", "returned": "returned"}[case.state]
        target = "paid" if outcome == "paid" else "returned"
        self.move(source, target, case.amount)
        case.state = target


def person(actor: int) -> int:
    return 0 if actor == 5 else actor


# --- the machine: the same steps by the real verbs --------------------------------------------------------------------


class Payments(RuleBasedStateMachine):
    village: Organization
    city: Organization
    seen: set[str]

    @initialize()
    def open(self) -> None:
        self.held = transaction.atomic()
        self.held.__enter__()
        self.users = [build_user(f"actor{place}", Role.CITY_OFFICER, self.city) for place in range(6)]
        User.objects.filter(pk=self.users[5].pk).update(person=self.users[0].person)
        self.users[5].refresh_from_db()
        self.fund = build_fund(self.city, source="city")
        self.book, self.rows, self.batches = Book(), list[Payment](), list[PaymentBatch]()
        self.sent, self.lines, self.receipts = list[bool](), list[tuple[BankLine, int]](), 0
        self.receive(2_500_000, False)

    def teardown(self) -> None:
        if hasattr(self, "held"):
            try:
                assert faults() == []
            finally:
                transaction.set_rollback(True)
                self.held.__exit__(None, None, None)

    def attempt(self, allowed: bool, act: Callable[[], object]) -> bool:
        try:
            with transaction.atomic():
                act()
        except ValidationError:
            assert not allowed
            return False
        assert allowed
        return True

    def pick(self, place: int) -> tuple[Payment, Case]:
        return self.rows[place % len(self.rows)], self.book.cases[place % len(self.rows)]

    has_rows = precondition(lambda self: bool(getattr(self, "rows", [])))

    @rule(fen=AMOUNTS, again=st.booleans())
    def receive(self, fen: int, again: bool) -> None:
        reference = f"allocation:m{self.receipts - (1 if again and self.receipts else 0)}"
        replay = again and self.receipts > 0
        done = self.attempt(
            not replay, lambda: ledger.receive(self.fund, fen, reference=reference, on=DAY, by=self.users[0])
        )
        if done:
            self.receipts += 1
            self.book.available += fen
            self.book.received += fen

    @precondition(lambda self: len(getattr(self, "rows", [])) < MOST_ROWS)
    @rule(fen=AMOUNTS, actor=ACTORS)
    def create(self, fen: int, actor: int) -> None:
        grant = approved_grant(self.village, woman=build_woman(self.village), fund="city", amount_fen=fen)
        self.rows += requesting.ask_for_relief([grant], by=self.users[actor], at=AT)
        self.book.cases.append(Case(fen, signed=[person(actor)]))

    @has_rows
    @rule(place=PLACES, steps=st.integers(1, 6), first=ACTORS, outcome=st.sampled_from(["paid", "failed"]))
    def proceed(self, place: int, steps: int, first: int, outcome: str) -> None:
        """The ordinary way, by whoever has not signed yet: chance alone would hardly ever come to the bank."""
        for _ in range(steps):
            _, case = self.pick(place)
            free = [actor for each in range(6) if person(actor := (first + each) % 6) not in case.signed]
            step = {"draft": "requested", "submitted": "reviewed", "reviewed": "approved"}.get(case.state)
            if step and free:
                self.sign(place, free[0], step)
            elif case.state == "approved":
                self.batch(place, first, False)
            elif case.state == "batched" and free:
                self.send(case.batch, free[0])
            elif case.state == "sent":
                self.bank(place, first, outcome, False)
            elif case.state == "returned":
                self.reverse(place, first)

    @has_rows
    @rule(place=PLACES, actor=ACTORS)
    def create_again(self, place: int, actor: int) -> None:
        """A second payment of a case whose first one stands is refused."""
        row, case = self.pick(place)
        if case.state not in ("withdrawn", "reversed"):
            grant = ReliefGrant.objects.get(payments=row)
            self.attempt(False, lambda: requesting.ask_for_relief([grant], by=self.users[actor], at=AT))

    @has_rows
    @rule(place=PLACES, actor=ACTORS, name=st.sampled_from(["张小燕", "何秀兰"]))
    def edit(self, place: int, actor: int, name: str) -> None:
        row, case = self.pick(place)
        changes = name != str(Payment.objects.get(pk=row.pk).payee)
        done = self.attempt(
            case.state in BEFORE_BATCH, lambda: requesting.correct(row, by=self.users[actor], on=DAY, payee=name)
        )
        if done and changes:
            self.book.unsign(case)

    @has_rows
    @rule(
        place=PLACES, actor=ACTORS, step=st.sampled_from(["requested", "reviewed", "reviewed", "approved", "approved"])
    )
    def sign(self, place: int, actor: int, step: str) -> None:
        row, case = self.pick(place)
        source, target = {
            "requested": ("draft", "submitted"), "reviewed": ("submitted", "reviewed"), "approved": ("reviewed", "approved"),
        }[step]  # fmt: skip
        allowed = case.state == source and person(actor) not in case.signed
        allowed = allowed and (step != "approved" or self.book.available >= case.amount)
        if self.attempt(allowed, lambda: sign(row, step, by=self.users[actor], at=AT)):
            case.signed.append(person(actor))
            case.state = target
            if step == "approved":
                self.book.move("available", "payable", case.amount)

    @has_rows
    @rule(place=PLACES, actor=ACTORS)
    def reject(self, place: int, actor: int) -> None:
        row, case = self.pick(place)
        allowed = case.state in ("submitted", "reviewed")
        if self.attempt(allowed, lambda: requesting.send_back(row, reason="不对", by=self.users[actor])):
            self.book.unsign(case)

    @has_rows
    @rule(place=PLACES, actor=ACTORS)
    def withdraw(self, place: int, actor: int) -> None:
        row, case = self.pick(place)
        if self.attempt(case.state in BEFORE_BATCH, lambda: requesting.withdraw(row, by=self.users[actor], on=DAY)):
            self.book.unsign(case)
            case.state = "withdrawn"

    @has_rows
    @rule(place=PLACES, actor=ACTORS, every=st.booleans())
    def batch(self, place: int, actor: int, every: bool) -> None:
        ready = [each for each, case in enumerate(self.book.cases) if case.state == "approved"]
        chosen = ready if every else [place % len(self.rows)]
        allowed = bool(chosen) and all(self.book.cases[each].state == "approved" for each in chosen)
        made: list[PaymentBatch] = []
        rows = [self.rows[each] for each in chosen]
        if self.attempt(
            allowed, lambda: made.append(batching.make_batch(self.fund, rows, by=self.users[actor], at=AT))
        ):
            for each in chosen:
                self.book.cases[each].state, self.book.cases[each].batch = "batched", len(self.batches)
            self.batches += made
            self.sent.append(False)

    @precondition(lambda self: bool(getattr(self, "batches", [])))
    @rule(place=PLACES, actor=ACTORS)
    def send(self, place: int, actor: int) -> None:
        number = place % len(self.batches)
        batch, within = self.batches[number], [case for case in self.book.cases if case.batch == number]
        assert batching.generate(batch, by=self.users[actor]) == batching.content(batch)
        allowed = not self.sent[number] and all(person(actor) not in case.signed for case in within)
        if self.attempt(allowed, lambda: batching.send(batch, on=DAY, at=AT, by=self.users[actor])):
            self.sent[number] = True
            for case in within:
                case.state = "sent"
                case.signed.append(person(actor))

    @has_rows
    @rule(place=PLACES, actor=ACTORS, outcome=st.sampled_from(["paid", "failed"]), odd=st.booleans())
    def bank(self, place: int, actor: int, outcome: str, odd: bool) -> None:
        """An answer, a replay of one, one of another amount, or one that contradicts."""
        row, case = self.pick(place)
        if case.batch < 0:
            return
        batch = self.batches[case.batch]
        row = Payment.objects.select_related("batch").get(pk=row.pk)
        told = answer(row, outcome, **({"amount_fen": case.amount + 1} if odd else {}))
        taken: list[returning.Taken] = []
        if not self.attempt(
            self.sent[case.batch], lambda: taken.append(returning.take(batch, [told], by=self.users[actor], at=AT))
        ):
            return
        heard, word = f"{outcome}{odd}", "paid" if outcome == "paid" else "returned"
        differs = odd or case.state not in ("sent", word)
        if heard in case.heard:
            assert taken == [returning.Taken(0, 1, 0)]
        elif differs:
            assert taken == [returning.Taken(0, 0, 1)]
            self.lines.append((BankLine.objects.latest("id"), place % len(self.rows)))
        else:
            assert taken == [returning.Taken(1, 0, 0)]
            if case.state == "sent":
                self.book.hear(case, outcome)
        case.heard.add(heard)

    @precondition(lambda self: bool(getattr(self, "lines", [])))
    @rule(place=PLACES, first=ACTORS, second=ACTORS, decision=st.sampled_from(["follow", "ignore"]))
    def decide(self, place: int, first: int, second: int, decision: str) -> None:
        line, at = self.lines[place % len(self.lines)]
        case = self.book.cases[at]

        def both() -> None:
            returning.propose(line, decision=decision, grounds="核对", by=self.users[first])
            returning.confirm(line, by=self.users[second], at=AT)

        fits = decision == "ignore" or (line.difference == "contradiction" and case.state in ("paid", "returned"))
        if self.attempt(fits and person(first) != person(second), both):
            self.lines.remove((line, at))
            if decision == "follow" and case.state != ("paid" if line.outcome == "paid" else "returned"):
                self.book.hear(case, line.outcome)

    @has_rows
    @rule(place=PLACES, actor=ACTORS)
    def reverse(self, place: int, actor: int) -> None:
        row, case = self.pick(place)
        if self.attempt(
            case.state in ("paid", "returned"),
            lambda: returning.reverse(row, reason="退款", on=DAY, by=self.users[actor]),
        ):
            self.book.move(case.state, "available", case.amount)
            case.state = "reversed"

    @invariant()
    def ledger_and_states_are_those_of_the_model(self) -> None:
        """I2, I3, I14 and every state, after every step."""
        if not hasattr(self, "held"):
            return
        kept, book = ledger.balances(self.fund), self.book
        assert (kept.received, kept.left, kept.payable, kept.paid, kept.returned) == (
            book.received, book.available, book.payable, book.paid, book.returned,
        )  # fmt: skip
        states: dict[int, Any] = dict(Payment.objects.values_list("pk", "state"))
        assert [states[row.pk] for row in self.rows] == [case.state for case in book.cases]
        self.seen.update(case.state for case in book.cases)


def run(village: Organization, city: Organization, *, runs: int, steps: int) -> None:
    seen: set[str] = set()
    kind: Any = type("PaymentsHere", (Payments,), {"village": village, "city": city, "seen": seen})
    with scoping.everything("the machine plays everybody"):
        run_state_machine_as_test(
            kind,
            settings=settings(
                max_examples=runs, stateful_step_count=steps, deadline=None, database=None, derandomize=True,
                suppress_health_check=list(HealthCheck), phases=[Phase.generate],
            ),
        )  # fmt: skip
    assert seen == set(Payment.State.values)


RUNS_IN_CI, STEPS = 12, 50


def test_the_machine_agrees_with_the_model(village: Organization, city: Organization) -> None:
    run(village, city, runs=RUNS_IN_CI, steps=STEPS)


@pytest.mark.full
def test_the_machine_agrees_with_the_model_for_long(village: Organization, city: Organization) -> None:
    run(village, city, runs=200, steps=STEPS)
