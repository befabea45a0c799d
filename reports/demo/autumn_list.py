"""The list that the hospital has not sent yet: a workbook to try the import with, women on file and new ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from federation.models import Organization
from federation.spreadsheets.writing import export
from members.models import Woman
from programs.models import Campaign, Screening
from programs.screening.findings import LABELS, TITLES, Findings
from reports.demo import people
from reports.demo.screening import ABNORMAL, INSTITUTION, NORMAL
from reports.demo.stage import Stage

ROWS = 25_000
# Of those rows, how many are women already on file and due for screening.
KNOWN = 8_000
_ABNORMAL_PER_MILLE = 34
_CLINICAL = (
    "method",
    "hpv",
    "tbs",
    "via",
    "colposcopy",
    "cervical_pathology",
    "breast_exam",
    "ultrasound",
    "mammogram",
)


def workbook(stage: Stage, *, rows: int = ROWS) -> bytes:
    """20 columns in the layout of programs/screening/layouts.py."""
    campaign = Campaign.objects.filter(organization=stage.city).latest("year")
    return export("筛查结果", _rows(stage, campaign, rows), note="虚构的名单，只用于试用")


def _rows(stage: Stage, campaign: Campaign, count: int) -> Iterator[dict[str, Any]]:
    last = min(stage.on, campaign.ends_on)
    women = [*_due(stage, campaign, min(KNOWN, count))]
    # The register uses far fewer numbers of any one birthday.
    numbers = people.IdNumbers(first=250)
    women += [_new(stage, numbers, place) for place in range(count - len(women))]
    for place, (name, number, phone, village) in enumerate(women, start=1):
        findings = NORMAL
        if stage.random.randrange(1000) < _ABNORMAL_PER_MILLE:
            findings = stage.random.choice(ABNORMAL)
        attended_on = last - timedelta(days=14 + stage.random.randrange(60))
        yield {
            "编号": f"Q{campaign.year}-{place:05}",
            "姓名": name,
            "身份证号": number,
            "手机号": phone,
            "乡镇（街道）": village.township.division_name if village.township else "",
            "村（社区）": village.division_name,
            "参检日期": attended_on.isoformat(),
            **_in_words(findings),
            "报告日期": (attended_on + timedelta(days=7)).isoformat(),
            "诊断机构": INSTITUTION,
            "需进一步检查": "是" if findings.abnormal else "",
            "备注": "",
        }


def _in_words(findings: Findings) -> dict[str, str]:
    return {TITLES[key]: LABELS[key].get(findings.codes.get(key, ""), "") for key in _CLINICAL}


def _due(stage: Stage, campaign: Campaign, count: int) -> Iterator[tuple[str, str, str, Organization]]:
    villages = {village.pk: village for village in stage.villages}
    screened = Screening.objects.within(stage.city).filter(cervical_due_on__gt=campaign.starts_on)
    due = Woman.objects.within(stage.city).aged(38, 60, on=stage.on).exclude(pk__in=screened.values("woman"))
    for woman in due.order_by("pk")[:count]:
        yield woman.name, str(woman.id_number), str(woman.phone), villages[woman.organization_id]


def _new(stage: Stage, numbers: people.IdNumbers, place: int) -> tuple[str, str, str, Organization]:
    born_on = people.born_between(stage.random, date(stage.on.year - 60, 1, 1), date(stage.on.year - 38, 12, 31))
    number = numbers.of(born_on)
    return (
        people.woman_name(stage.random),
        number,
        people.phone(stage.random),
        stage.villages[place % len(stage.villages)],
    )
