import base64
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from federation import organizing, scoping
from federation.models import AuditEntry, Organization, User
from federation.paging import SIZES
from members.codes import Departure, Hardship
from members.models import Woman
from members.tests.build import build_household, build_woman, id_number

ClientOf = Callable[[User], Client]
LIST, FIND, NEW = reverse("members:woman_list"), reverse("members:woman_find"), reverse("members:woman_new")


def arrange(organization: Organization, name: str, **fields: object) -> Woman:
    with scoping.everything("a test arranges rows"):
        return build_woman(organization, name=name, **fields)


def listed(client: Client, query: str = "") -> list[str]:
    """Names on the list page, in its order."""
    return re.findall(r'/desk/women/\d+/">([^<]+)</a>', client.get(f"{LIST}{query}").content.decode())


@pytest.fixture
def three(village: Organization, sister_village: Organization, other_village: Organization) -> list[Woman]:
    return [
        arrange(village, "张小燕", birth_on=date(1985, 3, 8), hardship=Hardship.MINIMUM_LIVING),
        arrange(sister_village, "曾周丽", education="70"),
        arrange(other_village, "张兰"),
    ]


def test_list_shows_the_scope_in_pinyin_order(
    three: list[Woman], village_director: User, township_officer: User, city_officer: User, client_of: ClientOf
) -> None:
    assert listed(client_of(village_director)) == ["张小燕"]
    assert listed(client_of(township_officer)) == ["曾周丽", "张小燕"]
    assert listed(client_of(city_officer)) == ["曾周丽", "张兰", "张小燕"]
    assert listed(client_of(city_officer), "?order=-pinyin") == ["张小燕", "张兰", "曾周丽"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=张", ["张小燕"]),
        ("?q=zzl", ["曾周丽"]),
        ("?q=ZX", ["张小燕"]),
        ("?q=小燕", []),
        ("?hardship=minimum_living", ["张小燕"]),
        ("?education=70", ["曾周丽"]),
        ("?age=35-64", ["张小燕"]),
        ("?age=65-", []),
        ("?standing=left", []),
        ("?hardship=1%27--", []),
    ],
)
def test_conditions(
    query: str, names: list[str], three: list[Woman], township_officer: User, client_of: ClientOf
) -> None:
    assert listed(client_of(township_officer), query) == names


