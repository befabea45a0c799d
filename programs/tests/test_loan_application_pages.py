"""The pages of loan applications, asked through the client."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from federation import scoping
from federation.models import Organization, User
from members.models import Woman
from members.tests.build import build_woman, id_number
from programs.models import LoanApplication, LoanPaper, LoanPartner
from programs.tests.build_welfare import YUAN, build_loan, build_loan_application, build_loan_partner

pytestmark = pytest.mark.usefixtures("policy")
ClientOf = Callable[[User], Client]
FILLED = {
    "loan_kind": "individual", "project": "辣椒种植", "amount_fen": "10万元", "own_fen": "3万元", "months": "24", "use": "买苗",
    "plan": "种 20 亩", "jobs_planned": "3", "bank": "", "firm_name": "", "credit_code": "", "staff_count": "",
}  # fmt: skip


@pytest.fixture
def woman(village: Organization) -> Woman:
    with scoping.everything("a test"):
        return build_woman(village, id_number=id_number(), name="欧阳桂枝", education="70")


def test_conditions_first_then_the_application_then_its_papers(
    woman: Woman, client_of: ClientOf, village_director: User
) -> None:
    client = client_of(village_director)
    page = client.get(reverse("programs:loan_application_check"), {"woman": woman.pk}).content.decode()
    assert "没有借过贴息贷款（已查全市、历年）" in page
    assert "个人贷款最多 30 万元" in page
    url = f"{reverse('programs:loan_application_new')}?woman={woman.pk}"
    answer = client.post(url, {**FILLED, "applied_on": f"{timezone.localdate():%Y-%m-%d}"})
    with scoping.everything("a test"):
        application = LoanApplication.objects.get()
    assert answer["Location"] == reverse("programs:loan_application_papers", args=[application.pk])
    papers = [kind for kind in LoanPaper.Kind.values if kind not in ("agreement", "staff")]
    client.post(answer["Location"], {"papers": papers})
    detail = client.get(application.get_absolute_url()).content.decode()
    assert reverse("programs:application_move", args=["loan", application.pk, "submit"]) in detail


def test_all_problems_are_said_at_once(woman: Woman, client_of: ClientOf, village_director: User) -> None:
    url = f"{reverse('programs:loan_application_new')}?woman={woman.pk}"
    given = {**FILLED, "amount_fen": "31万元", "months": "48", "firm_name": "某公司", "applied_on": "2099-01-01"}
    page = client_of(village_director).post(url, given).content.decode()
    for words in ("超过个人贷款上限 30 万元", "超过最长 36 个月", "只有小微企业贷款才填", "要写今天或以前的日期"):
        assert words in page


def test_a_firm_names_itself(woman: Woman, client_of: ClientOf, village_director: User) -> None:
    url = f"{reverse('programs:loan_application_new')}?woman={woman.pk}"
    given = {**FILLED, "loan_kind": "firm", "amount_fen": "300万元", "applied_on": f"{timezone.localdate():%Y-%m-%d}"}
    page = client_of(village_director).post(url, given).content.decode()
    assert "小微企业贷款要填统一社会信用代码" in page
    given |= {"firm_name": "兰河绣坊", "credit_code": "91430100ma4l16jq9b", "staff_count": "12"}
    assert client_of(village_director).post(url, given).status_code == 302
    with scoping.everything("a test"):
        assert LoanApplication.objects.get().credit_code == "91430100MA4L16JQ9B"


def test_the_bank_is_recorded_on_the_page_of_the_move(
    village: Organization, client_of: ClientOf, city_officer: User
) -> None:
    with scoping.everything("a test"):
        application = build_loan_application(village, state="guaranteed", guarantee_on=date(2026, 3, 1))
    url = reverse("programs:application_move", args=["loan", application.pk, "bank_approve"])
    client = client_of(city_officer)
    assert 'value="100000"' in client.get(url).content.decode()
    given = {
        "bank_on": f"{timezone.localdate():%Y-%m-%d}",
        "bank": "兰河农商银行",
        "granted_fen": "20万元",
        "granted_months": "12",
    }
    assert "不超过申请的 10 万元" in client.post(url, given).content.decode()
    client.post(url, {**given, "granted_fen": "8万元"})
    with scoping.everything("a test"):
        application.refresh_from_db()
    assert (application.state, application.granted_fen, application.bank) == (
        "bank_approved",
        80_000 * YUAN,
        "兰河农商银行",
    )


def test_the_desk_says_what_is_to_be_done(village: Organization, client_of: ClientOf, city_officer: User) -> None:
    with scoping.everything("a test"):
        build_loan_application(village, state="reviewed", arrived_on=timezone.localdate())
        build_loan_application(village, state="recommended")
    page = client_of(city_officer).get(reverse("programs:application_list", args=["loan"])).content.decode()
    assert "等资格认定，结果到了登记" in page
    assert "对照原件初审" not in page


def test_the_list_asks_as_often_for_one_row_as_for_many(
    village: Organization, client_of: ClientOf, city_officer: User
) -> None:
    client, url = client_of(city_officer), reverse("programs:loan_application_list")
    client.get(url)  # what is kept for the session is asked for once
    counts = []
    for more in (1, 4):
        with scoping.everything("a test"):
            for _ in range(more):
                build_loan_application(village, due_on=timezone.localdate() - timedelta(days=3))
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_filters_narrow_the_list(village: Organization, client_of: ClientOf, city_officer: User) -> None:
    on = timezone.localdate()
    with scoping.everything("a test"):
        build_loan_application(village, project="养蜂人家", due_on=on - timedelta(days=3))
        build_loan_application(village, project="绣坊", loan_kind="firm", state="refused", refusal_reason="project")

    def shown(**query: Any) -> set[str]:
        page = client_of(city_officer).get(reverse("programs:loan_application_list"), query).content.decode()
        return {name for name in ("养蜂人家", "绣坊") if name in page}

    assert shown() == {"养蜂人家", "绣坊"}
    assert shown(kind="firm") == {"绣坊"}
    assert shown(state="submitted") == {"养蜂人家"}
    assert shown(late="on") == {"养蜂人家"}


def test_a_partner_is_added_masked_and_removed(
    village: Organization, client_of: ClientOf, village_director: User
) -> None:
    with scoping.everything("a test"):
        application = build_loan_application(village, loan_kind="partnership")
        build_loan_partner(application, name="何秀英", id_number=id_number())
    client, number = client_of(village_director), id_number()
    url = reverse("programs:loan_partner_new", args=[application.pk])
    assert "身份证号" in client.post(url, {"name": "吴兰", "id_number": "123"}).content.decode()
    client.post(url, {"name": "吴兰", "id_number": number})
    detail = client.get(application.get_absolute_url()).content.decode()
    assert ("吴兰" in detail, number in detail) == (True, False)
    with scoping.everything("a test"):
        partner = LoanPartner.objects.get(name="吴兰")
        assert partner.id_number == number
    client.post(reverse("programs:loan_partner_remove", args=[partner.pk]))
    with scoping.everything("a test"):
        assert set(LoanPartner.objects.values_list("name", flat=True)) == {"何秀英"}


def test_the_paper_form_leaves_signatures_and_names_the_boxes(
    village: Organization, client_of: ClientOf, village_director: User
) -> None:
    with scoping.everything("a test"):
        application = build_loan_application(village, project="养蜂人家")
    page = (
        client_of(village_director)
        .get(reverse("programs:loan_application_form", args=[application.pk]))
        .content.decode()
    )
    for words in ("养蜂人家", "10 万元", "市人社局资格认定意见（盖章）", "本人签字（手印）和日期"):
        assert words in page


def test_her_own_page_tells_of_applications_and_the_household_is_asked_about(
    woman: Woman, village: Organization, client_of: ClientOf, village_director: User
) -> None:
    with scoping.everything("a test"):
        build_loan_application(village, woman=woman)
        build_loan(village, woman=woman, settled_on=timezone.localdate(), state="settled_early")
    page = client_of(village_director).get(woman.get_absolute_url()).content.decode()
    assert "申请贴息贷款 10 万元，已提交" in page
