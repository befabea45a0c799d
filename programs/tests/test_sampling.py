"""到账抽查: the lot is fair and repeatable, nobody asks about her own payment, and what is said stands."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from federation.models import Organization, User
from federation.periods import Period
from federation.permissions import Role
from federation.tests.cast import build_user
from programs.models import ArrivalCall, ArrivalSample, PaymentBatch
from programs.payments import sampling
from programs.tests.build_money import AT, DAY, Hands, answer, answered, approved_grant, build_fund, hands, sent

pytestmark = pytest.mark.usefixtures("everything", "policy")


@pytest.fixture
def who(city: Organization, township: Organization) -> Hands:
    return hands(city, township)


@pytest.fixture
def batch(city: Organization, village: Organization, who: Hands) -> PaymentBatch:
    """Seven payments, of which the bank paid six."""
    grants = [approved_grant(village, fund="city") for _ in range(7)]
    build_fund(city, fen=sum(grant.amount_fen for grant in grants), source="city")
    return sent(grants, who)


@pytest.fixture
def paid(batch: PaymentBatch, who: Hands) -> PaymentBatch:
    first, *others = batch.payments.order_by("line_number")
    answered(batch, [answer(first, "failed"), *(answer(payment) for payment in others)], who)
    return batch


@pytest.fixture
def caller(city: Organization) -> User:
    return build_user("caller", Role.CITY_OFFICER, city)


def drawn(batch: PaymentBatch, by: User, seed: str = "1") -> list[ArrivalSample]:
    return list(sampling.draw(batch, seed=seed, at=AT, by=by).samples.order_by("payment"))


def call(sample: ArrivalSample, by: User, outcome: str = "whole", **changed: Any) -> None:
    given_ = {"called_on": DAY, "told_fen": None, "words": "", "submission": uuid4(), **changed}
    sampling.call(sample, outcome=outcome, at=AT, by=by, **given_)


@given(st.sets(st.integers(1, 10**6), min_size=1, max_size=60), st.text(max_size=8), st.data())
def test_lot_is_repeatable_and_takes_each_once(payments: set[int], seed: str, data: Any) -> None:
    size = data.draw(st.integers(1, len(payments)))
    lot = sampling.drawn(list(payments), size=size, seed=seed)
    assert len(set(lot)) == size
    assert set(lot) <= payments
    assert sampling.drawn(sorted(payments, reverse=True), size=size, seed=seed) == lot


@pytest.mark.parametrize(("paid", "size"), [(1, 1), (4, 4), (6, 5), (50, 5), (51, 6), (1000, 100)])
def test_sample_is_a_tenth_and_five_at_least(paid: int, size: int) -> None:
    assert sampling.sample_size(paid, on=DAY) == size


def test_only_what_was_paid_is_drawn_and_once(paid: PaymentBatch, caller: User) -> None:
    samples = drawn(paid, caller)
    states = {sample.payment.state for sample in samples}
    assert (len(samples), states, paid.arrival_check.paid) == (5, {"paid"}, 6)
    with pytest.raises(ValidationError, match="不能重抽"):
        drawn(paid, caller, seed="2")


def test_draw_waits_for_the_whole_answer_of_the_bank(batch: PaymentBatch, caller: User) -> None:
    with pytest.raises(ValidationError, match="银行还有 7 笔没有答复"):
        drawn(batch, caller)


def test_last_answer_counts(paid: PaymentBatch, city: Organization, caller: User) -> None:
    first, second, *_ = drawn(paid, caller)
    for outcome in ("unreached", "missing", "whole"):
        call(first, caller, outcome, words="卡已挂失")
    call(second, caller, "differs", told_fen=1, words="少了")
    year = Period.year(DAY.year)
    counted = ArrivalSample.objects.within(city)
    assert (counted.answered_in(year).count(), counted.confirmed_in(year).get()) == (2, first)
    assert (counted.open().count(), counted.with_answers().get(pk=first.pk).tries) == (4, 3)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"outcome": "differs", "words": "少"}, "请写她说收到多少元"),
        ({"outcome": "missing"}, "请写她怎么说"),
        ({"called_on": date(2026, 3, 9)}, "早于到账日期"),
        ({"called_on": date(2026, 3, 11)}, "这一天还没有到"),
    ],
)
def test_call_is_refused_in_words(paid: PaymentBatch, caller: User, changed: dict[str, Any], words: str) -> None:
    sample = drawn(paid, caller)[0]
    with pytest.raises(ValidationError, match=words):
        call(sample, caller, **changed)


def test_nobody_asks_about_what_she_signed(paid: PaymentBatch, who: Hands, caller: User) -> None:
    sample = drawn(paid, caller)[0]
    with pytest.raises(ValidationError, match="请由没有经手的人回访"):
        call(sample, who.reviewer)
    with pytest.raises(IntegrityError, match="经手的人不能自己回访"), transaction.atomic():
        ArrivalCall.objects.create(
            sample=sample, organization=sample.organization, submission=uuid4(), called_on=DAY, outcome="whole",
            called_by=who.payer, called_at=AT,
        )  # fmt: skip


def test_what_was_said_stands(paid: PaymentBatch, caller: User) -> None:
    sample, key = drawn(paid, caller)[0], uuid4()
    for _ in range(2):
        call(sample, caller, submission=key)
    assert sample.calls.count() == 1
    with pytest.raises(IntegrityError, match="只能增加"), transaction.atomic():
        ArrivalCall.objects.filter(sample=sample).update(outcome="missing")


def test_pages_draw_and_ask(
    paid: PaymentBatch, auditor: User, caller: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(auditor)
    assert client.post(reverse("programs:arrival_check_new", args=[paid.pk])).status_code == 302
    sample = paid.arrival_check.samples.order_by("pk")[0]
    page = client_of(caller).get(sample.get_absolute_url()).content.decode()
    assert "到账回访" in page
    assert "癌" not in page.split("<main")[1].split("</main>")[0]
    given_ = {"submission": str(uuid4()), "called_on": "2026-03-12", "outcome": "whole"}
    assert client_of(caller).post(sample.get_absolute_url(), given_).status_code == 302
    assert "足额收到" in client.get(reverse("programs:arrival_list")).content.decode()


def test_list_reads_the_same_number_of_queries_with_one_row_and_with_more(
    paid: PaymentBatch, caller: User, client_of: Callable[[User], Client]
) -> None:
    call(drawn(paid, caller)[0], caller)
    client, costs, rows = client_of(caller), [], []
    for state in ("whole", ""):
        client.get(reverse("programs:arrival_list"), {"state": state})
        with CaptureQueriesContext(connection) as queries:
            rows.append(client.get(reverse("programs:arrival_list"), {"state": state}).content.decode().count("<tr>"))
        costs.append(len(queries))
    assert (rows, costs[0]) == ([2, 6], costs[1])