def test_branch_picker_offers_the_levels_below_and_nothing_beside(
    three: list[Woman], village: Organization, other_village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    client = client_of(township_officer)
    page = client.get(LIST).content.decode()
    assert re.findall(r">(?:　)*([^<]*妇联)</option>", page) == ["杨柳村妇联", "石桥村妇联"]
    assert listed(client, f"?branch={village.pk}") == ["张小燕"]
    assert listed(client, f"?branch={other_village.pk}") == []


def test_left_women_stand_apart(village: Organization, village_director: User, client_of: ClientOf) -> None:
    arrange(village, "何兰", left_on=date(2026, 1, 1), left_reason=Departure.MOVED_AWAY)
    client = client_of(village_director)
    assert [listed(client), listed(client, "?standing=left")] == [[], ["何兰"]]


def test_pages_by_key_reach_every_row_once(village: Organization, village_director: User, client_of: ClientOf) -> None:
    names = {arrange(village, f"张{sign}").name for sign in "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅"}
    client = client_of(village_director)
    first = listed(client)
    after = re.search(r'href="(\?after=[^"]+)"', client.get(LIST).content.decode())
    assert after is not None
    second = listed(client, after[1])
    assert (len(first), len(second), {*first, *second}) == (SIZES[0], 3, names)


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_list_asks_as_often_for_three_rows_as_for_one(
    village: Organization, village_director: User, client_of: ClientOf
) -> None:
    client = client_of(village_director)
    arrange(village, "张一", id_number=id_number(), phone="13812345678")
    client.get(LIST)
    once = queries_of(client, LIST)
    for name in ("张二", "张三"):
        arrange(village, name, id_number=id_number(), phone="13812345678")
    assert queries_of(client, LIST) == once


def test_htmx_gets_the_rows_alone(three: list[Woman], village_director: User, client_of: ClientOf) -> None:
    text = client_of(village_director).get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "张小燕" in text
    assert "<html" not in text


def test_numbers_are_masked_on_the_list_and_names_too_for_the_auditor(
    village: Organization, village_director: User, auditor: User, client_of: ClientOf
) -> None:
    number = id_number()
    arrange(village, "张小燕", id_number=number, phone="13812345678")
    for reader, name in [(village_director, "张小燕"), (auditor, "张*")]:
        text = client_of(reader).get(LIST).content.decode()
        assert listed(client_of(reader)) == [name]
        assert (number in text, "13812345678" in text, "138****5678" in text) == (False, False, True)


def test_number_in_the_address_is_refused_with_the_way_to_go(village_director: User, client_of: ClientOf) -> None:
    text = client_of(village_director).get(LIST, {"q": id_number()}).content.decode()
    assert "身份证号请填在“按身份证号查”里" in text


def test_number_search_opens_the_file_in_scope_and_is_recorded(
    village: Organization, village_director: User, outsider: User, client_of: ClientOf
) -> None:
    number = id_number()
    woman = arrange(village, "张小燕", id_number=number)
    answer = client_of(village_director).post(FIND, {"number": f" {number.lower()}"})
    assert answer["Location"] == woman.get_absolute_url()
    missed = client_of(outsider).post(FIND, {"number": number})
    assert "您的辖区内没有这个号码的档案" in missed.content.decode()
    looked = AuditEntry.objects.filter(action="members.woman.looked_up").order_by("id")
    assert [(entry.actor, entry.details["found"]) for entry in looked] == [
        (village_director, "有档案"),
        (outsider, "没有档案"),
    ]


def test_name_in_the_search_box_goes_to_the_list(village_director: User, client_of: ClientOf) -> None:
    answer = client_of(village_director).post(FIND, {"number": "zxy"})
    assert re.fullmatch(rf"{LIST}\?found=[\w-]{{8}}", answer["Location"])


def filled(**fields: str) -> dict[str, str]:
    return {"name": "张小燕", "ethnic": "01", "hardship": "none", **fields}


def test_new_file(village: Organization, village_director: User, client_of: ClientOf) -> None:
    number = id_number(date(1985, 3, 8))
    fields = filled(organization=str(village.pk), id_number=number, phone="138 1234 5678")
    answer = client_of(village_director).post(NEW, fields)
    with scoping.everything("a test looks"):
        woman = Woman.objects.all().get()
        assert (woman.id_number, woman.birth_on, woman.phone) == (number, date(1985, 3, 8), "13812345678")
    assert answer["Location"] == woman.get_absolute_url()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "没有填身份证号，请选一个原因"),
        ({"id_number": "439981850308123"}, "15 位的旧号码，已经停用"),
        ({"id_number": "439981198503081234"}, "“439***********1234”：最后一位校验码对不上"),
        ({"id_number": id_number(female=False)}, "是男性的号码"),
        ({"id_number": id_number(date(2099, 1, 1))}, "还没有到"),
        ({"name": "<b>张</b>"}, "姓名里有不能用的符号"),
        ({"phone": "12345"}, "手机号是 1 开头的 11 位数字"),
        ({"birth_on": "1850-01-01"}, "请核对年份"),
        ({"organization": "0"}, "居住的村（社区）要从列出的选项里选"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    fields: dict[str, str], words: str, village: Organization, village_director: User, client_of: ClientOf
) -> None:
    given = filled(organization=str(village.pk)) | fields
    text = client_of(village_director).post(NEW, given).content.decode()
    assert words in text
    with scoping.everything("a test looks"):
        assert Woman.objects.all().count() == 0


def test_number_on_file_links_inside_the_scope_and_says_no_more_outside(
    village: Organization, other_village: Organization, village_director: User, city_officer: User, client_of: ClientOf
) -> None:
    number = id_number()
    woman = arrange(other_village, "邓玉珍", id_number=number)
    given = filled(organization=str(village.pk), id_number=number)
    inside = client_of(city_officer).post(NEW, given).content.decode()
    assert f'href="{woman.get_absolute_url()}"' in inside
    outside = client_of(village_director).post(NEW, given).content.decode()
    assert "已在其他组织建档，请联系市妇联" in outside
    assert ["邓玉珍" in outside, woman.get_absolute_url() in outside, "上塘村" in outside] == [False, False, False]


def test_edit_keeps_the_sealed_fields_that_are_left_empty(
    village: Organization, village_director: User, client_of: ClientOf
) -> None:
    number = id_number()
    woman = arrange(village, "张小燕", id_number=number, phone="13812345678")
    url = reverse("members:woman_edit", args=[woman.pk])
    client = client_of(village_director)
    assert [secret in client.get(url).content.decode() for secret in (number, "13812345678")] == [False, False]
    assert client.post(url, filled(address="3 组")).status_code == 302
    with scoping.everything("a test looks"):
        woman = Woman.objects.all().get()
        assert (woman.id_number, woman.phone, woman.address) == (number, "13812345678", "3 组")


def test_edit_takes_the_phone_off_the_file(village: Organization, village_director: User, client_of: ClientOf) -> None:
    woman = arrange(village, "张小燕", phone="13812345678")
    url = reverse("members:woman_edit", args=[woman.pk])
    client_of(village_director).post(url, filled(phone="无", no_id_reason="lost"))
    with scoping.everything("a test looks"):
        assert Woman.objects.all().get().phone is None


def test_reveal_from_her_page_is_on_her_story(
    village: Organization, village_director: User, client_of: ClientOf
) -> None:
    woman = arrange(village, "张小燕", phone="13812345678")
    client = client_of(village_director)
    page = client.get(woman.get_absolute_url()).content.decode()
    link = re.search(r'hx-get="([^"]+/phone/)"', page)
    assert link is not None
    assert "13812345678" in client.post(link[1], {"purpose": "contact"}).content.decode()
    page = client.get(woman.get_absolute_url()).content.decode()
    assert "查看了手机号，事由：联系本人" in page
    assert "13812345678" not in page


