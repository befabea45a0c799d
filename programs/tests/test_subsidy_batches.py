"""A bank's quarterly list: compared line by line, and led from desk to desk without anybody approving her own work."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import workbooks
from federation import scoping
from federation.models import Organization, User
from federation.permissions import Role
from federation.spreadsheets.refusal import BadFile
from federation.tests.cast import build_user
from federation.workdays import Calendar
from programs.loans import declaring, lending, paying
from programs.loans.quarters import Quarter, settlement_day
from programs.models import SubsidisedLoan, SubsidyBatch, SubsidyLine
from programs.money import plain_yuan
from programs.tests.build_welfare import YUAN, build_loan, build_loan_event, build_subsidy_batch

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("policy")
BANK, TODAY, QUARTER = "兰河农商银行", date(2025, 7, 1), Quarter(2025, 2)
STATES = SubsidyBatch.State


def bank_list(*rows: tuple[Any, ...]) -> bytes:
    titles = ("合同号", "申报贴息（元）", "本季实收利息（元）")
    return workbooks.workbook("清单", [dict(zip(titles, row, strict=False)) for row in rows])


def example(village: Organization, contract: str, **fields: Any) -> SubsidisedLoan:
    """345.14 yuan in the second quarter of 2025."""
    days = {"released_on": date(2025, 4, 10), "matures_on": date(2026, 4, 10)}
    return build_loan(
        village, **{"principal_fen": 100_000 * YUAN, "contract_number": contract, "bank": BANK, **days, **fields}
    )


def declare(city: Organization, content: bytes, by: User, yuan: str = "345.14", **changed: Any) -> SubsidyBatch:
    given = {
        "organization": city,
        "quarter": QUARTER,
        "bank": BANK,
        "file_name": "清单.xlsx",
        "today": TODAY,
        **changed,
    }
    fen = declaring.parse_money(yuan)
    return declaring.declare(content=content, bank_total_fen=fen, by=by, **given)


@pytest.fixture
def batch(everything: scoping.Scope, village: Organization, city: Organization, city_officer: User) -> SubsidyBatch:
    example(village, "A1")
    return declare(city, bank_list(("A1", 345.14, 690.28)), city_officer)


def verdicts(batch: SubsidyBatch) -> dict[str, str]:
    return dict(batch.lines.values_list("contract_number", "verdict"))


# --- the comparison --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("everything")
def test_each_line_is_told_apart_and_explained(
    village: Organization, other_village: Organization, city: Organization, city_officer: User
) -> None:
    for contract, branch in (("A1", village), ("A2", other_village), ("A3", village), ("A4", village)):
        example(branch, contract)
    example(village, "B1", bank="邮储银行兰河支行")
    content = bank_list(("A1", 345.14, 690.28), ("A2", 345.15, 690.28), ("A4", 345.14, 300), ("X9", 10, None))
    batch = declare(city, content, city_officer, "1045.43")
    told = {line.contract_number: (line.verdict, line.explanation) for line in batch.lines.all()}
    assert told == {
        "A1": ("equal", "清单 345.14 元，核算 345.14 元，一致"),
        "A2": ("different", "清单 345.15 元，核算 345.14 元，清单多报 0.01 元。请对照算式，看是不是漏了还款、调息、结清或停贴"),
        "A3": ("missing", "清单里没有这一笔，按登记应贴 345.14 元。请银行补报，或更正登记"),
        "A4": ("above_interest", "清单 345.14 元，核算 345.14 元，本季实收利息只有 300 元，贴息不能超过实收利息"),
        "X9": ("unknown", "平台没有这家银行的这个合同号。请核对合同号；确实放了款的，先登记贷款再重新比对"),
    }  # fmt: skip
    assert "100000 元 × 71 天 × 3.5% × 1/2 ÷ 360 = 345.138888… 元" in batch.lines.get(contract_number="A2").worked


@pytest.mark.usefixtures("everything")
def test_i8_property_a_line_is_equal_exactly_within_the_interest_that_the_bank_received(
    village: Organization, city: Organization, city_officer: User
) -> None:
    example(village, "A1")
    near = st.integers(34_500, 34_530)

    @settings(max_examples=25, deadline=None, database=None, derandomize=True)
    @given(near, st.none() | near | st.integers(0, 10**6))
    def holds(declared: int, received: int | None) -> None:
        with transaction.atomic():
            row = ("A1", plain_yuan(declared), None if received is None else plain_yuan(received))
            line = declare(city, bank_list(row), city_officer, plain_yuan(declared)).lines.get()
            within = received is None or line.computed_fen <= received
            assert (line.verdict == "equal") == (declared == line.computed_fen == 34_514 and within)
            transaction.set_rollback(True)

    holds()


def test_i8_database_refuses_an_equal_line_above_its_interest(batch: SubsidyBatch) -> None:
    with pytest.raises(IntegrityError, match="subsidy_line_equal_and_within_interest"), transaction.atomic():
        batch.lines.update(interest_paid_fen=34_513)


@pytest.mark.usefixtures("everything")
def test_prefilled_list_goes_out_and_comes_back(
    village: Organization, city: Organization, city_officer: User, client_of: ClientOf
) -> None:
    released = timezone.localdate() - timedelta(days=400)
    for contract, bank in (("A1", BANK), ("A2", BANK), ("B1", "邮储银行兰河支行")):
        example(village, contract, bank=bank, released_on=released, matures_on=released + timedelta(days=700))
    url = reverse("programs:subsidy_batch_template")
    book = openpyxl.load_workbook(io.BytesIO(client_of(city_officer).get(url, {"bank": BANK}).content))
    rows = [row[:2] for row in book["填报"].iter_rows(min_row=2, max_row=3, values_only=True)]
    assert rows == [("A1", "张*"), ("A2", "张*")]
    for row in (2, 3):
        book["填报"].cell(row, 3, "0")
    out = io.BytesIO()
    book.save(out)
    quarter = Quarter.settled_before(timezone.localdate(), settlement_day(on=timezone.localdate()))
    back = declare(city, out.getvalue(), city_officer, "0", quarter=quarter, today=timezone.localdate())
    assert set(verdicts(back)) == {"A1", "A2"}


def test_a_list_read_twice_is_the_same_list(batch: SubsidyBatch, city: Organization, city_officer: User) -> None:
    again = declare(city, bank_list(("A1", 345.14, 690.28)), city_officer)
    assert (again.pk, SubsidyBatch.objects.count(), SubsidyLine.objects.count()) == (batch.pk, 1, 1)


def test_a_loan_settled_before_the_quarter_is_no_longer_due(
    batch: SubsidyBatch, village: Organization, city: Organization, city_officer: User
) -> None:
    example(village, "OLD", settled_on=date(2025, 5, 1), released_on=date(2025, 1, 1), state="settled_early")
    third = {"quarter": Quarter(2025, 3), "today": date(2025, 10, 1)}
    found = declare(city, bank_list(("A1", 447.22), ("OLD", 3)), city_officer, "450.22", **third)
    assert verdicts(found) == {"A1": "equal", "OLD": "different"}
    assert "本季没有计息的日子" in found.lines.get(contract_number="OLD").explanation


@pytest.mark.parametrize(
    ("rows", "yuan", "words"),
    [
        ([("A1", 345.14)], "345.15", "清单逐笔相加是 345.14 元，这里填的是 345.15 元"),
        ([("A1", 1), ("A1", 2)], "3", "第3行 A列 合同号：A1，和第 2 行是同一个合同号"),
        ([("A1", "三百")], "3", "第2行 B列 申报贴息（元）：三百，请用阿拉伯数字写金额"),
        ([("", 3)], "3", "没有填合同号"),
        ([("A1", -3)], "3", "金额不能是负数"),
    ],
)
@pytest.mark.usefixtures("everything")
def test_a_wrong_list_is_refused_whole(
    rows: list[tuple[Any, ...]], yuan: str, words: str, city: Organization, city_officer: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        declare(city, bank_list(*rows), city_officer, yuan)
    assert words in "\n".join(refused.value.messages)
    assert SubsidyBatch.objects.count() == 0


@pytest.mark.usefixtures("everything")
def test_a_quarter_is_declared_when_it_is_over(city: Organization, city_officer: User) -> None:
    with pytest.raises(ValidationError, match="到 2025-06-20 才结束"):
        declare(city, bank_list(("A1", 1)), city_officer, "1", today=date(2025, 6, 19))
    with pytest.raises(BadFile):
        declare(city, b"%PDF-1.4", city_officer, "1")


# --- from desk to desk -----------------------------------------------------------------------------------------------


def approve(batch: SubsidyBatch, by: User) -> None:
    paying.approve(batch, on=TODAY, approval="兰财金〔2025〕18号", today=TODAY, by=by)


def pay(batch: SubsidyBatch, by: User) -> None:
    paying.pay(batch, on=TODAY, voucher="GK0001", today=TODAY, by=by)


def test_a_batch_goes_to_its_payment(batch: SubsidyBatch, finance_reviewer: User, finance_officer: User) -> None:
    paying.check(batch, on=TODAY, by=finance_reviewer)
    approve(batch, finance_officer)
    pay(batch, finance_officer)
    batch.refresh_from_db()
    total = batch.lines.aggregate(Sum("declared_fen"), Sum("computed_fen"))
    assert (batch.state, batch.bank_total_fen) == ("paid", 34_514)
    assert total == {"declared_fen__sum": 34_514, "computed_fen__sum": 34_514}


def test_the_maker_never_checks_whichever_account_she_uses(batch: SubsidyBatch, city: Organization) -> None:
    other_account = build_user("city2", Role.CITY_OFFICER, city, person=batch.declared_by.person)
    with pytest.raises(ValidationError, match="录入清单的人不能自己核对"):
        paying.check(batch, on=TODAY, by=other_account)
    assert SubsidyBatch.objects.get().state == "declared"


@pytest.mark.parametrize("step", [approve, pay])
def test_the_checker_neither_approves_nor_pays(
    step: Callable[[SubsidyBatch, User], None], batch: SubsidyBatch, finance_reviewer: User, finance_officer: User
) -> None:
    paying.check(batch, on=TODAY, by=finance_reviewer)
    if step is pay:
        approve(batch, finance_officer)
    with pytest.raises(ValidationError, match="要由录入和核对以外的人登记"):
        step(batch, finance_reviewer)


def test_a_batch_that_does_not_agree_is_not_checked(
    batch: SubsidyBatch, village: Organization, finance_reviewer: User
) -> None:
    loan = SubsidisedLoan.objects.get()
    build_loan_event(loan, on=date(2025, 5, 1), amount_fen=4_000_000)
    with pytest.raises(ValidationError, match="比对以后登记有变动（A1），请重新比对"):
        paying.check(batch, on=TODAY, by=finance_reviewer)
    declaring.compare_again(batch, by=finance_reviewer)
    assert verdicts(batch) == {"A1": "different"}
    with pytest.raises(ValidationError, match="还有 1 笔对不上"):
        paying.check(batch, on=TODAY, by=finance_reviewer)


def test_sent_back_declared_again_and_checked(
    batch: SubsidyBatch, village: Organization, city: Organization, city_officer: User, finance_reviewer: User
) -> None:
    example(village, "A2")
    paying.send_back(batch, reason="漏报 A2", by=finance_reviewer)
    with pytest.raises(ValidationError, match="已退回银行，不能改为待财政审核"):
        paying.check(batch, on=TODAY, by=finance_reviewer)
    again = declare(city, bank_list(("A1", 345.14), ("A2", 345.14)), city_officer, "690.28")
    paying.check(again, on=TODAY, by=finance_reviewer)
    assert SubsidyBatch.objects.get().state == "checked"
    with pytest.raises(ValidationError, match="要改清单请先退回银行"):
        declare(city, bank_list(("A1", 1)), city_officer, "1")


def test_a_year_is_cleared_when_all_four_quarters_are_paid(
    batch: SubsidyBatch, city: Organization, city_officer: User, finance_reviewer: User, finance_officer: User
) -> None:
    with pytest.raises(ValidationError, match="四个季度都拨付了才清算"):
        paying.clear_year(batch, on=TODAY, by=finance_reviewer)
    for number in (1, 3, 4):
        build_subsidy_batch(city, bank=BANK, year=2025, quarter=number, declared_by=city_officer)
    for each in SubsidyBatch.objects.all():
        paying.check(each, on=TODAY, by=finance_reviewer) if each.quarter == 2 else _check_empty(each, finance_reviewer)
        approve(each, finance_officer)
        pay(each, finance_officer)
    paying.clear_year(batch, on=TODAY, by=finance_reviewer)
    assert set(SubsidyBatch.objects.values_list("state", flat=True)) == {"cleared"}


def _check_empty(batch: SubsidyBatch, by: User) -> None:
    SubsidyBatch.objects.filter(pk=batch.pk).update(
        state="checked", checked_on=TODAY, checked_by=by, checked_person=by.person
    )


def test_waiting_goes_by_role_and_leaves_out_ones_own(
    batch: SubsidyBatch, city: Organization, city_officer: User, finance_reviewer: User, finance_officer: User
) -> None:
    colleague = build_user("city2", Role.CITY_OFFICER, city)
    people = [city_officer, colleague, finance_reviewer, finance_officer]
    assert [paying.waiting(person).count() for person in people] == [0, 1, 1, 0]
    paying.check(batch, on=TODAY, by=finance_reviewer)
    assert [paying.waiting(person).count() for person in people] == [0, 0, 0, 1]


def test_a_paid_year_waits_once_at_its_last_quarter(
    everything: scoping.Scope, city: Organization, city_officer: User, finance_reviewer: User, finance_officer: User
) -> None:
    for number in (1, 2, 3, 4):
        each = build_subsidy_batch(city, quarter=number, declared_by=city_officer)
        _check_empty(each, finance_reviewer)
        approve(each, finance_officer)
        pay(each, finance_officer)
    assert [batch.quarter for batch in paying.waiting(finance_reviewer)] == [4]
    assert [bool(batch.step_of(finance_reviewer)) for batch in SubsidyBatch.objects.order_by("quarter")] == [
        False, False, False, True,
    ]  # fmt: skip


def test_deadlines_count_working_days(batch: SubsidyBatch, finance_reviewer: User) -> None:
    last = paying.deadline(batch, Calendar(), on=date(2025, 7, 5))
    assert last is not None
    assert (last.on, last.is_late) == (date(2025, 7, 4), True)
    paying.check(batch, on=date(2025, 7, 3), by=finance_reviewer)
    checked = paying.deadline(SubsidyBatch.objects.get(), Calendar(), on=date(2025, 7, 10))
    assert checked is not None
    assert (checked.on, checked.is_late) == (date(2025, 7, 10), False)


# --- what PostgreSQL refuses -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), list(product(STATES, STATES)))
@pytest.mark.usefixtures("everything")
def test_postgresql_allows_exactly_the_listed_moves(
    before: SubsidyBatch.State, after: SubsidyBatch.State, city: Organization
) -> None:
    batch = build_subsidy_batch(city)
    people = {f"{step}_person": uuid4() for step in ("checked", "approved", "paid", "cleared")}
    SubsidyBatch.objects.filter(pk=batch.pk).update(checked_on=TODAY, paid_on=TODAY, voucher="GK1", **people)
    for state in ways_to(before):
        SubsidyBatch.objects.filter(pk=batch.pk).update(state=state)
    try:
        with transaction.atomic():
            SubsidyBatch.objects.filter(pk=batch.pk).update(state=after)
        allowed = True
    except IntegrityError:
        allowed = False
    assert allowed == (after == before or after in SubsidyBatch.MOVES[before])


def ways_to(state: SubsidyBatch.State) -> list[str]:
    return {
        "declared": [], "checked": ["checked"], "treasury": ["checked", "treasury"], "sent_back": ["sent_back"],
        "paid": ["checked", "treasury", "paid"], "cleared": ["checked", "treasury", "paid", "cleared"],
    }[state.value]  # fmt: skip


def refused_by_postgresql(change: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


def test_postgresql_keeps_the_sum_the_lines_and_the_four_eyes(batch: SubsidyBatch, finance_reviewer: User) -> None:
    batches = SubsidyBatch.objects.filter(pk=batch.pk)
    as_checked: dict[str, Any] = {"state": "checked", "checked_on": TODAY}
    other = {**as_checked, "checked_person": finance_reviewer.person}
    assert refused_by_postgresql(lambda: batches.update(**as_checked, checked_person=batch.declared_person))
    assert refused_by_postgresql(lambda: batches.update(**as_checked))
    assert refused_by_postgresql(lambda: batches.update(**other, bank_total_fen=34_513))
    assert refused_by_postgresql(lambda: batch.lines.update(declared_fen=34_513))
    assert refused_by_postgresql(lambda: batch.lines.update(interest_paid_fen=34_513))
    batches.update(**other)
    assert refused_by_postgresql(lambda: batch.lines.update(explanation="改一改"))
    assert refused_by_postgresql(lambda: batch.lines.all().delete())
    assert refused_by_postgresql(lambda: batches.update(bank_total_fen=1))
    assert refused_by_postgresql(lambda: build_subsidy_batch(batch.organization, quarter=1, state="paid"))


def test_a_batch_that_does_not_add_up_is_refused_by_the_trigger_alone(
    batch: SubsidyBatch, finance_reviewer: User
) -> None:
    batch.lines.update(verdict="different", declared_fen=1)
    other: dict[str, Any] = {"state": "checked", "checked_on": TODAY, "checked_person": finance_reviewer.person}
    assert refused_by_postgresql(lambda: SubsidyBatch.objects.filter(pk=batch.pk).update(**other))


# --- the pages -------------------------------------------------------------------------------------------------------


def test_a_quarter_is_played_through_on_the_pages(
    village: Organization, city_officer: User, finance_reviewer: User, finance_officer: User, client_of: ClientOf
) -> None:
    today = timezone.localdate()
    latest = Quarter.settled_before(today, settlement_day(on=today))
    with scoping.everything("a test arranges rows"):
        loan = example(village, "A1", released_on=today - timedelta(days=300), matures_on=today + timedelta(days=60))
    maker, checker, payer = client_of(city_officer), client_of(finance_reviewer), client_of(finance_officer)
    sent = {"quarter": latest.code, "bank": BANK, "bank_total_fen": "1"}
    file = SimpleUploadedFile("清单.xlsx", bank_list(("A1", 1)))
    url = maker.post(reverse("programs:subsidy_batch_new"), {**sent, "file": file})["Location"]
    page = maker.get(url).content.decode()
    assert "金额不同" in page
    assert f"{loan.contract_number}怎么算的" in page
    with scoping.everything("a test reads"):
        batch = SubsidyBatch.objects.get()
        fen = batch.lines.get().computed_fen or 0
    yuan = f"{fen // 100}.{fen % 100:02}"
    file = SimpleUploadedFile("清单.xlsx", bank_list(("A1", yuan)))
    maker.post(reverse("programs:subsidy_batch_new"), {**sent, "bank_total_fen": yuan, "file": file})
    steps: list[tuple[Client, str, dict[str, str]]] = [
        (checker, "check", {}),
        (payer, "approve", {"on": f"{today}", "approval": "兰财金〔2026〕18号"}),
        (payer, "pay", {"on": f"{today}", "voucher": "GK0001"}),
    ]
    for client, step, typed in steps:
        assert str(batch) in client.get(reverse("programs:subsidy_batch_list")).content.decode()
        answer = client.post(reverse(f"programs:subsidy_batch_{step}", args=[batch.pk]), typed)
        assert (answer.status_code, answer.get("Location")) == (302, url), step
    assert "GK0001" in maker.get(url).content.decode()
    assert (
        "四个季度都拨付了才清算"
        in checker.post(reverse("programs:subsidy_batch_clear", args=[batch.pk])).content.decode()
    )


def test_upload_says_what_is_wrong_and_keeps_what_was_typed(
    village: Organization, city_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        example(village, "A1")
    today = timezone.localdate()
    latest = Quarter.settled_before(today, 20)
    sent = {
        "quarter": latest.code,
        "bank": BANK,
        "bank_total_fen": "12.5",
        "file": SimpleUploadedFile("清单.pdf", b"%PDF-1.4"),
    }
    page = client_of(city_officer).post(reverse("programs:subsidy_batch_new"), sent).content.decode()
    assert "这是 PDF，不是 Excel 表" in page
    assert 'value="12.5"' in page


def test_list_and_lines_ask_as_much_with_three_rows_as_with_one(
    village: Organization, city: Organization, city_officer: User, finance_officer: User, client_of: ClientOf
) -> None:
    client, asked = client_of(finance_officer), []
    for number in (1, 2):
        with scoping.everything("a test arranges rows"):
            for place in range(number):
                build_subsidy_batch(city, quarter=number, bank=f"银行{place}", declared_by=city_officer)
        client.get(reverse("programs:subsidy_batch_list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("programs:subsidy_batch_list"))
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_auditors_read_without_names(batch: SubsidyBatch, auditor: User, client_of: ClientOf) -> None:
    loan = SubsidisedLoan.objects.select_related("woman").get()
    page = client_of(auditor).get(batch.get_absolute_url()).content.decode()
    assert "A1" in page
    assert loan.woman.name not in page


def test_settling_a_loan_late_shows_as_a_change(batch: SubsidyBatch, city_officer: User) -> None:
    lending.settle(SubsidisedLoan.objects.get(), on=date(2025, 5, 1), by=city_officer)
    assert paying.changed_since(batch) == ["A1"]
