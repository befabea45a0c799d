"""A year of relief through the pages, role by role: from the window to money that reconciles and lists that are empty."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation import jobs, scoping
from federation.models import Job, Organization, User
from federation.permissions import Role
from federation.tests.cast import build_user
from members.models import Woman
from members.tests.build import build_woman, id_number
from programs import ledger
from programs.models import Cycle, Fund, Payment, PaymentBatch, ReliefFund, ReliefGrant
from programs.models.relief import State
from programs.tests.build_money import faults
from programs.tests.pressing import press, rows_of

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("policy")
CARD = "6217000000004321"


@pytest.fixture
def woman(village: Organization) -> Woman:
    with scoping.everything("a test arranges rows"):
        return build_woman(village, name="张桂香", id_number=id_number(), hardship="minimum_living")


def lists_of(client: Client, kind: str = "relief") -> list[str]:
    """What lies on her desk, as words."""
    return [desk.todo for desk, _ in client.get(reverse("programs:application_list", args=[kind])).context["desks"]]


def test_a_womans_relief_from_the_window_to_the_return_visit(
    woman: Woman, city: Organization, village_director: User, township_officer: User, city_officer: User,
    finance_reviewer: User, finance_officer: User, auditor: User, client_of: ClientOf,
) -> None:  # fmt: skip
    today = timezone.localdate()
    director, officer, desk = client_of(village_director), client_of(township_officer), client_of(city_officer)
    payer = client_of(finance_officer)

    # The window, and what she is told before anything is written.
    press(
        desk, "cycle_new", program="relief", fund=ReliefFund.objects.get(source="lottery", successor=None).pk, year=today.year, name="两癌救助第一期",
        document_number="兰妇〔2026〕5号", opens_on=today, closes_on=today, quota="20", budget_fen="20万元",
    )  # fmt: skip
    check = director.get(f"{reverse('programs:relief_check')}?woman={woman.pk}")
    assert check.context["qualifies"] is True
    assert "正在受理" in check.content.decode()

    # Village and township.
    papers = press(
        director, "relief_new", query=f"?woman={woman.pk}", fund="lottery", applied_on=today, hardship="minimum_living",
        amount_fen="10000元", diagnosed_on=today, diagnosis="浸润性乳腺癌", bank_card=CARD,
    )  # fmt: skip
    with scoping.everything("the test reads what was written"):
        grant = ReliefGrant.objects.get().pk
    assert papers == reverse("programs:relief_papers", args=[grant])
    refused = director.post(reverse("programs:application_move", args=["relief", grant, "submit"]), {"opinion": ""})
    assert "还缺" in refused.content.decode()
    wanted = [kind for kind, _ in director.get(papers).context["form"].fields["papers"].choices]
    press(director, "relief_papers", grant, papers=wanted)

    def move(client: Client, name: str, **typed: object) -> None:
        press(client, "application_move", "relief", grant, name, **typed)

    move(director, "submit", opinion="")
    move(director, "accept", opinion="情况属实")
    assert lists_of(officer) == ["对照原件核实材料，写核实意见"]
    move(officer, "check", opinion="与原件一致")
    assert lists_of(officer) == []

    # Four departments, review, reported up, approved.
    cycle = Cycle.objects.get().pk
    for department in ("insurance", "health", "civil", "rural"):
        text = f"姓名,身份证号,困难类别\n张桂香,{woman.id_number},低保\n".encode()
        press(
            desk, "comparison_new", cycle, department=department, as_of=today,
            file=SimpleUploadedFile("mz.csv", text),
        )  # fmt: skip
    move(desk, "compare", opinion="四部门名单一致")
    move(desk, "review", opinion="同意", review_meeting="兰妇纪〔2026〕3号")
    move(desk, "report", opinion="", report_number="兰妇〔2026〕9号")
    move(desk, "approve", opinion="", approved_on=today)
    assert lists_of(desk) == []

    # Money: four people, the bank, and not a fen too many.
    press(payer, "fund_receive", source="lottery", amount_fen="15万元", on=today, number="湘财社指〔2026〕12号")
    press(officer, "payment_ask", rows=[grant])
    with scoping.everything("the test reads what was written"):
        payment = Payment.objects.get().pk
    press(desk, "payment_review", rows=[payment], decision="agree")
    press(client_of(finance_reviewer), "payment_approve", rows=[payment], decision="agree")
    press(payer, "payment_batch_new", rows=[payment])
    with scoping.everything("the test reads what was written"):
        batch = PaymentBatch.objects.get()
    press(payer, "payment_batch_file", batch.pk)
    jobs.run(Job.objects.get().pk)
    press(payer, "payment_batch_send", batch.pk, on=today)
    line = f"业务编号,金额（元）,结果,银行流水号,失败原因,交易日期\n{batch.number}-0001,10000.00,成功,88,,{today}"
    press(payer, "payment_batch_return", batch.pk, file=SimpleUploadedFile("回盘.csv", line.encode()))
    with scoping.everything("the test reads what was written"):
        assert ledger.balances(Fund.objects.get()).left == 14_000_000
        assert faults() == []
    call_command("verify_ledger")

    # She is asked: by somebody who did not sign, and by the village that knows her.
    press(client_of(auditor), "arrival_check_new", batch.pk)
    other = client_of(build_user("asks", Role.CITY_OFFICER, city))
    sample = rows_of(other, "arrival_list")[0].pk
    press(
        other,
        "arrival_call_new",
        sample,
        submission="6f1c0a52-9a52-4f6e-8d53-1c1f6a3f7f10",
        called_on=today,
        outcome="whole",
    )
    assert rows_of(other, "arrival_list", query="?state=open") == []
    assert [row.pk for row in rows_of(director, "relief_list", query="?visit=on")] == [grant]
    press(director, "relief_visit", grant, on=today)
    assert rows_of(director, "relief_list", query="?visit=on") == []
    assert "张桂香" in director.get(reverse("programs:relief_receipt", args=[grant])).content.decode()

    # Once in a lifetime.
    with scoping.everything("the test reads what was written"):
        assert ReliefGrant.objects.get().state == State.PAID
    again = director.get(f"{reverse('programs:relief_check')}?woman={woman.pk}")
    assert again.context["qualifies"] is False
    assert "领取过" in again.content.decode()