def test_auditor_sees_no_way_to_reveal_or_change(village: Organization, auditor: User, client_of: ClientOf) -> None:
    woman = arrange(village, "张小燕", phone="13812345678")
    page = client_of(auditor).get(woman.get_absolute_url()).content.decode()
    assert [words in page for words in ("138****5678", "张*", "张小燕", "显示（记入", "修改档案")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_woman_entered_from_a_household_lives_in_its_village(
    village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        household = build_household(village)
    given = filled(no_id_reason="pending", household=str(household.pk))
    client_of(township_officer).post(f"{NEW}?household={household.pk}", given)
    with scoping.everything("a test looks"):
        woman = Woman.objects.all().get()
        assert (woman.organization, woman.household) == (village, household)


def test_households_of_another_village_are_not_offered(
    village: Organization, sister_village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    woman = arrange(village, "张小燕")
    with scoping.everything("a test arranges rows"):
        own, other = build_household(village, head_name="张建国"), build_household(sister_village, head_name="李建军")
    url = reverse("members:woman_edit", args=[woman.pk])
    client = client_of(township_officer)
    page = client.get(url).content.decode()
    assert (own.head_name in page, other.head_name in page) == (True, False)
    refused = client.post(url, filled(no_id_reason="lost", household=str(other.pk))).content.decode()
    assert "家庭要从列出的选项里选" in refused


def test_leaving_moving_and_coming_back(
    village: Organization, sister_village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    woman = arrange(village, "张小燕")
    client = client_of(township_officer)
    client.post(reverse("members:woman_leave", args=[woman.pk]), {"reason": "moved_away", "on": "2026-03-08"})
    client.post(reverse("members:woman_return", args=[woman.pk]))
    client.post(reverse("members:woman_move", args=[woman.pk]), {"to": sister_village.pk, "on": "2026-03-09"})
    page = client.get(woman.get_absolute_url()).content.decode()
    told = [
        "把档案由杨柳村妇联迁到石桥村妇联，2026-03-09 起",
        "撤销离开登记，档案恢复在册",
        "登记离开，迁出本市，2026-03-08 起",
    ]
    places = [page.index(words) for words in told]
    assert places == sorted(places)


def test_a_masked_number_stands_beside_the_birth_year_alone(
    village: Organization, township_officer: User, auditor: User, client_of: ClientOf
) -> None:
    woman = arrange(village, "何兰", id_number=id_number(date(1985, 10, 11)))
    page = {
        user: client_of(user).get(woman.get_absolute_url()).content.decode() for user in (township_officer, auditor)
    }
    born = {user: re.findall(r"岁，(\S+生)", text) for user, text in page.items()}
    assert born == {township_officer: ["1985年10月11日生"], auditor: ["1985年生"]}
    assert "10月11日" not in page[auditor]


def test_an_auditor_cannot_find_out_who_a_masked_person_is(
    three: list[Woman], auditor: User, client_of: ClientOf
) -> None:
    client = client_of(auditor)
    page = client.get(f"{LIST}?q=张小燕")
    assert [listed(client, query) for query in ("?q=张小燕", "?q=zzl")] == [["曾*", "张*", "张*"]] * 2
    assert 'name="q"' not in page.content.decode()
    assert [client.get(FIND).status_code, client.post(FIND, {"number": id_number()}).status_code] == [403, 403]
    assert FIND not in page.content.decode()


def test_a_page_mark_says_nothing_of_the_names_it_stands_between(
    village: Organization, village_director: User, client_of: ClientOf
) -> None:
    for sign in "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子":
        arrange(village, f"张{sign}")
    after = re.search(r'href="\?after=([^"]+)"', client_of(village_director).get(LIST).content.decode())
    assert after is not None
    mark = base64.urlsafe_b64decode(unquote(after[1]))
    assert b"zhang" not in mark
    assert len(mark) > 28


def test_a_closed_village_can_still_be_chosen_and_is_marked(
    sister_village: Organization, three: list[Woman], village: Organization, city_officer: User,
    township_officer: User, client_of: ClientOf,
) -> None:  # fmt: skip
    with scoping.everything("a test arranges rows"):
        organizing.merge(village, into=sister_village, on=date(2026, 1, 5), by=city_officer)
    client = client_of(township_officer)
    assert re.findall(r">(?:　)*([^<]*妇联[^<]*)</option>", client.get(LIST).content.decode()) == [
        "石桥村妇联", "杨柳村妇联（已撤并）",
    ]  # fmt: skip
    page = client.get(f"{LIST}?branch={village.pk}")
    assert (page.context["form"].errors, listed(client, f"?branch={sister_village.pk}")) == ({}, ["曾周丽", "张小燕"])
