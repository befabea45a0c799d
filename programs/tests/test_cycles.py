"""Windows, funds under several names, the four departments' lists, and help given before."""

import io
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from federation import scoping
from federation.models import AuditEntry, Organization, User
from federation.spreadsheets.refusal import BadFile
from members.tests.build import build_household, build_woman, id_number
from programs.applications import moving
from programs.models import ComparisonFinding, Cycle, ReliefFund, ReliefGrant, ReliefPaper
from programs.relief import benefits, comparing, eligibility, lifetime, relieving
from programs.tests.build_welfare import build_aid, build_child, build_cycle, build_fund_name, build_loan, build_relief

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("policy")
AT = datetime(2026, 3, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = AT.date()


def workbook(*rows: tuple[str, ...], titles: tuple[str, ...] = ("姓名", "身份证号码", "人员类别")) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (titles, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def window(city: Organization, everything: scoping.Scope) -> Cycle:
    return build_cycle(city, name="2026年两癌救助", opens_on=date(2026, 3, 5), closes_on=date(2026, 3, 19))


def test_the_window_says_when_and_holds_up_who_comes_late(
    window: Cycle, village: Organization, village_director: User
) -> None:
    said = [eligibility.window_verdict("lottery", on=day) for day in (date(2026, 3, 1), DAY, date(2026, 3, 20))]
    assert [(each.met, each.words[:18]) for each in said] == [
        (None, "下一期“2026年两癌救助” 202"), (True, "“2026年两癌救助”正在受理，20"), (None, "“2026年两癌救助”已在 2026"),
    ]  # fmt: skip
    woman = build_woman(village, id_number=id_number(), hardship="minimum_living")
    grant = build_relief(village, woman=woman, state="draft", applied_on=DAY)
    relieving.file_papers(grant, papers=ReliefPaper.Kind.values, by=village_director, on=DAY)
    with pytest.raises(ValidationError, match="已在 2026-03-19 截止"):
        moving.move(grant, "submit", by=village_director, at=AT.replace(day=20))
    assert moving.move(grant, "submit", by=village_director, at=AT).cycle == window


def test_a_renamed_fund_is_the_same_fund(city: Organization, village: Organization, window: Cycle) -> None:
    """Helped in 2016 under the old name, she is refused under the new one; a fund of another line stays open."""
    old = build_fund_name("贫困母亲两癌救助", source="lottery")
    new = ReliefFund.objects.create(name="姐妹关爱救助", source="lottery", predecessor=old)
    other = ReliefFund.objects.create(name="健康扶助", source="lottery")
    assert (new.line, new.names(), other.line != old.line) == ("lottery", ["姐妹关爱救助", "贫困母亲两癌救助"], True)
    woman = build_woman(village)
    build_relief(village, woman=woman, state="paid", paid_on=date(2016, 9, 1), applied_on=date(2016, 4, 1))
    assert lifetime.earlier_help(woman, fund="lottery").startswith("她已在 2016-09-01 领取过")
    with pytest.raises(IntegrityError, match="one_relief_grant_per_woman_and_line"), transaction.atomic():
        build_relief(village, woman=woman, cycle=build_cycle(city, fund=new))
    assert build_relief(village, woman=woman, cycle=build_cycle(city, fund=other)).fund_line == other.line


def test_lists_are_matched_by_number(window: Cycle, village: Organization, city_officer: User) -> None:
    numbers = [id_number() for _ in range(4)]
    names = ("张桂香", "李桂香", "王桂香")
    women = [
        build_woman(village, name=name, id_number=n, hardship="minimum_living")
        for name, n in zip(names, numbers, strict=False)
    ]
    grants = [build_relief(village, woman=woman, state="checked", cycle=window) for woman in women]
    build_relief(village, woman=build_woman(village, id_number=numbers[3]), state="accepted", cycle=window)
    content = workbook(
        ("张 桂香", numbers[0], "农村低保"), ("李贵香", numbers[1].lower(), "特困"), ("别人", id_number(), "低保"), ("坏号", "123", "低保"),
    )  # fmt: skip
    source = comparing.compare(window, department="civil", as_of=DAY, content=content, by=city_officer, at=AT)
    assert (source.rows, source.unread, source.compared) == (4, 1, 3)
    found = [ComparisonFinding.objects.get(grant=grant) for grant in grants]
    assert [(each.verdict, each.words) for each in found] == [
        ("matched", ""), ("contradictory", "姓名和档案不同；名单上是“特困”，申报的是“低保”"), ("absent", ""),
    ]  # fmt: skip
    comparing.compare(window, department="civil", as_of=DAY, content=content, by=city_officer, at=AT)
    assert ComparisonFinding.objects.count() == 3


def test_comparison_is_done_when_four_lists_spoke_and_hardship_stands_somewhere(
    window: Cycle, village: Organization, city_officer: User
) -> None:
    number = id_number()
    woman = build_woman(village, name="张桂香", id_number=number, hardship="minimum_living")
    grant = build_relief(village, woman=woman, state="checked", cycle=window)
    empty, full = workbook(("别人", id_number(), "低保")), workbook(("张桂香", number, "低保"))
    for department in ("civil", "rural"):
        comparing.compare(window, department=department, as_of=DAY, content=empty, by=city_officer, at=AT)
    assert comparing.gaps_of(grant) == ["还没有和医保、卫健的名单比对，请在这一期的页面上传名单"]
    for department in ("insurance", "health"):
        comparing.compare(window, department=department, as_of=DAY, content=full, by=city_officer, at=AT)
    with pytest.raises(ValidationError, match="困难身份没有着落"):
        moving.move(grant, "compare", by=city_officer, at=AT, opinion="比对过了")
    comparing.compare(window, department="civil", as_of=DAY, content=full, by=city_officer, at=AT)
    assert moving.move(grant, "compare", by=city_officer, at=AT, opinion="一致").state == "compared"


def test_a_file_without_numbers_is_refused_in_words(window: Cycle, city_officer: User) -> None:
    with pytest.raises(BadFile, match="缺少列：身份证号"):
        comparing.compare(
            window, department="civil", as_of=DAY, by=city_officer, at=AT,
            content=workbook(("张桂香", "低保"), titles=("姓名", "人员类别")),
        )  # fmt: skip


def test_a_csv_is_uploaded_on_the_page(
    city: Organization, village: Organization, city_officer: User, client_of: ClientOf
) -> None:
    number = id_number()
    with scoping.everything("a test arranges rows"):
        cycle = build_cycle(city)
        woman = build_woman(village, name="张桂香", id_number=number)
        grant = build_relief(village, woman=woman, state="checked", cycle=cycle)
    file = io.BytesIO(f"姓名,身份证号,困难类别\n张桂香,{number},低保\n".encode())
    file.name = "mz.csv"
    url = reverse("programs:comparison_new", args=[cycle.pk])
    answer = client_of(city_officer).post(url, {"department": "civil", "as_of": "2026-03-01", "file": file})
    assert answer["Location"] == cycle.get_absolute_url()
    with scoping.everything("a test reads"):
        assert grant.findings.get().verdict == "matched"
    page = client_of(city_officer).get(cycle.get_absolute_url()).content.decode()
    assert "张桂香" not in page
    assert number not in page


def test_help_of_all_years_and_programs_is_told_in_words(
    city: Organization, window: Cycle, village: Organization, city_officer: User
) -> None:
    old = build_fund_name("贫困母亲两癌救助", source="lottery")
    ReliefFund.objects.create(name="新名救助", source="lottery", predecessor=old)
    woman = build_woman(village)
    cycle = build_cycle(city, fund=old)
    build_relief(village, woman=woman, cycle=cycle, state="paid", paid_on=date(2016, 9, 1), applied_on=date(2016, 4, 1))
    build_loan(village, woman=woman, released_on=date(2018, 5, 1), matures_on=date(2019, 5, 1))
    told = benefits.helped_before(woman, user=city_officer)
    assert told[0] == "2018 年有贴息贷款 8 万元，正常，不影响救助"
    assert told[1].startswith("2016 年领取过“贫困母亲两癌救助”")


def test_help_to_the_children_of_her_house_is_told_without_their_names(
    village: Organization, window: Cycle, city_officer: User
) -> None:
    home = build_household(village)
    for _ in range(2):
        child = build_child(village, household=home)
        build_aid(child, given_on=date(2025, 6, 1), amount_fen=50_000)
    build_aid(build_child(village), given_on=date(2025, 6, 1))
    told = benefits.helped_before(build_woman(village, household=home), user=city_officer)
    assert told == ["2025 年家里 2 名儿童领取过向日葵资助，共 1000 元，不影响救助"]


def test_printed_form_has_the_number_but_never_the_disease(
    village: Organization, village_director: User, client_of: ClientOf
) -> None:
    number = id_number()
    with scoping.everything("a test arranges rows"):
        woman = build_woman(village, name="欧阳桂枝", id_number=number)
        grant = build_relief(village, woman=woman, diagnosis="浸润性乳腺癌", bank_card="6217000000000004321")
    page = client_of(village_director).get(reverse("programs:relief_form", args=[grant.pk])).content.decode()
    assert all(words in page for words in ("欧阳桂枝", number))
    assert not any(words in page for words in ("乳腺", "4321"))
    assert AuditEntry.objects.filter(action="programs.relief.form_printed", actor=village_director).count() == 1


def test_cycle_shows_totals_only(city: Organization, village: Organization, leader: User, client_of: ClientOf) -> None:
    with scoping.everything("a test arranges rows"):
        cycle = build_cycle(city, budget_fen=5_000_000)
        build_relief(village, woman=build_woman(village, name="欧阳桂枝"), cycle=cycle, state="paid", paid_on=DAY)
        build_relief(village, cycle=cycle, state="checked")
    page = client_of(leader).get(cycle.get_absolute_url())
    standing = page.context["standing"]
    assert (standing.applied, standing.deciding, standing.paid, standing.left_fen) == (2, 1, 1, 4_000_000)
    assert "欧阳" not in page.content.decode()


def test_city_officer_opens_a_cycle(city_officer: User, client_of: ClientOf) -> None:
    fund = build_fund_name("低收入妇女两癌救助", source="lottery")
    typed = {
        "program": "relief", "fund": fund.pk, "year": "2026", "name": "2026年第一期", "document_number": "兰妇〔2026〕3号",
        "opens_on": "2026-03-05", "closes_on": "2026-03-04", "quota": "20", "budget_fen": "20万元",
    }  # fmt: skip
    client, url = client_of(city_officer), reverse("programs:cycle_new")
    assert "截止日期不能早于开始日期" in client.post(url, typed).content.decode()
    client.post(url, {**typed, "closes_on": "2026-03-19"})
    assert Cycle.objects.values_list("name", "budget_fen").get() == ("2026年第一期", 20_000_000)


def test_what_lies_on_the_desk_empties_as_it_is_done(
    village: Organization, village_director: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        grant = build_relief(village)
    client, url = client_of(village_director), reverse("programs:application_list", args=["relief"])
    assert "核对本人情况，写受理意见" in client.get(url).content.decode()
    move = reverse("programs:application_move", args=["relief", grant.pk, "accept"])
    assert client.post(move, {"opinion": "情况属实"})["Location"] == grant.get_absolute_url()
    assert "没有等您办的救助申请" in client.get(url).content.decode()
    with scoping.everything("a test reads"):
        assert ReliefGrant.objects.get().state == "accepted"


def test_a_move_of_another_desk_is_forbidden(
    village: Organization, village_director: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        grant = build_relief(village, state="accepted")
    url = reverse("programs:application_move", args=["relief", grant.pk, "check"])
    assert client_of(village_director).get(url).status_code == 403
