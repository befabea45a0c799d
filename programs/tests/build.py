"""Plain builders for screenings; state what matters in the test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench import workbooks
from federation.models import Organization, User
from federation.spreadsheets.writing import export
from members.models import Woman
from programs.models import Batch, Campaign
from programs.screening import uploading

FIRST, LAST = date(2016, 3, 1), date(2016, 11, 30)
AT = datetime(2016, 12, 10, 2, tzinfo=UTC)
ON = date(2016, 12, 10)


def build_campaign(city: Organization, **fields: Any) -> Campaign:
    values = {"year": 2016, "name": "2016年两癌筛查", "quota": 25000, "starts_on": FIRST, "ends_on": LAST, **fields}
    return Campaign.objects.create(organization=city, **values)


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
    return export("名单", rows)


def received(campaign: Campaign, content: bytes, *, by: User, minutes: int = 0) -> Batch:
    assert by.organization is not None
    return uploading.receive(
        campaign=campaign,
        organization=by.organization,
        file_name="名单.xlsx",
        content=content,
        by=by,
        at=AT + timedelta(minutes=minutes),
    )


def previewed(campaign: Campaign, rows: Sequence[dict[str, Any]] | bytes, *, by: User) -> Batch:
    batch = received(campaign, rows if isinstance(rows, bytes) else workbook(rows), by=by)
    uploading.preview(batch, on=ON)
    return batch


def committed(campaign: Campaign, rows: Sequence[dict[str, Any]] | bytes, *, by: User) -> Batch:
    batch = previewed(campaign, rows, by=by)
    uploading.commit(batch, by=by, at=AT, on=ON)
    return batch


def counts(batch: Batch) -> tuple[int, int, int, int]:
    """New, changed, same, rejected."""
    return batch.rows_new, batch.rows_changed, batch.rows_same, batch.rows_rejected
