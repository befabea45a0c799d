"""Plain builders for screenings; state what matters in the test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile

from bench import workbooks
from federation.models import Organization, User
from members.models import Woman
from programs.models import (
    Batch,
    BatchProblem,
    Campaign,
    QuotaIssue,
    Screening,
    ScreeningAppointment,
    ScreeningDay,
    ScreeningExclusion,
    ScreeningRecall,
    ScreeningResult,
)
from programs.screening import uploading

FIRST, LAST = date(2016, 3, 1), date(2016, 11, 30)
AT = datetime(2016, 12, 10, 2, tzinfo=UTC)
ON = date(2016, 12, 10)


def build_campaign(city: Organization, **fields: Any) -> Campaign:
    values = {"year": 2016, "name": "2016年两癌筛查", "quota": 25000, "starts_on": FIRST, "ends_on": LAST, **fields}
    return Campaign.objects.create(organization=city, **values)


def build_quota_issue(campaign: Campaign, **fields: Any) -> QuotaIssue:
    values = {"number": 1, "issued_on": campaign.starts_on, **fields}
    return QuotaIssue.objects.create(campaign=campaign, **values)


def build_woman(village: Organization, **fields: Any) -> Woman:
    values = {"name": "张小兰", "id_number": workbooks.id_number(7, date(1975, 5, 6)), **fields}
    return Woman.objects.create(organization=village, **values)


def results_rows(village: Organization, count: int = 1) -> list[dict[str, Any]]:
    """Normal results of fictional women of one village."""
    assert village.township is not None
    places = [(village.township.division_name, village.division_name)]
    rows = list(workbooks.results(count, places, first=FIRST, last=LAST))
    normal = {
        "HPV": "",
        "TBS": "NILM",
        "宫颈筛查方法": "液基细胞学",
        "阴道镜": "",
        "超声BI-RADS": "1类",
        "乳腺触诊": "未见异常",
    }
    return [{**row, **normal} for row in rows]


def attendance_rows(village: Organization, count: int = 1) -> list[dict[str, Any]]:
    assert village.township is not None
    return list(
        workbooks.persons(count, [(village.township.division_name, village.division_name)], first=FIRST, last=LAST)
    )


def workbook(rows: Sequence[dict[str, Any]]) -> bytes:
    return workbooks.workbook("名单", rows)


def received(campaign: Campaign, content: bytes, *, by: User, minutes: int = 0, name: str = "名单.xlsx") -> Batch:
    assert by.organization is not None
    return uploading.receive(
        campaign=campaign,
        organization=by.organization,
        file_name=name,
        content=content,
        by=by,
        at=AT + timedelta(minutes=minutes),
    )


def previewed(
    campaign: Campaign, rows: Sequence[dict[str, Any]] | bytes, *, by: User, name: str = "名单.xlsx"
) -> Batch:
    batch = received(campaign, rows if isinstance(rows, bytes) else workbook(rows), by=by, name=name)
    uploading.preview(batch, on=ON)
    return batch


def committed(campaign: Campaign, rows: Sequence[dict[str, Any]] | bytes, *, by: User) -> Batch:
    batch = previewed(campaign, rows, by=by)
    uploading.commit(batch, by=by, at=AT, on=ON)
    return batch


def counts(batch: Batch) -> tuple[int, int, int, int]:
    """New, changed, same, rejected."""
    return batch.rows_new, batch.rows_changed, batch.rows_same, batch.rows_rejected


def build_batch(campaign: Campaign, organization: Organization, *, by: User, **fields: Any) -> Batch:
    """A previewed attendance list with one problem and its error book."""
    values = {
        "kind": Batch.Kind.ATTENDANCE,
        "state": Batch.State.PREVIEWED,
        "file_name": "名单.xlsx",
        "file_sha256": uuid4().hex,
        "uploaded_by": by,
        "uploaded_at": AT,
        "rows_total": 2,
        "rows_new": 1,
        "rows_rejected": 1,
        "problems_total": 1,
        "error_book": ContentFile(b"book", name="book"),
        **fields,
    }
    batch = Batch.objects.create(campaign=campaign, organization=organization, **values)
    BatchProblem.objects.create(
        batch=batch,
        organization=organization,
        row=3,
        cell="C3",
        title="身份证号",
        value="123",
        reason="应为 18 位",
        example="18 位",
    )
    return batch


def build_screening(campaign: Campaign, woman: Woman, **fields: Any) -> Screening:
    values = {"attended_on": date(2016, 5, 1), **fields}
    return Screening.objects.create(campaign=campaign, woman=woman, organization=woman.organization, **values)


def build_result(campaign: Campaign, woman: Woman, **fields: Any) -> ScreeningResult:
    values = {
        "health": '{"method":"cytology","tbs":"hsil"}',
        "abnormal": True,
        "reported_on": date(2016, 5, 9),
        **fields,
    }
    screening = build_screening(campaign, woman, needs_contact=values["abnormal"])
    return ScreeningResult.objects.create(screening=screening, organization=woman.organization, **values)


def build_recall(campaign: Campaign, woman: Woman, **fields: Any) -> ScreeningRecall:
    """The hospital waits for a colposcopy."""
    screening = fields.pop("screening", None) or build_screening(campaign, woman, needs_contact=True)
    values = {"step": "colposcopy", "opened_on": date(2016, 5, 9), "due_on": date(2016, 6, 8), **fields}
    return ScreeningRecall.objects.create(
        campaign=campaign, screening=screening, organization=woman.organization, **values
    )


def build_exclusion(woman: Woman, *, by: User, **fields: Any) -> ScreeningExclusion:
    values = {"cervical": True, "breast": False, "reason": "medical", "detail": "全子宫切除", **fields}
    return ScreeningExclusion.objects.create(
        woman=woman, organization=woman.organization, recorded_on=FIRST, recorded_by=by, **values
    )


def build_day(campaign: Campaign, village: Organization, **fields: Any) -> ScreeningDay:
    values = {"day": date(2016, 5, 1), "place": "村卫生室", "quota": 2, **fields}
    return ScreeningDay.objects.create(campaign=campaign, organization=village, **values)


def build_appointment(day: ScreeningDay, woman: Woman, *, by: User) -> ScreeningAppointment:
    return ScreeningAppointment.objects.create(day=day, woman=woman, organization=woman.organization, booked_by=by)
