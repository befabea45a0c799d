"""Plain builders: what is not said is the most ordinary case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from federation.models import Organization, User
from members.models import Woman
from outreach.models import FollowUp, Lecture, Need, Visit

DAY = date(2026, 11, 20)


def build_woman(organization: Organization, name: str = "张桂花", **fields: Any) -> Woman:
    return Woman.objects.create(organization=organization, name=name, **{"no_id_reason": "pending", **fields})


def build_visit(woman: Woman, by: User, **fields: Any) -> Visit:
    given = {"visited_on": DAY, "organization": woman.organization, **fields}
    return Visit.objects.create(woman=woman, made_by=by, **given)


def build_need(woman: Woman, **fields: Any) -> Need:
    given = {"category": Need.Category.EMPLOYMENT, "words": "想在镇上找份活", "raised_on": DAY, **fields}
    given.setdefault("due_on", given["raised_on"] + timedelta(days=15))
    return Need.objects.create(woman=woman, organization=woman.organization, **given)


def build_follow_up(woman: Woman, **fields: Any) -> FollowUp:
    given = {"kind": FollowUp.Kind.RECALL, "reason": "医院请她本人联系", "due_on": DAY, **fields}
    return FollowUp.objects.create(woman=woman, organization=woman.organization, **given)


def build_lecture(organization: Organization, number: int = 1, **fields: Any) -> Lecture:
    given = {"title": "民法典里的婚姻家庭", "topic": Lecture.Topic.RIGHTS, "held_on": DAY, **fields}
    return Lecture.objects.create(organization=organization, number=number, **given)
