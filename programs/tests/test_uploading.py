from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection, transaction

from federation import scoping
from federation.models import Organization, User
from members.models import Woman
from outreach.models import FollowUp
from programs.models import Batch, BatchProblem, Screening, ScreeningResult
from programs.screening import uploading
from programs.tests.build import (
    attendance_rows,
    build_campaign,
    build_woman,
    committed,
    counts,
    previewed,
    received,
    results_rows,
    workbook,
)


def test_every_row_stands_in_exactly_one_count(
    city: Organization, village: Organization, hospital: User, everything: scoping.Scope
) -> None:
    rows = results_rows(village, 5)
    rows[1]["身份证号"] = "123"
    rows[2]["村（社区）"] = "没有的村"
    batch = previewed(build_campaign(city), rows, by=hospital)
    assert (batch.rows_total, counts(batch)) == (5, (3, 0, 0, 2))
    assert list(BatchProblem.objects.within(city).values_list("row", "cell", "reason")) == [
        (3, "C3", "应为 18 位，现在是 3 位"),
        (4, "F4", "找不到这个村（社区）"),
    ]


def test_commit_opens_women_attendance_and_sealed_results(
    city: Organization, village: Organization, hospital: User, everything: scoping.Scope
) -> None:
    rows = results_rows(village, 3)
    committed(build_campaign(city), rows, by=hospital)
    women = list(Woman.objects.within(city).order_by("pk"))
    assert [(w.name, w.id_number, w.phone, w.organization_id) for w in women] == [
        (row["姓名"], row["身份证号"], row["手机号"], village.pk) for row in rows
    ]
    assert [s.attended_on.isoformat() for s in Screening.objects.within(city).order_by("pk")] == [
        r["参检日期"] for r in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT health FROM programs_screeningresult")
        assert all(b"tbs" not in bytes(health) for (health,) in cursor.fetchall())
    assert {result.health for result in ScreeningResult.objects.within(city)} == {
        '{"method":"cytology","tbs":"nilm","breast_exam":"normal","ultrasound":"1","institution":"兰河市妇幼保健院"}'
    }


def test_second_run_changes_nothing(
    city: Organization, village: Organization, hospital: User, everything: scoping.Scope
) -> None:
    campaign, rows = build_campaign(city), results_rows(village, 4)
    rows[0]["TBS"] = "HSIL"
    committed(campaign, rows, by=hospital)
    before = _stored()
    again = previewed(campaign, rows, by=hospital)
    assert counts(again) == (0, 0, 4, 0)
    with pytest.raises(ValidationError):
        uploading.confirm(again, by=hospital)
    uploading.commit(again, by=hospital, at=again.uploaded_at, on=again.uploaded_at.date())
    assert _stored() == before


def _stored() -> list[tuple[Any, ...]]:
    found = []
    with connection.cursor() as cursor:
        for table in ("members_woman", "programs_screening", "programs_screeningresult", "outreach_followup"):
            cursor.execute(f"SELECT t.* FROM {table} t ORDER BY id")
            found += cursor.fetchall()
    return found


def test_abnormal_result_asks_the_village_to_send_her(
    city: Organization, village: Organization, hospital: User, everything: scoping.Scope
) -> None:
    rows = results_rows(village, 2)
    rows[1]["TBS"] = "ASC-US"
    committed(build_campaign(city), rows, by=hospital)
    recall = FollowUp.objects.within(village).recalls().get()
    screening = Screening.objects.within(village).needing_contact().get()
    assert (screening.recall_id, recall.woman_id) == (recall.pk, screening.woman_id)
    assert recall.reason == "医院请她本人联系，有什么事由医院当面告诉她"


def test_corrected_result_takes_the_recall_back(
    city: Organization, village: Organization, hospital: User, everything: scoping.Scope
) -> None:
    campaign, rows = build_campaign(city), results_rows(village)
    committed(campaign, [{**rows[0], "TBS": "LSIL"}], by=hospital)
    batch = committed(campaign, rows, by=hospital)
    assert counts(batch) == (0, 1, 0, 0)
    assert not Screening.objects.within(city).needing_contact().exists()
    assert not FollowUp.objects.within(city).open().exists()
    assert '"nilm"' in ScreeningResult.objects.within(city).get().health


def test_results_follow_an_attendance_list(
    city: Organization, village: Organization, hospital: User, township_officer: User, everything: scoping.Scope
) -> None:
    campaign = build_campaign(city)
    committed(campaign, attendance_rows(village, 2), by=township_officer)
    assert (Screening.objects.within(city).count(), ScreeningResult.objects.within(city).count()) == (2, 0)
    batch = committed(campaign, results_rows(village, 2), by=hospital)
    assert counts(batch) == (0, 2, 0, 0)
    assert (Screening.objects.within(city).count(), ScreeningResult.objects.within(city).count()) == (2, 2)


def test_township_officer_brings_only_her_own_villages(
    village: Organization, other_village: Organization, township_officer: User, city: Organization
) -> None:
    campaign = build_campaign(city)
    rows = [*attendance_rows(village), {**attendance_rows(other_village, 2)[1]}]
    with scoping.of_user(township_officer):
        batch = previewed(campaign, rows, by=township_officer)
        assert counts(batch) == (1, 0, 0, 1)
        assert batch.problems.get().reason == "不在本单位范围"


def test_woman_of_another_township_is_not_taken_over(
    village: Organization, other_village: Organization, township_officer: User, city: Organization
) -> None:
    campaign, row = build_campaign(city), attendance_rows(village)[0]
    with scoping.everything("a test arranges rows"):
        build_woman(other_village, name=row["姓名"], id_number=row["身份证号"])
    with scoping.of_user(township_officer):
        batch = previewed(campaign, [row], by=township_officer)
        assert counts(batch) == (0, 0, 0, 1)
        assert batch.problems.get().reason == "这个号码的档案在本市别的乡镇，不在本单位范围"


def test_woman_on_file_keeps_her_village_and_the_difference_is_told(
    city: Organization, village: Organization, sister_village: Organization, hospital: User, everything: scoping.Scope
) -> None:
    campaign, row = build_campaign(city), results_rows(sister_village)[0]
    woman = build_woman(village, name=row["姓名"], id_number=row["身份证号"], phone=row["手机号"])
    batch = committed(campaign, [row], by=hospital)
    assert (counts(batch), batch.notes_total) == ((1, 0, 0, 0), 1)
    assert batch.changes.get().after == "表里是石桥村，档案不改"
    assert Screening.objects.within(city).get().organization_id == village.pk
    woman.refresh_from_db()
    assert woman.organization_id == village.pk


def test_other_name_for_a_known_number_stays_out(
    city: Organization, village: Organization, hospital: User, everything: scoping.Scope
) -> None:
    row = results_rows(village)[0]
    build_woman(village, name="欧阳小兰", id_number=row["身份证号"])
    batch = previewed(build_campaign(city), [row], by=hospital)
    assert counts(batch) == (0, 0, 0, 1)
    assert batch.problems.get().reason == "这个身份证号在档案里姓名是 欧阳*（4 个字），和表里不同"


def test_same_person_twice_in_a_file_stays_out_twice(
    city: Organization, village: Organization, hospital: User, everything: scoping.Scope
) -> None:
    first, second = results_rows(village, 2)
    batch = previewed(build_campaign(city), [first, second, {**first, "TBS": "HSIL"}], by=hospital)
    assert counts(batch) == (1, 0, 0, 2)
    assert [problem.reason for problem in batch.problems.all()] == ["与第 4 行是同一人", "与第 2 行是同一人"]


def test_cycle_that_has_not_run_out_is_told(
    city: Organization, village: Organization, hospital: User, everything: scoping.Scope
) -> None:
    rows = results_rows(village)
    rows[0]["参检日期"] = rows[0]["报告日期"] = "2016-05-01"
    committed(build_campaign(city, name="上半年", ends_on=date(2016, 6, 30)), rows, by=hospital)
    rows[0]["参检日期"] = rows[0]["报告日期"] = "2016-09-01"
    batch = previewed(build_campaign(city, name="下半年"), rows, by=hospital)
    assert [problem.reason for problem in batch.problems.all()] == [
        "宫颈癌筛查在周期内做过，2019-05-01 起才该再做",
        "乳腺癌筛查在周期内做过，2019-05-01 起才该再做",
    ]


def test_federation_list_with_results_is_refused_and_removed(
    city: Organization,
    village: Organization,
    township_officer: User,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    campaign = build_campaign(city)
    with django_capture_on_commit_callbacks(execute=True), scoping.of_user(township_officer):
        batch = previewed(campaign, results_rows(village), by=township_officer)
        stored = Batch.objects.within(city).get()
        name = default_storage.listdir("")
    assert (batch.state, batch.file.name, name is not None) == (Batch.State.REFUSED, "", True)
    assert stored.refusal.startswith(
        "表里有检查结果栏：宫颈筛查方法、HPV、TBS、VIA、阴道镜、宫颈病理。检查结果只由筛查医院上传"
    )


def test_file_is_sealed_and_goes_with_the_commit(
    city: Organization,
    village: Organization,
    hospital: User,
    everything: scoping.Scope,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    rows = results_rows(village)
    with django_capture_on_commit_callbacks(execute=True):
        batch = previewed(build_campaign(city), rows, by=hospital)
    held = batch.file.name
    with open(default_storage.path(held), "rb") as file:
        assert rows[0]["身份证号"].encode() not in file.read()
    with django_capture_on_commit_callbacks(execute=True):
        uploading.commit(batch, by=hospital, at=batch.uploaded_at, on=batch.uploaded_at.date())
    assert (batch.file.name, default_storage.exists(held)) == ("", False)


def test_same_file_at_once_is_told_which_batch_has_it(
    city: Organization, village: Organization, hospital: User, everything: scoping.Scope
) -> None:
    campaign, content = build_campaign(city), workbook(results_rows(village))
    first = received(campaign, content, by=hospital)
    with pytest.raises(uploading.AlreadyUploaded) as refused, transaction.atomic():
        received(campaign, content, by=hospital, minutes=5)
    assert refused.value.batch == first
    assert Batch.objects.within(city).get() == first


def test_cancelled_list_leaves_nothing(
    city: Organization,
    village: Organization,
    hospital: User,
    everything: scoping.Scope,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    rows = results_rows(village, 2)
    rows[0]["TBS"] = "看不懂"
    batch = previewed(build_campaign(city), rows, by=hospital)
    held = [batch.file.name, batch.error_book.name]
    with django_capture_on_commit_callbacks(execute=True):
        uploading.cancel(batch, by=hospital)
    assert [default_storage.exists(name) for name in held] == [False, False]
    assert not BatchProblem.objects.within(city).exists()


def test_bad_row_keeps_the_good_ones_going(
    city: Organization, village: Organization, hospital: User, everything: scoping.Scope
) -> None:
    rows = results_rows(village, 3)
    rows[1]["超声BI-RADS"] = "9类"
    batch = committed(build_campaign(city), rows, by=hospital)
    assert counts(batch) == (2, 0, 0, 1)
    problem = batch.problems.get()
    assert (problem.cell, problem.value, problem.reason) == ("O3", "结果栏不显示", "不是规定的名目")
    assert Screening.objects.within(city).count() == 2
