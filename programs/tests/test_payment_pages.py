"""A payment through its pages, each by its role, from the request to the bank's answer; and what the pages keep back."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from federation import jobs, scoping
from federation.models import AuditEntry, Job, Organization, User
from members.tests.build import build_woman
from programs import budget, ledger, waiting
from programs.models import BankLine, Child, ChildAid, Fund, Payment, PaymentBatch, ReliefGrant
from programs.payments import batching, requesting
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
from programs.tests.build_welfare import build_access, build_child

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("policy")
ARRANGING = "a test arranges rows"


def post(client: Client, route: str, data: dict[str, Any] | None = None, *, pk: int | None = None) -> Any:
    return client.post(reverse(f"programs:{route}", args=[pk] if pk else []), data or {})


def bank_file(*rows: str) -> SimpleUploadedFile:
    text = "业务编号,金额（元）,结果,银行流水号,失败原因,交易日期\n" + "\n".join(rows)
    return SimpleUploadedFile("回盘.csv", text.encode(), content_type="text/csv")


def test_relief_is_paid_through_the_pages_by_four_people(
    village: Organization, township_officer: User, city_officer: User, finance_reviewer: User, finance_officer: User,
    client_of: ClientOf,
) -> None:  # fmt: skip
    today = f"{timezone.localdate():%Y-%m-%d}"
    with scoping.everything(ARRANGING):
        grant = approved_grant(village, approved_on=timezone.localdate())
    maker = client_of(finance_officer)
    received = {"source": "lottery", "amount_fen": "15万元", "on": today, "number": "湘财社指〔2026〕12号"}
    assert post(maker, "fund_receive", received).status_code == 302
    assert "已经记过账" in post(maker, "fund_receive", received).content.decode()
    assert post(client_of(township_officer), "payment_ask", {"rows": [grant.pk]}).status_code == 302
    with scoping.everything(ARRANGING):
        payment = Payment.objects.get()
    agree = {"rows": [payment.pk], "decision": "agree"}
    assert post(client_of(city_officer), "payment_review", agree).status_code == 302
    assert post(client_of(finance_reviewer), "payment_approve", agree).status_code == 302
    assert post(maker, "payment_batch_new", {"rows": [payment.pk]}).status_code == 302
    with scoping.everything(ARRANGING):
        batch = PaymentBatch.objects.get()
    post(maker, "payment_batch_file", pk=batch.pk)
    job = Job.objects.get()
    jobs.run(job.pk)
    assert b"6217000000004321" in b"".join(maker.get(reverse("job_download", args=[job.pk])).streaming_content)
    assert post(maker, "payment_batch_send", {"on": today}, pk=batch.pk).status_code == 302
    line = f"{batch.number}-0001,10000.00,成功,88,,{today}"
    for _ in range(2):
        assert post(maker, "payment_batch_return", {"file": bank_file(line)}, pk=batch.pk).status_code == 302
    with scoping.everything("a test reads"):
        grant.refresh_from_db()
        assert (grant.state, grant.transfer_number, BankLine.objects.count()) == ("paid", "88", 1)
        assert faults() == []
    page = maker.get(reverse("programs:fund_list")).content.decode()
    assert "140000" in page
    assert {"file_made", "downloaded"} <= {entry.action.split(".")[-1] for entry in AuditEntry.objects.all()}


def test_aid_is_asked_for_from_the_childs_page(
    village: Organization, city: Organization, township_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything(ARRANGING):
        child = build_child(village)
        build_access(child, township_officer)
        gifts = build_fund(city, fen=100_000, source="donation", programme="sunflower", purpose="困境儿童资助")
        build_fund(city, fen=100_000)
    client, url = client_of(township_officer), reverse("programs:aid_new", args=[child.pk])
    assert [label for _, label in client.get(url).context["form"].fields["fund"].choices] == [str(gifts)]
    typed = {"fund": gifts.pk, "list_number": "MD1", "amount_fen": "500", "payee": "陈大山", "bank_card": "6217 0000 0000 1236"}  # fmt: skip
    assert client.post(url, typed).status_code == 302
    with scoping.everything("a test reads"):
        payment = Payment.objects.get()
        assert (payment.state, payment.bank_card, payment.fund, ChildAid.objects.count()) == (
            "submitted", "6217000000001236", gifts, 0,
        )  # fmt: skip


def test_lists_mask_names_and_cards_are_hidden_from_whom_they_do_not_concern(
    village: Organization, township: Organization, city: Organization, finance_officer: User, leader: User,
    township_officer: User, client_of: ClientOf,
) -> None:  # fmt: skip
    with scoping.everything(ARRANGING):
        payment = requested(approved_grant(village, woman=build_woman(village, name="欧阳桂枝")), hands(city, township))
    url = reverse("programs:payment_list") + "?start=&end="
    for person, card in ((finance_officer, "尾号 4321"), (leader, "不显示"), (township_officer, "不显示")):
        page = client_of(person).get(url).content.decode()
        assert "欧阳*" in page
        assert card in page
        assert "欧阳桂枝" not in page
    detail = payment.get_absolute_url()
    assert "欧阳桂枝" in client_of(finance_officer).get(detail).content.decode()
    assert "欧阳桂枝" not in client_of(leader).get(detail).content.decode()


@pytest.mark.parametrize("route", ["payment_list", "payment_batch_list", "fund_list"])
def test_list_asks_as_much_with_three_rows_as_with_one(
    route: str, village: Organization, township: Organization, city: Organization, finance_officer: User,
    client_of: ClientOf,
) -> None:  # fmt: skip
    client, url = client_of(finance_officer), reverse(f"programs:{route}") + "?start=&end="
    asked = []
    for funds in (["lottery"], ["city", "province"]):
        with scoping.everything(ARRANGING):
            for source in funds:
                grant = approved_grant(village, fund=source)
                build_fund(city, fen=grant.amount_fen, source=source)
                batched([grant], hands(city, township))
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_contradiction_is_decided_on_two_pages_by_two_people(
    village: Organization, township: Organization, city: Organization, finance_officer: User, finance_reviewer: User,
    client_of: ClientOf,
) -> None:  # fmt: skip
    with scoping.everything(ARRANGING):
        build_fund(city, fen=1_000_000)
        who = hands(city, township)
        batch = sent([approved_grant(village)], who)
        payment = batch.payments.get()
        answered(batch, [answer(payment), answer(payment, "failed")], who)
        line = BankLine.objects.undecided().get()
    maker, checker = client_of(finance_officer), client_of(finance_reviewer)
    post(maker, "bank_line_propose", {"decision": "follow", "grounds": "银行来函"}, pk=line.pk)
    assert "由另一位确认" in post(maker, "bank_line_confirm", pk=line.pk).content.decode()
    assert post(checker, "bank_line_confirm", pk=line.pk).status_code == 302
    assert "已处理的差异" in checker.get(batch.get_absolute_url()).content.decode()
    assert post(checker, "payment_reverse", {"reason": "账号有误"}, pk=payment.pk).status_code == 302
    with scoping.everything("a test reads"):
        assert list(ReliefGrant.objects.payable()) == [ReliefGrant.objects.get()]


def test_a_list_sent_back_voids_and_says_why(
    village: Organization, township: Organization, city: Organization, city_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything(ARRANGING):
        payment = requested(approved_grant(village), hands(city, township))
    client = client_of(city_officer)
    wrong = post(client, "payment_review", {"rows": [payment.pk], "decision": "back"})
    assert "请写明哪里要改" in wrong.content.decode()
    post(client, "payment_review", {"rows": [payment.pk], "decision": "back", "reason": "户名与卡不符"})
    assert "退回修改：户名与卡不符" in client.get(payment.get_absolute_url()).content.decode()


def test_i14_the_budget_page_the_ledger_and_the_case_pages_tell_one_sum(
    village: Organization, township: Organization, city: Organization, finance_officer: User
) -> None:
    with scoping.everything(ARRANGING):
        fund = build_fund(city, fen=5_000_000)
        who = hands(city, township)
        batch = sent([approved_grant(village), approved_grant(village)], who)
        first, second = batch.payments.order_by("line_number")
        answered(batch, [answer(first), answer(second, "failed")], who)
        approved(approved_grant(village), who)
        shown = budget.budget_for(finance_officer, year=2026)
        cases = ReliefGrant.objects.within(city).filter(state="paid").total_fen()
        assert shown.standing.paid == ledger.balances(fund).paid == cases == 10_000 * YUAN
        assert (shown.standing.payable, shown.standing.returned, shown.standing.left) == (
            1_000_000,
            1_000_000,
            2_000_000,
        )
        assert list(Fund.objects.all()) == [row.fund for row in shown.rows]


def test_a_donor_reads_how_many_children_were_helped_and_never_which(
    village: Organization, township: Organization, city: Organization, finance_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything(ARRANGING):
        gifts = build_fund(city, fen=100_000, source="donation", programme="sunflower", purpose="困境儿童资助")
        children = [build_child(village, name="陈小雨"), build_child(village)]
        who = hands(city, township)
        payments = [aid_paid(child, gifts, who) for child in children]
        batch = batching.make_batch(gifts, payments, by=who.payer, at=AT)
        batching.generate(batch, by=who.payer)
        batching.send(batch, on=DAY, at=AT, by=who.payer)
        answered(batch, [answer(payment) for payment in batch.payments.all()], who)
    page = client_of(finance_officer).get(reverse("programs:fund_statement", args=[gifts.pk]))
    spent = page.context["spent"]
    assert [(each.list_number, each.children, each.fen) for each in spent] == [("MD1", 2, 60_000)]
    text = page.content.decode()
    assert not any(child.number in text or child.name in text for child in children)


def test_a_donor_is_addressed_with_her_own_gifts_and_her_name_stays_out_of_the_address(
    city: Organization, finance_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything(ARRANGING):
        gifts = build_fund(city, source="donation", programme="sunflower", purpose="困境儿童资助")
        for donor, fen in (("林爱华", 300_00), ("兰河农商银行", 500_00), ("林爱华", 200_00)):
            ledger.receive(gifts, fen, reference=f"donation:{fen}", on=DAY, by=finance_officer, note=donor)
    client, url = client_of(finance_officer), reverse("programs:fund_statement", args=[gifts.pk])
    page = client.get(url)
    chosen = dict(page.context["donors"])["林爱华"]
    hers = client.get(url, {"donor": chosen})
    assert [fen for _, fen in hers.context["received"]] == [300_00, 200_00]
    assert "林爱华：您捐赠 500 元" in hers.content.decode()
    assert 'value="林' not in page.content.decode()


def aid_paid(child: Child, fund: Fund, who: Hands) -> Payment:
    asked = requesting.ask_for_aid(
        child, fund=fund, list_number="MD1", amount_fen=30_000, payee="陈大山", bank_card="6217000000001234",
        by=who.requester, at=AT,
    )  # fmt: skip
    return sign(sign(asked, "reviewed", by=who.reviewer, at=AT), "approved", by=who.approver, at=AT)


def test_the_navigation_counts_what_waits_for_her_and_not_what_she_made(
    village: Organization, township: Organization, city: Organization, city_officer: User, finance_officer: User
) -> None:
    with scoping.everything(ARRANGING):
        build_fund(city, fen=3_000_000)
        who = hands(city, township)
        requesting.ask_for_relief([approved_grant(village)], by=city_officer, at=AT)
        theirs = requested(approved_grant(village), who)
        ready = approved(approved_grant(village), who)
        assert list(waiting.payments_waiting(city_officer)) == [theirs]
        assert list(waiting.payments_waiting(finance_officer)) == [ready]


def test_the_workbook_holds_what_the_list_shows(
    village: Organization, township: Organization, city: Organization, finance_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything(ARRANGING):
        woman = build_woman(village, name="欧阳桂枝")
        requested(approved_grant(village, woman=woman), hands(city, township))
    client = client_of(finance_officer)
    client.post(reverse("programs:payment_export") + "?start=&end=", {"purpose": "check", "form": "xlsx"})
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    rows = list(openpyxl.load_workbook(io.BytesIO(job.result.open().read())).active.values)
    assert (rows[2][2], rows[2][5], rows[2][7]) == ("欧阳*", 10000, "待初审")
