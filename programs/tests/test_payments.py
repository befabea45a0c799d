"""Payments: four persons, approvals of what stands, batches, files, the bank's answers. Each wall in raw SQL as well."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from federation import jobs, scoping
from federation.models import AuditEntry, Organization, User
from programs import ledger
from programs.applications import moving
from programs.models import BankLine, ChildAid, Fund, Payment, PaymentBatch, ReliefGrant, Signature
from programs.models.payment import MOVES
from programs.payments import batching, requesting, returning
from programs.payments.signing import sign
from programs.tests.build_money import (
    AT,
    DAY,
    YUAN,
    Hands,
    answer,
    answered,
    approved,
    approved_grant,
    batched,
    build_fund,
    faults,
    hands,
    requested,
    sent,
)  # fmt: skip
from programs.tests.build_welfare import build_child

pytestmark = pytest.mark.usefixtures("everything")
TEN_THOUSAND = 10_000 * YUAN


@pytest.fixture
def who(city: Organization, township: Organization) -> Hands:
    return hands(city, township)


@pytest.fixture
def fund(city: Organization) -> Fund:
    return build_fund(city, fen=5 * TEN_THOUSAND)


def state(payment: Payment) -> str:
    return Payment.objects.get(pk=payment.pk).state


def raw(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_the_table_of_moves_is_the_same_in_code_and_in_postgresql(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT source, target FROM programs_payment_move")
        assert set(cursor.fetchall()) == {(str(source), str(target)) for source, target in MOVES}


def test_relief_is_paid_from_request_to_arrival(village: Organization, who: Hands, fund: Fund) -> None:
    grant = approved_grant(village)
    batch = sent([grant], who)
    payment = batch.payments.get()
    assert answered(batch, [answer(payment)], who) == returning.Taken(booked=1, repeated=0, differing=0)
    grant.refresh_from_db()
    assert (state(payment), grant.state, grant.paid_on, grant.transfer_number) == (
        "paid",
        "paid",
        DAY,
        f"S{payment.pk}",
    )
    kept = ledger.balances(fund)
    assert (kept.paid, kept.left, kept.payable) == (TEN_THOUSAND, 4 * TEN_THOUSAND, 0)
    assert faults() == []


def test_aid_is_recorded_when_it_arrives_and_not_before(village: Organization, city: Organization, who: Hands) -> None:
    gifts = build_fund(city, fen=1_000 * YUAN, source="donation", programme="sunflower", purpose="困境儿童资助")
    asked = requesting.ask_for_aid(
        build_child(village), fund=gifts, list_number="MD1", amount_fen=500 * YUAN, payee="陈大山",
        bank_card="6217000000001234", by=who.requester, at=AT,
    )  # fmt: skip
    payment = sign(sign(asked, "reviewed", by=who.reviewer, at=AT), "approved", by=who.approver, at=AT)
    batch = batching.make_batch(gifts, [payment], by=who.payer, at=AT)
    batching.generate(batch, by=who.payer)
    batching.send(batch, on=DAY, at=AT, by=who.payer)
    assert ChildAid.objects.count() == 0
    answered(batch, [answer(batch.payments.get())], who)
    given = ChildAid.objects.get()
    assert (given.amount_fen, given.list_number, given.received_by, given.payment) == (50_000, "MD1", "陈大山", payment)
    assert faults() == []


# --- I10: four different persons -------------------------------------------------------------------------------------


def test_i10_no_step_is_taken_by_the_person_of_an_earlier_one(village: Organization, who: Hands, fund: Fund) -> None:
    payment = requested(approved_grant(village), who)
    with pytest.raises(ValidationError, match="前面一步是您本人办的"):
        sign(payment, "reviewed", by=who.requester, at=AT)
    payment = sign(payment, "reviewed", by=who.reviewer, at=AT)
    for by in (who.requester, who.reviewer):
        with pytest.raises(ValidationError, match="请由另一位办理"):
            sign(payment, "approved", by=by, at=AT)


def test_i10_constraint_counts_persons_not_accounts(village: Organization, who: Hands, fund: Fund) -> None:
    User.objects.filter(pk=who.reviewer.pk).update(person=who.requester.person)
    payment = requested(approved_grant(village), who)
    with pytest.raises(IntegrityError, match="four_different_persons"), transaction.atomic():
        Signature.objects.create(
            organization=village, payment=payment, step="reviewed", by=who.reviewer, at=AT, content_hash=payment.content_hash
        )  # fmt: skip


def test_a_small_offices_exception_is_logged_and_stops_at_the_review(
    village: Organization, who: Hands, fund: Fund
) -> None:
    payment = requested(approved_grant(village), who)
    payment = sign(payment, "reviewed", by=who.requester, at=AT, exception="镇妇联只有一名干事")
    assert [each.exception for each in Signature.objects.excepted()] == ["镇妇联只有一名干事"]
    assert AuditEntry.objects.filter(action="programs.payment.same_person").count() == 1
    with pytest.raises(ValidationError, match="只有初审"):
        sign(payment, "approved", by=who.requester, at=AT, exception="镇妇联只有一名干事")


def test_an_exception_nobody_needs_is_none(village: Organization, who: Hands, fund: Fund) -> None:
    sign(requested(approved_grant(village), who), "reviewed", by=who.reviewer, at=AT, exception="人手不够")
    assert not Signature.objects.excepted().exists()


# --- I11: approvals bind what they approve ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [("payee", "何秀兰"), ("bank_card", "6217000000009999"), ("amount_fen", 9_000 * YUAN), ("purpose", "别的")],
)
def test_i11_any_change_voids_the_approvals(
    village: Organization, who: Hands, fund: Fund, field: str, value: object
) -> None:
    payment = approved(approved_grant(village), who)
    payment = requesting.correct(payment, by=who.requester, on=DAY, **{field: value})
    assert (payment.state, payment.version, Signature.objects.standing().count()) == ("draft", 2, 0)
    assert ledger.balances(fund).left == 5 * TEN_THOUSAND
    with pytest.raises(ValidationError, match="现在是“草稿”，不能列入批次"):
        batching.make_batch(fund, [payment], by=who.payer, at=AT)


def test_i11_a_corrected_payment_goes_the_whole_way_again(village: Organization, who: Hands, fund: Fund) -> None:
    payment = requesting.correct(approved(approved_grant(village), who), by=who.requester, on=DAY, payee="何秀兰")
    for step, by in (("requested", who.requester), ("reviewed", who.reviewer), ("approved", who.approver)):
        payment = sign(payment, step, by=by, at=AT)
    assert (payment.state, ledger.balances(fund).payable) == ("approved", TEN_THOUSAND)


def test_i11_trigger_voids_what_raw_sql_changes(village: Organization, who: Hands, fund: Fund) -> None:
    payment = approved(approved_grant(village), who)
    raw("UPDATE programs_payment SET amount_fen = amount_fen + 1 WHERE id = %s", payment.pk)
    assert (state(payment), Signature.objects.standing().count()) == ("draft", 0)
    with pytest.raises(ValidationError, match="被绕过平台改过"):
        sign(payment, "requested", by=who.requester, at=AT)


@pytest.mark.parametrize("target", ["submitted", "reviewed", "approved", "batched", "sent", "paid"])
def test_trigger_lets_no_state_be_skipped(village: Organization, who: Hands, fund: Fund, target: str) -> None:
    payment = requested(approved_grant(village), who)
    requesting.send_back(payment, reason="金额不对", by=who.reviewer)
    with pytest.raises(IntegrityError, match="不能从|缺少对现在内容的签批|payment_batched"):
        raw("UPDATE programs_payment SET state = %s WHERE id = %s", target, payment.pk)


def test_trigger_refuses_a_signature_for_other_contents(village: Organization, who: Hands, fund: Fund) -> None:
    payment = requested(approved_grant(village), who)
    with pytest.raises(IntegrityError, match="不是这笔支付现在的内容"):
        Signature.objects.create(
            organization=village, payment=payment, step="reviewed", by=who.reviewer, at=AT, content_hash="0" * 64
        )


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM programs_payment", "DELETE FROM programs_signature", "UPDATE programs_signature SET step = 'sent'",
        "UPDATE programs_payment SET amount_fen = 1", "UPDATE programs_payment SET batch_id = NULL",
        "UPDATE programs_paymentbatch SET total_fen = 1", "DELETE FROM programs_paymentbatch",
    ],
)  # fmt: skip
def test_nothing_of_a_sent_payment_can_be_changed(village: Organization, who: Hands, fund: Fund, sql: str) -> None:
    sent([approved_grant(village)], who)
    with pytest.raises(IntegrityError):
        raw(sql)


# --- I9: once --------------------------------------------------------------------------------------------------------


def test_i9_a_person_is_paid_once_for_a_list_and_period(village: Organization, who: Hands, fund: Fund) -> None:
    grant = approved_grant(village)
    requested(grant, who)
    with pytest.raises(ValidationError, match="已有一笔支付"):
        requested(grant, who)


def test_i9_constraint_holds_across_files_of_one_person(village: Organization, who: Hands, fund: Fund) -> None:
    first, second = approved_grant(village), approved_grant(village, fund="city")
    payment = requested(first, who)
    other = requested(second, who)
    with pytest.raises(IntegrityError, match="one_payment_per_person_list_and_period"):
        raw(
            "UPDATE programs_payment SET payee_index = %s, cycle = %s WHERE id = %s",
            bytes(payment.payee_index), payment.cycle, other.pk,
        )  # fmt: skip


def test_a_withdrawn_payment_leaves_the_way_open(village: Organization, who: Hands, fund: Fund) -> None:
    grant = approved_grant(village)
    payment = requesting.withdraw(approved(grant, who), by=who.requester, on=DAY)
    assert (payment.state, ledger.balances(fund).left) == ("withdrawn", 5 * TEN_THOUSAND)
    assert requested(grant, who).state == "submitted"


def test_no_payment_is_withdrawn_once_it_is_in_a_batch(village: Organization, who: Hands, fund: Fund) -> None:
    payment = batched([approved_grant(village)], who).payments.get()
    with pytest.raises(ValidationError, match="已列入批次，不能撤回"):
        requesting.withdraw(payment, by=who.requester, on=DAY)


def test_an_application_is_not_withdrawn_while_its_payment_runs(village: Organization, who: Hands, fund: Fund) -> None:
    grant = approved_grant(village)
    payment = requested(grant, who)
    with pytest.raises(ValidationError, match="请先在“资金支付”撤回那一笔"):
        moving.move(grant, "withdraw", by=who.requester, at=AT, reason="本人要求")
    requesting.withdraw(payment, by=who.requester, on=DAY)
    assert moving.move(grant, "withdraw", by=who.requester, at=AT, reason="本人要求").state == "withdrawn"


def test_a_fund_without_money_approves_nothing(village: Organization, who: Hands) -> None:
    with pytest.raises(ValidationError, match="结余只有 0 元，这次要用 1 万元"):
        approved(approved_grant(village), who)


# --- I12: the file ---------------------------------------------------------------------------------------------------


def test_i12_the_file_is_the_same_to_the_byte_and_generations_are_counted(
    village: Organization, who: Hands, fund: Fund
) -> None:
    batch = batched([approved_grant(village), approved_grant(village)], who)
    first = batching.generate(batch, by=who.payer)
    assert first == batching.generate(batch, by=who.payer)
    batch.refresh_from_db()
    assert batch.generations == 2
    assert first.decode("gb18030").splitlines()[1] == (
        f"1,{batch.number}-0001,张小燕,6217000000004321,10000.00,妇联困难救助"
    )


def test_i12_a_file_that_differs_from_the_first_does_not_leave(village: Organization, who: Hands, fund: Fund) -> None:
    batch = batched([approved_grant(village)], who)
    PaymentBatch.objects.filter(pk=batch.pk).update(file_sha256="0" * 64)
    with pytest.raises(jobs.JobStopped, match="与第一次不同"):
        batching.generate(batch, by=who.payer)


def test_the_file_is_made_in_a_job_by_finance_only(
    village: Organization, who: Hands, fund: Fund, city_officer: User
) -> None:
    batch = batched([approved_grant(village)], who)
    done, refused = (batching.start_file(batch, by=by) for by in (who.payer, city_officer))
    for job in (done, refused):
        jobs.run(job.pk)
        job.refresh_from_db()
    assert (done.state, done.result.read(), refused.state) == ("done", batching.content(batch), "failed")
    assert b"6217" not in done.result.storage._open(done.result.name, "rb").read()


def test_nothing_is_sent_before_its_file_was_made(village: Organization, who: Hands, fund: Fund) -> None:
    with pytest.raises(ValidationError, match="还没有生成代发文件"):
        batching.send(batched([approved_grant(village)], who), on=DAY, at=AT, by=who.payer)


# --- I13: the bank's answers -----------------------------------------------------------------------------------------


def test_i13_the_same_file_twice_changes_nothing(village: Organization, who: Hands, fund: Fund) -> None:
    batch = sent([approved_grant(village), approved_grant(village)], who)
    first, second = batch.payments.order_by("line_number")
    answers = [answer(first), answer(second, "failed")]
    answered(batch, answers, who)
    before = ledger.balances(fund)
    assert answered(batch, answers, who) == returning.Taken(booked=0, repeated=2, differing=0)
    assert (ledger.balances(fund), before.paid, before.returned) == (before, TEN_THOUSAND, TEN_THOUSAND)


@pytest.mark.parametrize(
    ("fields", "difference"),
    [({"bank_reference": "ZF1-0009"}, "unknown"), ({"amount_fen": TEN_THOUSAND - 1}, "amount")],
)
def test_i13_what_does_not_fit_is_listed_and_never_put_right(
    village: Organization, who: Hands, fund: Fund, fields: dict[str, object], difference: str
) -> None:
    batch = sent([approved_grant(village)], who)
    payment = batch.payments.get()
    answered(batch, [answer(payment, **fields)], who)
    line = BankLine.objects.undecided().get()
    assert (line.difference, state(payment), ledger.balances(fund).paid) == (difference, "sent", 0)
    with pytest.raises(ValidationError, match="平台不替您改账"):
        returning.propose(line, decision="follow", grounds="电话核对", by=who.payer)


def test_i13_a_contradiction_is_decided_by_two_people(village: Organization, who: Hands, fund: Fund) -> None:
    grant = approved_grant(village)
    batch = sent([grant], who)
    payment = batch.payments.get()
    answered(batch, [answer(payment)], who)
    answered(batch, [answer(payment, "failed")], who)
    line = BankLine.objects.undecided().get()
    assert (line.difference, state(payment)) == ("contradiction", "paid")
    returning.propose(line, decision="follow", grounds="银行来函更正", by=who.payer)
    with pytest.raises(ValidationError, match="处理意见是您提出的"):
        returning.confirm(line, by=who.payer, at=AT)
    returning.confirm(line, by=who.approver, at=AT)
    grant.refresh_from_db()
    assert (state(payment), grant.state, grant.paid_on, ledger.balances(fund).paid) == ("returned", "approved", None, 0)
    assert faults() == []


def test_i13_one_unreadable_line_keeps_the_whole_file_out(village: Organization, who: Hands, fund: Fund) -> None:
    rows = "业务编号,金额,结果,交易日期\nA,10000.00,成功,2026-04-09\nB,一万,成功,2026-04-09\n"
    with pytest.raises(returning.BadFile, match="第 3 行：请用阿拉伯数字写金额"):
        returning.read(rows.encode(), on=date(2026, 4, 9))
    assert [
        each.happened_on for each in returning.read(rows.replace("一万", "8万元").encode(), on=date(2026, 4, 9))
    ] == [date(2026, 4, 9)] * 2


@pytest.mark.parametrize(
    ("cells", "words"),
    [("<b>流水</b>😀,2026-04-09", "银行流水号只有数字和字母"), ("2026040900017,2099-01-01", "2099-01-01 还没有到")],
)
def test_a_bank_answer_with_a_day_to_come_or_a_made_up_serial_is_not_read(cells: str, words: str) -> None:
    rows = f"业务编号,金额,结果,银行流水号,交易日期\nA,10000.00,成功,{cells}\n"
    with pytest.raises(returning.BadFile, match=words):
        returning.read(rows.encode(), on=date(2026, 4, 10))


def test_money_that_came_back_is_the_funds_again_and_the_case_may_ask_anew(
    village: Organization, who: Hands, fund: Fund
) -> None:
    grant = approved_grant(village)
    batch = sent([grant], who)
    answered(batch, [answer(batch.payments.get(), "failed")], who)
    returning.reverse(batch.payments.get(), reason="账号有误", on=DAY, by=who.approver)
    assert ledger.balances(fund).left == 5 * TEN_THOUSAND
    grant.refresh_from_db()
    assert list(ReliefGrant.objects.payable()) == [grant]
    assert requested(grant, who).state == "submitted"


def test_a_batch_of_another_fund_takes_nothing_of_this_one(
    village: Organization, city: Organization, who: Hands, fund: Fund
) -> None:
    payment = approved(approved_grant(village), who)
    with pytest.raises(ValidationError, match="一个批次只付一项资金"):
        batching.make_batch(build_fund(city, source="city"), [payment], by=who.payer, at=AT)


def test_a_township_asks_within_its_own_scope(village: Organization, who: Hands, fund: Fund) -> None:
    grant = approved_grant(village)
    with scoping.of_user(who.requester):
        payment = requesting.ask_for_relief([grant], by=who.requester, at=AT)[0]
        payment = requesting.correct(payment, by=who.requester, on=DAY, payee="何秀兰")
    assert dataclasses.asdict(ledger.balances(fund))["payable"] == 0
    assert payment.state == "draft"


def test_i12_the_file_is_the_same_after_the_bank_answered_and_money_came_back(
    village: Organization, who: Hands, fund: Fund
) -> None:
    batch = batched([approved_grant(village)], who)
    first = batching.generate(batch, by=who.payer)
    batching.send(batch, on=DAY, at=AT, by=who.payer)
    answered(batch, [answer(batch.payments.get(), "failed")], who)
    returning.reverse(batch.payments.get(), reason="账号有误", on=DAY, by=who.approver)
    assert batching.generate(batch, by=who.payer) == first
