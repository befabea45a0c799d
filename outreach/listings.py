"""The outreach lists that can be taken out as workbooks."""

from __future__ import annotations

from typing import Any

from federation import exporting
from federation.exporting import Listing
from federation.models import User
from outreach.forms.lists import FollowUpFilter, LectureFilter, NeedFilter, VisitFilter


def _branch(row: Any, user: User) -> str:
    return row.organization.short_name


def _woman(row: Any, user: User) -> str:
    return row.woman.name if row.woman else "没有建档"


def _categories(visit: Any, user: User) -> str:
    return "、".join(need.get_category_display() for need in visit.raised)


VISITS = Listing(
    kind="outreach.visits",
    title="走访记录",
    unit="次",
    filter=VisitFilter,
    columns=(
        ("编号", lambda visit, user: visit.number),
        ("走访日期", lambda visit, user: visit.visited_on),
        ("村（社区）", _branch),
        ("对象", lambda visit, user: visit.whom()),
        ("方式", lambda visit, user: visit.get_mode_display()),
        ("对象类别", lambda visit, user: visit.get_target_group_display()),
        ("妇情类别", _categories),
        ("情况", lambda visit, user: visit.situation),
        ("走访人", lambda visit, user: visit.made_by.display_name),
    ),
)
NEEDS = Listing(
    kind="outreach.needs",
    title="诉求台账",
    unit="件",
    filter=NeedFilter,
    columns=(
        ("编号", lambda need, user: need.number),
        ("提出日期", lambda need, user: need.raised_on),
        ("村（社区）", _branch),
        ("诉求人", _woman),
        ("类别", lambda need, user: need.get_category_display()),
        ("诉求原话", lambda need, user: need.words),
        ("紧急程度", lambda need, user: need.get_urgency_display()),
        ("现在由", lambda need, user: need.get_desk_display()),
        ("承诺时限", lambda need, user: need.due_on),
        ("状态", lambda need, user: str(need.stage().label)),
        ("结果", lambda need, user: need.get_outcome_display()),
        ("满意度", lambda need, user: need.get_satisfaction_display()),
    ),
)
FOLLOW_UPS = Listing(
    kind="outreach.follow_ups",
    title="跟进任务",
    unit="件",
    filter=FollowUpFilter,
    columns=(
        ("到期日", lambda row, user: row.due_on),
        ("村（社区）", _branch),
        ("本人", _woman),
        ("事项", lambda row, user: row.get_kind_display()),
        ("缘由", lambda row, user: row.reason),
        ("办结日期", lambda row, user: row.done_on),
        ("结果", lambda row, user: row.get_result_display()),
    ),
)
LECTURES = Listing(
    kind="outreach.lectures",
    title="培训与讲堂",
    unit="期",
    filter=LectureFilter,
    columns=(
        ("系列", lambda lecture, user: lecture.get_series_display()),
        ("期次", lambda lecture, user: lecture.number),
        ("主题", lambda lecture, user: lecture.title),
        ("类别", lambda lecture, user: lecture.get_topic_display()),
        ("举办日期", lambda lecture, user: lecture.held_on),
        ("主办", _branch),
        ("讲师", lambda lecture, user: lecture.lecturer),
        ("地点", lambda lecture, user: lecture.place),
        ("应到人数", lambda lecture, user: lecture.expected),
        ("实到人数", lambda lecture, user: lecture.attended),
        ("学时", lambda lecture, user: float(lecture.class_hours)),
    ),
)


def register() -> None:
    for listing in (VISITS, NEEDS, FOLLOW_UPS, LECTURES):
        exporting.register(listing)
