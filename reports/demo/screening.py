"""Campaigns, who came, what the hospital found (yields as in domain.md §2.3), and the calls that followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from federation import copying
from federation.models import Organization
from federation.sealed import seal_many
from outreach.following_up import RECALL_REASON
from outreach.models import FollowUp
from programs.models import Campaign, QuotaIssue, Screening, ScreeningQuota, ScreeningResult
from programs.screening.findings import Findings, as_text
from programs.screening.quotas import largest_remainder, usual_percents
from programs.screening.rules import years_later
from reports.demo.recalled import Recalled, Recalls
from reports.demo.register import Resident
from reports.demo.stage import SAMPLE_YEAR, Stage

# Screened a year; the sample says 2.5万名.
_SCREENED = {SAMPLE_YEAR - 1: 24_180, SAMPLE_YEAR: 25_312}
# Last year, and this year before the hospital's autumn list comes in.
_LATEST_SCREENED, _SO_FAR = 25_640, 14_800
_QUOTA = {SAMPLE_YEAR - 1: 25_000, SAMPLE_YEAR: 25_000}
_LAST_QUOTA, _PRESENT_QUOTA = 26_000, 40_000
_FIRST_MONTH, _LAST_MONTH = 3, 11
# Cytology and breast, both every three years (domain.md §2.1).
_CYCLE_YEARS = 3
# Of a thousand women: cytology, HPV 16/18, breast findings that call for another look.
_ABNORMAL_PER_MILLE = 34
INSTITUTION = "兰河市妇幼保健院"
NORMAL = Findings({"method": "cytology", "tbs": "nilm", "breast_exam": "normal", "ultrasound": "1"})
ABNORMAL = [
    Findings({**NORMAL.codes, **found})
    for found in (
        {"tbs": "asc_us"}, {"tbs": "asc_us"}, {"tbs": "lsil"}, {"tbs": "hsil"}, {"tbs": "asc_h"}, {"ultrasound": "4a"},
        {"ultrasound": "0"}, {"ultrasound": "3"},
    )
]  # fmt: skip
_SCREENING = [
    "id", "organization_id", "township_id", "campaign_id", "woman_id", "number", "attended_on", "cervical", "breast",
    "cervical_due_on", "breast_due_on", "needs_contact", "recall_id",
]  # fmt: skip
_RESULT = ["organization_id", "township_id", "public_id", "screening_id", "health", "abnormal", "reported_on"]
_RECALL = [
    "id", "organization_id", "township_id", "kind", "woman_id", "reason", "due_on", "done_on", "done_by_id", "result",
    "note",
]  # fmt: skip


@dataclass(frozen=True)
class Attendance:
    pk: int
    woman: Resident
    attended_on: date
    abnormal: bool
    recall_id: int | None


def fill_screening(stage: Stage, residents: list[Resident]) -> None:
    """The sample's two years screen every woman of the older cohort once; the latest two those of age then."""
    older = [woman for woman in residents if woman.birth_on.year <= SAMPLE_YEAR - 34]
    first = _SCREENED[SAMPLE_YEAR - 1]
    groups = {SAMPLE_YEAR - 1: older[0::2][:first], SAMPLE_YEAR: older[1::2]}
    groups[SAMPLE_YEAR] = _topped_up(groups[SAMPLE_YEAR], older[0::2][first:], _SCREENED[SAMPLE_YEAR])
    latest = [woman for woman in residents if 35 <= stage.on.year - 1 - woman.birth_on.year <= 63]
    groups[stage.on.year - 1] = latest[0::2][:_LATEST_SCREENED]
    groups[stage.on.year] = latest[1::2][:_SO_FAR]
    for year in stage.years:
        _fill_year(stage, year, groups[year], residents)


def _topped_up(women: list[Resident], more: list[Resident], wanted: int) -> list[Resident]:
    return (women + more)[:wanted]


