"""Records that figures are counted from, one builder each. Dates lie in the middle of 2016 unless said otherwise."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from federation.models import Organization, User
from federation.tests.cast import build_user
from members.models import Appointment, Cadre, Household, Woman
from outreach.models import FollowUp, Lecture, Need, Visit
from programs.models import (
    Campaign,
    CareDonation,
    Child,
    ChildAid,
    Pairing,
    QuotaIssue,
    ReliefGrant,
    Screening,
    ScreeningQuota,
    SubsidisedLoan,
)
from programs.tests import build_welfare
from reports.models import AnnualSummary, Figure, SummaryBlock, SummaryDocument

MIDYEAR = date(2016, 6, 15)
_numbers = itertools.count(1)


def visitor() -> User:
    found = User.objects.filter(username="visitor").first()
    return found or build_user("visitor", None, None)


def build_woman(organization: Organization, **fields: Any) -> Woman:
    return Woman.objects.create(organization=organization, **{"name": "王桂兰", "no_id_reason": "lost"} | fields)


def build_household(organization: Organization, **fields: Any) -> Household:
    return Household.objects.create(organization=organization, head_name="李大勇", **fields)


def build_visit(organization: Organization, **fields: Any) -> Visit:
    fields = {"visited_on": MIDYEAR, "subject": "村口超市女店主", "made_by": visitor()} | fields
    return Visit.objects.create(organization=organization, **fields)


def build_need(organization: Organization, **fields: Any) -> Need:
    fields = {
        "raised_on": MIDYEAR,
        "due_on": MIDYEAR + timedelta(days=15),
        "category": "health",
        "words": "想做检查",
    } | fields
    return Need.objects.create(organization=organization, **fields)


def build_met_need(organization: Organization, on: date = MIDYEAR, **fields: Any) -> Need:
    fields = {"outcome": "solved", "satisfaction": "satisfied", "answered_on": on, "confirmed_on": on} | fields
    return build_need(organization, raised_on=on, due_on=on, **fields)


def build_recall(organization: Organization, **fields: Any) -> FollowUp:
    fields = {"due_on": MIDYEAR, "kind": FollowUp.Kind.RECALL, "reason": "请她联系医院"} | fields
    if "woman" not in fields:
        fields["woman"] = build_woman(organization)
    return FollowUp.objects.create(organization=organization, **fields)


def build_lecture(organization: Organization, **fields: Any) -> Lecture:
    fields = {"held_on": MIDYEAR, "number": next(_numbers), "title": "法律进家庭", "topic": "rights"} | fields
    return Lecture.objects.create(organization=organization, **fields)


def build_campaign(city: Organization, **fields: Any) -> Campaign:
    fields = {"year": 2016, "quota": 10, "starts_on": date(2016, 3, 1), "ends_on": date(2016, 11, 30)} | fields
    return Campaign.objects.create(organization=city, name=f"筛查{next(_numbers)}", **fields)


def build_quota(organization: Organization, campaign: Campaign, quota: int) -> ScreeningQuota:
    issue, _ = QuotaIssue.objects.get_or_create(campaign=campaign, number=1, defaults={"issued_on": campaign.starts_on})
    return ScreeningQuota.objects.create(organization=organization, issue=issue, proposed=quota, quota=quota)


def build_screening(organization: Organization, campaign: Campaign, **fields: Any) -> Screening:
    if "woman" not in fields:
        fields["woman"] = build_woman(organization)
    fields.setdefault("attended_on", MIDYEAR)
    return Screening.objects.create(organization=organization, campaign=campaign, **fields)


def build_loan(organization: Organization, **fields: Any) -> SubsidisedLoan:
    fields = {
        "bank": "兰河农商行", "contract_number": f"HT{next(_numbers)}", "purpose": "养殖", "principal_fen": 8_000_000,
        "rate_percent": "4.35", "released_on": MIDYEAR, "matures_on": date(2018, 6, 15),
    } | fields  # fmt: skip
    if "woman" not in fields:
        fields["woman"] = build_woman(organization)
    return SubsidisedLoan.objects.create(organization=organization, **fields)


def build_relief(organization: Organization, **fields: Any) -> ReliefGrant:
    fields = {
        "hardship": "minimum_living", "applied_on": date(2016, 3, 1), "amount_fen": 1_000_000, "state": "paid",
        "paid_on": MIDYEAR, "brought_in": True,
    } | fields  # fmt: skip
    if "woman" not in fields:
        fields["woman"] = build_woman(organization)
    return ReliefGrant.objects.create(organization=organization, **fields)


def build_child(organization: Organization, **fields: Any) -> Child:
    fields = {
        "number": f"ET{next(_numbers)}", "name": "小雨", "sex": "2", "birth_on": date(2006, 5, 1), "category": "left_behind",
        "guardian_name": "李大勇", "guardian_relation": "祖父", "opened_on": date(2015, 9, 1),
    } | fields  # fmt: skip
    return Child.objects.create(organization=organization, **fields)


def build_pairing(child: Child, **fields: Any) -> Pairing:
    return build_welfare.build_pairing(child, **{"starts_on": MIDYEAR, **fields})


def build_aid(organization: Organization, **fields: Any) -> ChildAid:
    fields = {"given_on": MIDYEAR, "amount_fen": 50_000, "list_number": f"MD{next(_numbers)}"} | fields
    if "child" not in fields:
        fields["child"] = build_child(organization)
    return ChildAid.objects.create(organization=organization, **fields)


def build_donation(organization: Organization, **fields: Any) -> CareDonation:
    fields = {"received_on": MIDYEAR, "donor": "兰河机械厂", "donor_kind": "enterprise", "amount_fen": 100_000} | fields
    return CareDonation.objects.create(organization=organization, **fields)


def build_chair(organization: Organization, **fields: Any) -> Appointment:
    in_committees = fields.pop("in_two_committees", False)
    cadre = Cadre.objects.create(organization=organization, name="刘春梅", in_two_committees=in_committees)
    fields = {"post": "chair", "starts_on": date(2015, 1, 1)} | fields
    return Appointment.objects.create(organization=organization, cadre=cadre, **fields)


def build_summary(organization: Organization, *, text: str = "走访{visits}。", **fields: Any) -> AnnualSummary:
    """With one paragraph, one frozen figure and one issued file, and without the shell's text."""
    at = datetime(2017, 1, 5, tzinfo=UTC)
    fields = {"year": 2016, "title": "年度工作总结", "byline": organization.short_name, "compiled_at": at} | fields
    summary = AnnualSummary.objects.create(organization=organization, version=next(_numbers), **fields)
    part: dict[str, Any] = {"organization": organization, "summary": summary}
    SummaryBlock.objects.create(**part, chapter="opening", level="paragraph", position=1, text=text)
    Figure.objects.create(
        **part, code="visits", label="走访次数", unit="次", value=3, definition="本期登记的走访", computed_at=at,
        period_start=date(2016, 1, 1), period_end=date(2017, 1, 1),
    )  # fmt: skip
    document = SummaryDocument(**part, made_at=at, pages=1, sha256="0" * 64)
    document.file.save("one.pdf", ContentFile(b"%PDF-1.7"))
    return summary
