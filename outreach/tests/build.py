"""Plain builders: what is not said is the most ordinary case."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from federation.models import Organization, User
from federation.permissions import Role
from federation.tests.cast import build_user
from members.models import Woman
from outreach.models import FollowUp, Lecture, Need, NoticeObjection, PublicNotice, Visit

DAY = date(2026, 11, 20)
_NUMBERS = itertools.count(1)


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


def build_notice(organization: Organization, **fields: Any) -> PublicNotice:
    """Five working days from DAY, a Friday, on."""
    poster = fields.pop("posted_by", None) or build_user(f"poster{next(_NUMBERS)}", Role.CITY_OFFICER, organization)
    given = {
        "title": "贴息公示", "coverage": "各乡镇", "columns": ["姓名", "单位"], "rows": [["张*", "杨柳村"]], "starts_on": DAY,
        "ends_on": date(2026, 11, 26), "phone": "0731-88881234", "address": "人民路 1 号", "hours": "工作日",
        "posted_at": datetime(2026, 11, 20, 2, tzinfo=UTC), **fields,
    }  # fmt: skip
    return PublicNotice.objects.create(organization=organization, posted_by=poster, **given)


def build_objection(notice: PublicNotice, **fields: Any) -> NoticeObjection:
    given = {"received_on": DAY, "objector": "李大姐", "contact": "13812345678", "words": "她已经搬走了", **fields}
    given.setdefault("received_by", notice.posted_by)
    return NoticeObjection.objects.create(notice=notice, organization=notice.organization, submission=uuid4(), **given)
