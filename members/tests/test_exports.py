"""What leaves the portal as a workbook, read back."""

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from federation import jobs, scoping
from federation.models import AuditEntry, Job, Organization, User
from members.tests.build import build_appointment, build_cadre, build_household, build_woman, id_number

ClientOf = Callable[[User], Client]
URL = reverse("members:woman_export")
pytestmark = pytest.mark.usefixtures("export_rules")


@pytest.fixture
def number(village: Organization, other_village: Organization) -> str:
    """In the village one woman whose fields look like formulas; in another township one more."""
    text = id_number()
    with scoping.everything("a test arranges rows"):
        build_woman(village, id_number=text, phone="13812345678", address="=HYPERLINK(1)")
        build_woman(village, name="何兰", address="-2+3")
        build_woman(other_village, name="邓玉珍")
    return text


def exported(client: Client, url: str, **fields: str) -> tuple[Job, Any]:
    """The job and its sheet, after a worker has done it."""
    answer = client.post(url, {"purpose": "check", "form": "xlsx", **fields})
    job = Job.objects.get(pk=answer["Location"].split("/")[-2])
    jobs.run(job.pk)
    job.refresh_from_db()
    if not job.result:
        return job, None
    return job, openpyxl.load_workbook(io.BytesIO(job.result.read())).active


@pytest.mark.django_db(transaction=True)
def test_rows_are_those_of_the_list_masked_and_without_formulas(
    number: str, township_officer: User, client_of: ClientOf
) -> None:
    job, sheet = exported(client_of(township_officer), URL)
    assert job.state == Job.State.DONE
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows[0][:5] == ["姓名", "村（社区）", "年龄", "证件号", "手机号"]
    assert [row[0] for row in rows[1:]] == ["何兰", "张小燕"]
    assert rows[2][3:5] == [f"{number[:3]}***********{number[-4:]}", "138****5678"]
    assert [row[10] for row in rows[1:]] == ["-2+3", "=HYPERLINK(1)"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert number not in str(rows)


@pytest.mark.django_db(transaction=True)
def test_watermark_says_who_when_and_why(number: str, township_officer: User, client_of: ClientOf) -> None:
    _, sheet = exported(client_of(township_officer), URL)
    words = str(sheet["A1"].value)
    assert re.match(r"青石镇妇联 周小燕 \d{4}年\d+月\d+日 \d\d:\d\d 导出，2 人，用途：核对名册。", words)
    assert sheet.oddFooter.left.text.startswith("青石镇妇联 周小燕")


@pytest.mark.django_db(transaction=True)
def test_conditions_of_the_list_hold_and_a_name_among_them_is_not_readable_in_the_job(
    number: str, township_officer: User, client_of: ClientOf
) -> None:
    job, sheet = exported(client_of(township_officer), f"{URL}?q=何")
    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == ["何兰"]
    assert "何" not in str(job.params)
    entry = AuditEntry.objects.get(action="federation.list.exported")
    assert (entry.actor, entry.details) == (
        township_officer,
        {"title": "妇女名册", "rows": 1, "purpose": "核对名册"},
    )


@pytest.mark.django_db(transaction=True)
def test_scope_is_the_owners_when_the_job_runs(number: str, township_officer: User, client_of: ClientOf) -> None:
    answer = client_of(township_officer).post(URL, {"purpose": "check", "form": "xlsx"})
    township_officer.grants.update(ends_on="2020-01-02")
    job = Job.objects.get(pk=answer["Location"].split("/")[-2])
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, bool(job.result)) == (Job.State.FAILED, False)


def test_a_reason_is_asked(number: str, township_officer: User, client_of: ClientOf) -> None:
    answer = client_of(township_officer).post(URL, {"purpose": ""})
    assert "请选用途" in answer.content.decode()
    assert Job.objects.count() == 0


def test_nothing_to_export_says_so(township_officer: User, client_of: ClientOf) -> None:
    client = client_of(township_officer)
    assert "这些条件下没有可导出的记录" in client.post(URL, {"purpose": "check", "form": "xlsx"}).content.decode()
    assert Job.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_households_and_cadres_go_out_too(village: Organization, village_director: User, client_of: ClientOf) -> None:
    with scoping.everything("a test arranges rows"):
        build_woman(village, household=build_household(village))
        build_appointment(build_cadre(village, phone="13812345678"), post="chair")
    client = client_of(village_director)
    found = []
    for name in ("household", "cadre"):
        _, sheet = exported(client, reverse(f"members:{name}_export"))
        found.append([cell.value for cell in sheet[3]])
    assert found == [
        ["张建国", "杨柳村妇联", None, None, None, "无", "张小燕"],
        ["何秀兰", "杨柳村妇联", "杨柳村妇联主席", "没有登记届满日期", "138****5678", None, None, "否"],
    ]
