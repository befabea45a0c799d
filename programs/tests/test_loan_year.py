"""A loan's years through the pages, role by role: from the conditions to a cleared year and lists that are empty."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench import workbooks
from federation import scoping
from federation.models import Organization, User
from members.models import Woman
from members.tests.build import build_woman, id_number
from programs import ledger, verifying
from programs.loans.quarters import Quarter
from programs.models import Fund, LoanApplication, LoanFollowUp, SubsidisedLoan, SubsidyBatch
from programs.money import plain_yuan
from programs.tests.build_money import faults
from programs.tests.build_welfare import build_loan
from programs.tests.pressing import press, rows_of

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("policy")
BANK = "兰河农商银行"
READING = "the test reads what was written"


@pytest.fixture
def woman(village: Organization) -> Woman:
    with scoping.everything("a test arranges rows"):
        return build_woman(village, id_number=id_number(), name="欧阳桂枝", education="70")


def apply(client: Client, woman: Woman, today: date) -> int:
    page = client.get(reverse("programs:loan_application_check"), {"woman": woman.pk}).content.decode()
    assert "没有借过贴息贷款（已查全市、历年）" in page
    papers = press(
        client, "loan_application_new", query=f"?woman={woman.pk}", loan_kind="individual", project="辣椒种植",
        amount_fen="10万元", own_fen="3万元", months="24", use="买苗", plan="种 20 亩", jobs_planned="3", applied_on=today,
    )  # fmt: skip
    wanted = [kind for kind, _ in client.get(papers).context["form"].fields["papers"].choices]
    assert client.post(papers, {"papers": wanted}).status_code == 302
    with scoping.everything(READING):
        return LoanApplication.objects.get().pk


def test_a_loan_from_its_conditions_to_the_cleared_year(
    woman: Woman, city: Organization, village_director: User, township_officer: User, city_officer: User,
    finance_reviewer: User, finance_officer: User, client_of: ClientOf,
) -> None:  # fmt: skip
    today = timezone.localdate()
    begun = today - timedelta(days=3)
    director, officer, desk = client_of(village_director), client_of(township_officer), client_of(city_officer)
    application = apply(director, woman, begun)

    def move(client: Client, name: str, **facts: object) -> None:
        press(client, "application_move", "loan", application, name, **{"opinion": "", **facts})

    # Three opinions of the federation, then four offices whose answers are written down.
    move(director, "submit")
    move(director, "recommend", opinion="种了三年辣椒，有订单", home_visit_on=begun)
    move(officer, "check", opinion="材料与原件一致")
    move(desk, "review", opinion="项目可行")
    move(desk, "qualify", labour_on=begun, labour_number="兰人社创〔2026〕8号")
    move(desk, "guarantee", guarantee_on=begun, guarantee_way="none", guarantor=BANK)
    move(desk, "bank_approve", bank_on=begun, bank=BANK, granted_fen="8万元", granted_months="24")
    move(desk, "confirm", treasury_on=begun, treasury_number="兰财金〔2026〕3号")
    move(desk, "sign", signed_on=begun, contract_number="A1", rate_percent="3.1")
    move(desk, "release", released_on=begun, matures_on=begun + timedelta(days=700))
    page = desk.get(reverse("programs:application_list", args=["loan"]))
    assert page.context["desks"] == []

    # She is visited, and repays a part.
    with scoping.everything(READING):
        loan = SubsidisedLoan.objects.get()
        use = LoanFollowUp.objects.get(kind="use").pk
        asked = set(LoanFollowUp.objects.values_list("kind", flat=True))
    assert (loan.principal_fen, len(asked)) == (8_000_000, 3)
    press(director, "loan_follow_up_record", use, on=today, used_as_agreed="yes", words="苗已种下")
    press(officer, "loan_repay", loan.pk, on=today, amount_fen="2万元", paper="")
    assert "60000" in officer.get(loan.get_absolute_url()).content.decode().replace(",", "")
    assert rows_of(officer, "loan_arrears") == []


def half_up(fen: Fraction) -> int:
    return (2 * fen.numerator + fen.denominator) // (2 * fen.denominator)


def due_by_hand(released_on: date, quarter: Quarter) -> int:
    """100,000 yuan at 3.5 %, half of it subsidised, ACT/360, from the 20th to the 20th."""
    ends = [date(quarter.year, month, 20) for month in (3, 6, 9, 12)]
    begins = [released_on, *ends[:3]]
    days = (ends[quarter.number - 1] - begins[quarter.number - 1]).days
    return half_up(Fraction(10_000_000 * days * 35, 2 * 1000 * 360))


def declare(desk: Client, quarter: Quarter, yuan: str) -> SubsidyBatch:
    row: dict[str, Any] = {"合同号": "A1", "申报贴息（元）": yuan, "本季实收利息（元）": "5000"}
    file = SimpleUploadedFile("清单.xlsx", workbooks.workbook("清单", [row]))
    press(desk, "subsidy_batch_new", quarter=quarter.code, bank=BANK, bank_total_fen=yuan, file=file)
    with scoping.everything(READING):
        return SubsidyBatch.objects.of(quarter).get()


def tamper(batch: SubsidyBatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE programs_subsidybatch DISABLE TRIGGER USER")
        cursor.execute("UPDATE programs_subsidybatch SET bank_total_fen = bank_total_fen + 1 WHERE id = %s", [batch.pk])
        cursor.execute("ALTER TABLE programs_subsidybatch ENABLE TRIGGER USER")


def test_a_year_of_subsidy_is_declared_paid_and_cleared_to_the_fen(
    village: Organization, city: Organization, city_officer: User, finance_reviewer: User, finance_officer: User,
    client_of: ClientOf,
) -> None:  # fmt: skip
    today = timezone.localdate()
    released_on = date(today.year - 1, 1, 10)
    with scoping.everything("a test arranges rows"):
        build_loan(
            village, contract_number="A1", bank=BANK, principal_fen=10_000_000, released_on=released_on,
            matures_on=date(today.year, 1, 10),
        )  # fmt: skip
    desk, checker, payer = client_of(city_officer), client_of(finance_reviewer), client_of(finance_officer)
    quarters = [Quarter(today.year - 1, number) for number in range(1, 5)]
    for quarter in quarters:
        batch = declare(desk, quarter, "1")
        refused = checker.post(reverse("programs:subsidy_batch_check", args=[batch.pk]))
        assert "还有 1 笔对不上" in refused.content.decode()
        press(checker, "subsidy_batch_send_back", batch.pk, reason="少报了，请照算式改")
        with scoping.everything(READING):
            told = batch.lines.get().computed_fen
        assert told == due_by_hand(released_on, quarter)
        batch = declare(desk, quarter, plain_yuan(told))
        press(checker, "subsidy_batch_check", batch.pk)
        press(payer, "subsidy_batch_approve", batch.pk, on=today, approval=f"兰财金〔2026〕{quarter.number}号")
        press(payer, "subsidy_batch_pay", batch.pk, on=today, voucher=f"GK{quarter.number}")
    press(checker, "subsidy_batch_clear", batch.pk)
    with scoping.everything(READING):
        assert set(SubsidyBatch.objects.values_list("state", flat=True)) == {"cleared"}
        sums = ledger.balances(Fund.objects.get(source="treasury"))
        total = sum(due_by_hand(released_on, quarter) for quarter in quarters)
        assert (sums.received, sums.paid, sums.left) == (total, total, 0)
        assert faults() == []
    call_command("verify_ledger")
    for client in (desk, checker, payer):
        assert client.get(reverse("programs:subsidy_batch_list")).context["waiting"] == []
    assert plain_yuan(total) in payer.get(reverse("programs:fund_list")).content.decode().replace(",", "")
    with scoping.everything("a test tampers"):
        tamper(batch)
        assert [fault.split("：")[0] for fault in verifying.faults()] == [f"季度贴息 {batch.pk}"]
