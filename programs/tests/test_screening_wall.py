"""Nobody but the screening hospital ever sees a finding: not on a page, not in a workbook, not by SQL under her scope."""

import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from federation import scoping
from federation.models import Organization, User
from programs.models import Campaign, ScreeningResult
from programs.tests.build import build_campaign, build_result, build_woman, committed, results_rows

FINDINGS = ("HSIL", "hsil", "高级别", "需进一步检查")
Asking = Callable[[User], Client]


@pytest.fixture
def campaign(city: Organization, village: Organization) -> Campaign:
    """One abnormal result in the village of the cast."""
    campaign = build_campaign(city)
    with scoping.everything("a test arranges rows"):
        build_result(campaign, build_woman(village))
    return campaign


@pytest.fixture(
    params=[
        "village_director",
        "township_officer",
        "city_officer",
        "leader",
        "auditor",
        "rights_officer",
        "finance_officer",
        "administrator",
        "sponsor",
    ]
)
def reader(request: pytest.FixtureRequest) -> User:
    found: User = request.getfixturevalue(request.param)
    return found


def test_pages_never_show_a_finding(campaign: Campaign, reader: User, client_of: Asking) -> None:
    client = client_of(reader)
    for name in ("campaign_detail", "attendance_list", "attendance_export", "screening_result_list", "batch_list"):
        answer = client.get(reverse(f"programs:{name}", args=[campaign.pk]))
        assert [word for word in FINDINGS if word.encode() in answer.content] == []
    with scoping.everything("a test asks for an id"):
        result = ScreeningResult.objects.within(campaign.organization).get()
    assert client.get(reverse("programs:screening_result_detail", args=[result.pk])).status_code == 403


def test_postgresql_shows_no_result_row(campaign: Campaign, reader: User) -> None:
    with scoping.of_user(reader), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM programs_screeningresult")
        assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE programs_screeningresult SET abnormal = false")
        assert cursor.rowcount == 0


def test_hospital_sees_the_finding_and_leaves_a_trace(campaign: Campaign, hospital: User, client_of: Asking) -> None:
    client = client_of(hospital)
    assert "TBS：HSIL" in client.get(reverse("programs:screening_result_list", args=[campaign.pk])).content.decode()
    with scoping.of_user(hospital):
        result = ScreeningResult.objects.visible_to(hospital).get()
    page = client.get(reverse("programs:screening_result_detail", args=[result.pk])).content.decode()
    assert "HSIL" in page
    assert "查看筛查结果" in page


def test_attendance_says_only_to_ring_the_hospital(
    campaign: Campaign, village_director: User, client_of: Asking
) -> None:
    page = client_of(village_director).get(reverse("programs:attendance_list", args=[campaign.pk])).content.decode()
    assert ("张小兰" in page, "需联系医院" in page) == (True, True)


def test_exported_list_holds_five_harmless_columns(
    campaign: Campaign, township_officer: User, client_of: Asking
) -> None:
    content = client_of(township_officer).get(reverse("programs:attendance_export", args=[campaign.pk])).content
    rows = list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert rows[1] == ("姓名", "乡镇（街道）", "村（社区）", "参检日期", "状态")
    assert (rows[2][0], rows[2][4]) == ("张小兰", "需联系医院")


def test_other_township_finds_nobody(campaign: Campaign, outsider: User, client_of: Asking) -> None:
    page = client_of(outsider).get(reverse("programs:attendance_list", args=[campaign.pk])).content.decode()
    assert "张小兰" not in page


def test_city_sees_the_hospitals_counts_without_cells(
    city: Organization, village: Organization, hospital: User, city_officer: User, client_of: Asking
) -> None:
    rows = results_rows(village, 2)
    rows[0]["TBS"] = "HSILL"
    with scoping.of_user(hospital):
        batch = committed(build_campaign(city), rows, by=hospital)
    client = client_of(city_officer)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert ("结果栏不显示" in page, "HSILL" in page) == (True, False)
    assert client.get(reverse("programs:batch_error_book", args=[batch.pk])).status_code == 403
    assert client.post(reverse("programs:batch_confirm", args=[batch.pk]), {"checked": "on"}).status_code == 403


def test_error_book_marks_the_cell_and_says_why(
    city: Organization, village: Organization, hospital: User, client_of: Asking
) -> None:
    rows = results_rows(village, 3)
    rows[1]["身份证号"] = "=1+1"
    with scoping.of_user(hospital):
        batch = committed(build_campaign(city), rows, by=hospital)
    answer = client_of(hospital).get(reverse("programs:batch_error_book", args=[batch.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    assert (sheet["C2"].value, sheet["C2"].data_type, sheet["C2"].fill.fgColor.rgb) == ("=1+1", "s", "FFF4CCCC")
    assert sheet["V2"].value == "身份证号：应为 18 位，现在是 4 位"
    assert sheet.max_row == 2


def test_attendance_asks_the_same_queries_for_one_and_three(
    city: Organization, village: Organization, township_officer: User, client_of: Asking
) -> None:
    campaign, client = build_campaign(city), client_of(township_officer)
    counts = []
    for number in (1, 2, 3):
        with scoping.everything("a test arranges rows"):
            build_result(
                campaign, build_woman(village, name=f"张小{'一二三'[number - 1]}", id_number=None, no_id_reason="lost")
            )
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("programs:attendance_list", args=[campaign.pk]))
        counts.append(len(captured))
    assert counts[1] == counts[2]