def _fill_year(stage: Stage, year: int, women: list[Resident], residents: list[Resident]) -> None:
    campaign = Campaign.objects.create(
        organization=stage.city,
        year=year,
        name=f"{year}年农村妇女“两癌”免费筛查",
        document_number=f"兰妇〔{year}〕6号",
        quota=_QUOTA.get(year, _PRESENT_QUOTA if year == stage.on.year else _LAST_QUOTA),
        starts_on=date(year, _FIRST_MONTH, 1),
        ends_on=date(year, _LAST_MONTH, 30),
    )
    _issue_quotas(stage, campaign, residents)
    attendances = _attendances(stage, year, women)
    copying.insert(FollowUp, _RECALL, _recalls(stage, [item for item in attendances if item.abnormal]))
    keys, recalls = [stage.uuid() for _ in attendances], Recalls(stage, year)
    results = [_result(stage, item, recalls) for item in attendances]
    rows = (
        (
            item.pk, item.woman.village.pk, item.woman.village.township_id, campaign.pk, item.woman.pk, f"{year}{place:06}",
            item.attended_on, True, True, years_later(item.attended_on, _CYCLE_YEARS),
            years_later(item.attended_on, _CYCLE_YEARS), result.found.abnormal, item.recall_id,
        )
        for place, (item, result) in enumerate(zip(attendances, results, strict=True), start=1)
    )  # fmt: skip
    copying.insert(Screening, _SCREENING, rows)
    copying.insert(ScreeningResult, _RESULT, _rows_of(results, keys))
    recalls.write(campaign, [result.recalled for result in results if result.recalled])


def _issue_quotas(stage: Stage, campaign: Campaign, residents: list[Resident]) -> None:
    """By the women of screening age in each township; the quarters as the campaign's days fall on them."""
    ages = range(35, 65)
    due = Counter(woman.village.township_id for woman in residents if campaign.year - woman.birth_on.year in ages)
    shares = largest_remainder(campaign.quota, {township.pk: due[township.pk] for township in stage.townships})
    issue = QuotaIssue.objects.create(
        campaign=campaign, number=1, issued_on=date(campaign.year, 2, 20), document_number=campaign.document_number
    )
    percents = dict(enumerate(usual_percents(campaign)))
    for township in stage.townships:
        quota = shares[township.pk]
        quarters = largest_remainder(quota, percents)
        ScreeningQuota.objects.create(
            issue=issue, organization=township, women_due=due[township.pk], proposed=quota, quota=quota,
            **{name: quarters[place] for place, name in enumerate(ScreeningQuota.QUARTERS)},
        )  # fmt: skip


def _attendances(stage: Stage, year: int, women: list[Resident]) -> list[Attendance]:
    """Whole villages come together, each on a day of its own."""
    days = {village.pk: stage.day_in(year, _FIRST_MONTH, _LAST_MONTH) for village in stage.villages}
    came = [(woman, day) for woman in women if (day := days[woman.village.pk]) is not None]
    marks = [stage.random.randrange(1000) < _ABNORMAL_PER_MILLE for _ in came]
    ids = copying.reserve_ids(Screening, len(came))
    recalls = iter(copying.reserve_ids(FollowUp, sum(marks)))
    return [
        Attendance(pk, woman, day, abnormal, next(recalls) if abnormal else None)
        for pk, (woman, day), abnormal in zip(ids, came, marks, strict=True)
    ]


def _recalls(stage: Stage, found: list[Attendance]) -> Iterator[tuple[Any, ...]]:
    """The village calls within two weeks; a few women are hard to reach, the newest calls are still open."""
    for item in found:
        due_on = item.attended_on + timedelta(days=24)
        called_on = stage.past(item.attended_on + timedelta(days=10 + stage.random.randrange(20)))
        if stage.on - item.attended_on < timedelta(days=120) and stage.random.random() < 0.1:
            called_on = None
        village = item.woman.village
        director = stage.directors[village.pk] if called_on else None
        result = "" if called_on is None else "done" if stage.random.random() < 0.96 else "not_reached"
        yield (
            item.recall_id, village.pk, village.township_id, "recall", item.woman.pk, RECALL_REASON, due_on, called_on,
            director, result, "",
        )  # fmt: skip


@dataclass(frozen=True)
class Result:
    of: Attendance
    found: Findings
    reported_on: date
    recalled: Recalled | None


def _result(stage: Stage, item: Attendance, recalls: Recalls) -> Result:
    """As it stands today: after the next step, where the woman has come for it."""
    reported_on = item.attended_on + timedelta(days=7)
    if not item.abnormal:
        return Result(item, NORMAL, reported_on, None)
    found = stage.random.choice(ABNORMAL)
    recalled = recalls.of(found, village=item.woman.village, screening=item.pk, reported_on=reported_on)
    return Result(item, Findings(recalled.codes) if recalled else found, reported_on, recalled)


def _rows_of(results: list[Result], keys: list[UUID]) -> Iterator[tuple[Any, ...]]:
    texts = (as_text(result.found, institution=INSTITUTION, remark="") for result in results)
    sealed = seal_many(zip(keys, texts, strict=True), place="programs_screeningresult.health")
    for result, key, health in zip(results, keys, sealed, strict=True):
        village: Organization = result.of.woman.village
        yield village.pk, village.township_id, key, result.of.pk, health, result.found.abnormal, result.reported_on
