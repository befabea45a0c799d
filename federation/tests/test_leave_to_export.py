"""A long list leaves the portal with another person's leave only."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation import exporting, jobs, scoping
from federation.models import AuditEntry, ExportLeave, Job, Organization, PolicyRule, User
from federation.permissions import Role
from federation.spreadsheets import csv_text
from federation.tests.cast import build_user
from members.tests.build import build_woman

ClientOf = Callable[[User], Client]
URL = reverse("members:woman_export")
GIVEN = {"purpose": "check", "form": "xlsx", "reason": "市卫健局核对应检名单"}
pytestmark = [pytest.mark.usefixtures("export_rules"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two_women(export_rules: None, village: Organization) -> None:
    """More than anybody takes out alone: the rule says one."""
    PolicyRule.objects.filter(code=exporting.MOST_WITHOUT_LEAVE).update(value="1")
    with scoping.everything("a test arranges rows"):
        build_woman(village)
        build_woman(village, name="何兰", address="=HYPERLINK(1)")


def asked(client: Client, **fields: str) -> ExportLeave:
    answer = client.post(URL, {**GIVEN, **fields})
    return ExportLeave.objects.get(pk=answer["Location"].split("/")[-2])


def answered(leave: ExportLeave, client: Client, **fields: str) -> int:
    return client.post(leave.get_absolute_url(), {"allowed": "allowed", **fields}).status_code


def made(leave: ExportLeave) -> Job:
    leave.refresh_from_db()
    assert leave.job is not None
    jobs.run(leave.job.pk)
    leave.job.refresh_from_db()
    return leave.job


def test_nothing_leaves_before_another_person_says_yes(
    two_women: None, township_officer: User, city_officer: User, client_of: ClientOf
) -> None:
    leave = asked(client_of(township_officer))
    assert (Job.objects.count(), leave.rows, leave.state) == (0, 2, "等批准")
    assert answered(leave, client_of(township_officer)) == 403
    assert answered(leave, client_of(city_officer)) == 302
    job = made(leave)
    assert (job.owner, job.state) == (township_officer, Job.State.DONE)
    sheet = openpyxl.load_workbook(io.BytesIO(job.result.read())).active
    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == ["何兰", "张小燕"]
    actions = AuditEntry.objects.filter(action__startswith="federation.export").values_list("action", "actor")
    assert list(actions.order_by("pk")) == [
        ("federation.export.asked", township_officer.pk),
        ("federation.export.allowed", city_officer.pk),
    ]


def test_refusal_says_why_and_makes_no_file(
    two_women: None, township_officer: User, city_officer: User, client_of: ClientOf
) -> None:
    leave, client = asked(client_of(township_officer)), client_of(city_officer)
    page = client.post(leave.get_absolute_url(), {"allowed": "refused"}).content.decode()
    assert "不批准的，请写明原因" in page
    assert answered(leave, client, allowed="refused", answer="名单请按村分开要") == 302
    assert "名单请按村分开要" in client_of(township_officer).get(leave.get_absolute_url()).content.decode()
    assert Job.objects.count() == 0
    again = client.post(leave.get_absolute_url(), {"allowed": "allowed"}).content.decode()
    assert "已经有人批过了" in again


def test_database_refuses_one_person_with_two_accounts(
    two_women: None, township: Organization, township_officer: User, client_of: ClientOf
) -> None:
    leave = asked(client_of(township_officer))
    second = build_user("second", Role.TOWNSHIP_OFFICER, township, person=township_officer.person)
    assert answered(leave, client_of(second)) == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportLeave.objects.filter(pk=leave.pk).update(decider=second.person, allowed=True)


def test_neighbour_neither_sees_nor_answers(
    two_women: None, township_officer: User, other_township: Organization, client_of: ClientOf
) -> None:
    leave = asked(client_of(township_officer))
    neighbour = client_of(build_user("neighbour", Role.TOWNSHIP_OFFICER, other_township))
    assert neighbour.get(leave.get_absolute_url()).status_code == 404
    assert list(neighbour.get(reverse("export_leave_list")).context["page"].rows) == []


def test_a_job_of_ones_own_making_stops(two_women: None, township_officer: User) -> None:
    with scoping.of_user(township_officer):
        listing = exporting.LISTINGS["members.women"]
        job = exporting.start(listing, query=QueryDict(), form="xlsx", purpose="check", by=township_officer)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, bool(job.result)) == (Job.State.FAILED, False)
    assert "要先申请，由另一位批准" in job.message


def test_list_that_grew_since_is_asked_for_again(
    two_women: None, village: Organization, township_officer: User, city_officer: User, client_of: ClientOf
) -> None:
    leave = asked(client_of(township_officer))
    answered(leave, client_of(city_officer))
    with scoping.everything("a test arranges rows"):
        build_woman(village, name="邓玉珍")
    job = made(leave)
    assert (bool(job.result), "批准的是 2 人，现在有 3 人" in job.message) == (False, True)


def test_text_file_has_no_formulas_and_says_who_took_it(
    two_women: None, township_officer: User, city_officer: User, client_of: ClientOf
) -> None:
    leave = asked(client_of(township_officer), form="csv")
    answered(leave, client_of(city_officer))
    job = made(leave)
    assert job.result_name.endswith(".csv")
    content = job.result.read()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = csv_text.rows_of(content, most_rows=10, most_columns=50)
    assert str(rows[0][0]).startswith("青石镇妇联 周小燕")
    assert [row[0] for row in rows[2:]] == ["何兰", "张小燕"]
    assert "'=HYPERLINK(1)" in rows[2]


def test_file_goes_after_the_last_download(
    two_women: None, township_officer: User, city_officer: User, client_of: ClientOf
) -> None:
    leave, client = asked(client_of(township_officer)), client_of(township_officer)
    answered(leave, client_of(city_officer))
    address = reverse("job_download", args=[made(leave).pk])
    assert [client.get(address).status_code for _ in range(4)] == [200, 200, 200, 404]
    assert "下载次数已满" in client.get(reverse("job", args=[leave.job_id])).content.decode()
    assert exporting.clear(at=timezone.now() + timedelta(days=8)) == 0


def test_reason_is_asked_for(two_women: None, township_officer: User, client_of: ClientOf) -> None:
    answer: Any = client_of(township_officer).post(URL, {"purpose": "check", "form": "xlsx"})
    assert "请写明给谁、办什么事" in answer.content.decode()
    assert (ExportLeave.objects.count(), Job.objects.count()) == (0, 0)
