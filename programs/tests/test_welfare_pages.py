"""The pages of loans, relief and sunflower care, asked through the client."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from federation import jobs, scoping
from federation.models import AuditEntry, Job, Organization, User
from members.tests.build import build_woman
from programs.models import SubsidisedLoan
from programs.tests.build_welfare import (
    YUAN,
    build_access,
    build_aid,
    build_child,
    build_donation,
    build_loan,
    build_relief,
)

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("policy")


def aid_of(village: Organization, **fields: Any) -> Any:
    return build_aid(build_child(village), **fields)


LISTS = [
    ("loan", build_loan), ("relief", build_relief), ("child", build_child), ("aid", aid_of), ("donation", build_donation),
]  # fmt: skip


@pytest.mark.parametrize(("noun", "build"), LISTS, ids=[noun for noun, _ in LISTS])
def test_list_asks_as_much_with_three_rows_as_with_one(
    noun: str, build: Any, village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    client, url = client_of(township_officer), reverse(f"programs:{noun}_list")
    asked = []
    for more in (1, 2):
        with scoping.everything("a test arranges rows"):
            for _ in range(more):
                build(village)
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(client.get(url).context["page"].rows) == (1 if more == 1 else 3)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_totals_are_those_of_the_filter_and_the_scope(
    village: Organization, other_village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    today = timezone.localdate()
    with scoping.everything("a test arranges rows"):
        build_loan(village, principal_fen=80_000 * YUAN)
        build_loan(village, principal_fen=70_000 * YUAN)
        build_loan(village, released_on=today.replace(year=today.year - 1, day=1))
        build_loan(other_village)
    page = client_of(township_officer).get(reverse("programs:loan_list")).content.decode()
    assert f"放款日期 {today.year}-01-01 至 {today.year}-12-31：2 笔，合计金额 15 万元" in page


def test_no_list_shows_the_full_name_of_a_woman_with_relief(
    village: Organization, city_officer: User, auditor: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        grant = build_relief(village, woman=build_woman(village, name="欧阳桂枝"), diagnosis="浸润性乳腺癌")
    page = client_of(city_officer).get(reverse("programs:relief_list")).content.decode()
    assert "欧阳*" in page
    assert "欧阳桂枝" not in page
    detail = reverse("programs:relief_detail", args=[grant.pk])
    assert "欧阳桂枝" in client_of(city_officer).get(detail).content.decode()
    assert "欧阳桂枝" not in client_of(auditor).get(detail).content.decode()


def test_no_page_shows_the_diagnosis_again(
    village: Organization, city_officer: User, hospital: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        grant = build_relief(village, diagnosis="浸润性乳腺癌，某院某号")
    for route in ("relief_detail", "relief_edit", "relief_papers"):
        page = client_of(city_officer).get(reverse(f"programs:{route}", args=[grant.pk])).content.decode()
        assert "某院某号" not in page
    url = reverse("reveal", args=["programs.reliefgrant", grant.pk, "diagnosis"])
    assert [client_of(person).get(url).status_code for person in (city_officer, hospital)] == [403, 403]


def test_loan_form_says_all_problems_at_once_and_keeps_what_was_typed(
    village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        woman = build_woman(village)
    url = f"{reverse('programs:loan_new')}?woman={woman.pk}"
    typed = {
        "kind": "individual", "principal_fen": "八万", "bank": "兰河农商银行", "contract_number": "", "purpose": "养蜂",
        "rate_percent": "-1", "released_on": "2016-13-40", "matures_on": "2017-03-15",
    }  # fmt: skip
    answer = client_of(township_officer).post(url, typed)
    assert set(answer.context["form"].errors) == {"principal_fen", "contract_number", "rate_percent", "released_on"}
    assert "八万" in answer.content.decode()
    with scoping.everything("a test counts"):
        assert SubsidisedLoan.objects.count() == 0


def test_loan_is_recorded_from_the_form(village: Organization, township_officer: User, client_of: ClientOf) -> None:
    with scoping.everything("a test arranges rows"):
        woman = build_woman(village)
    typed = {
        "kind": "individual", "principal_fen": "8万元", "bank": "兰河农商银行", "contract_number": "A1", "purpose": "养蜂",
        "rate_percent": "4.35", "released_on": "2016-03-15", "matures_on": "2017-03-15",
    }  # fmt: skip
    answer = client_of(township_officer).post(f"{reverse('programs:loan_new')}?woman={woman.pk}", typed)
    with scoping.everything("a test reads"):
        loan = SubsidisedLoan.objects.get()
    assert (loan.principal_fen, loan.woman_id, answer["Location"]) == (8_000_000, woman.pk, loan.get_absolute_url())


def test_new_record_for_a_woman_of_another_township_does_not_exist(
    other_village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        woman = build_woman(other_village)
    for route in ("loan_new", "relief_new"):
        assert client_of(township_officer).get(f"{reverse(f'programs:{route}')}?woman={woman.pk}").status_code == 404


def test_without_a_woman_the_form_leads_to_picking_and_back(township_officer: User, client_of: ClientOf) -> None:
    answer = client_of(township_officer).get(reverse("programs:loan_new"))
    assert answer["Location"] == f"{reverse('members:woman_pick')}?next=%2Fdesk%2Floans%2Fnew%2F"


def test_child_stands_by_number_and_each_reading_leaves_a_line(
    village: Organization, village_director: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        child = build_child(village, name="陈小雨", phone="13812345678")
        build_access(child, village_director)
    client = client_of(village_director)
    listed = client.get(reverse("programs:child_list")).content.decode()
    assert child.number in listed
    assert "陈小雨" not in listed
    page = client.get(child.get_absolute_url()).content.decode()
    assert "138****5678" in page
    assert "13812345678" not in page
    assert AuditEntry.objects.filter(action="programs.child.read", actor=village_director).count() == 1


def test_overdue_button_refuses_in_words_before_the_day(
    village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        loan = build_loan(village, matures_on=timezone.localdate() + timedelta(days=5))
    page = client_of(township_officer).post(reverse("programs:loan_overdue", args=[loan.pk])).content.decode()
    assert "还没有过，不能记为逾期" in page


def exported(client: Client, noun: str) -> list[list[Any]]:
    answer = client.post(reverse(f"programs:{noun}_export"), {"purpose": "check", "form": "xlsx"})
    job = Job.objects.get(pk=answer["Location"].split("/")[-2])
    jobs.run(job.pk)
    job.refresh_from_db()
    sheet: Any = openpyxl.load_workbook(io.BytesIO(job.result.read())).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


@pytest.mark.usefixtures("export_rules")
@pytest.mark.django_db(transaction=True)
def test_workbooks_hold_the_scope_and_no_more_than_the_lists(
    village: Organization, other_village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        for branch, name in ((village, "张小燕"), (other_village, "邓玉珍")):
            woman = build_woman(branch, name=name)
            build_loan(branch, woman=woman)
            build_relief(branch, woman=woman, diagnosis="浸润性乳腺癌", bank_card="6217000000000004321")
            build_child(branch, number=f"XRK-{name[0]}")
    client = client_of(township_officer)
    loans, relief, children = (exported(client, noun) for noun in ("loan", "relief", "child"))
    assert [(row[2], row[7]) for row in loans[1:]] == [("张小燕", 80_000)]
    assert [row[2] for row in relief[1:]] == ["张*"]
    assert [row[2] for row in children[1:]] == ["XRK-张"]
    assert not any(secret in str([loans, relief, children]) for secret in ("乳腺", "4321", "陈小雨", "邓"))


def test_guardians_sign_on_a_sheet_that_names_no_child(
    village: Organization, township_officer: User, client_of: Callable[[User], Client]
) -> None:
    with scoping.everything("a test arranges rows"):
        child = build_child(village, name="陈小雨")
        build_aid(child, list_number="MD1", amount_fen=50_000)
        build_aid(build_child(village), list_number="MD2", amount_fen=30_000)
    page = client_of(township_officer).get(reverse("programs:aid_sheet"), {"list_number": "MD1"})
    text = page.content.decode()
    assert [aid.child_id for aid in page.context["rows"]] == [child.pk]
    assert (child.number in text, "500.00" in text, "陈小雨" in text) == (True, True, False)
