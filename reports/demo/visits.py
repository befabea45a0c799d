"""Visits of village directors, what women asked for, and what became of it; lectures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from federation import copying
from federation.models import Organization, User
from members.models import Woman
from outreach import following_up, visiting
from outreach.models import FollowUp, Lecture, Need, Visit
from reports.demo.places import GUIDED_VILLAGE
from reports.demo.register import Resident
from reports.demo.stage import SAMPLE_YEAR, Stage

# Visits a village makes in a month, at most, and how many of a hundred bring a need.
_A_MONTH = {SAMPLE_YEAR - 1: 2, SAMPLE_YEAR: 4}
_LATEST_A_MONTH = 4
_NEED_PER_CENT = 16
# Days; what is older has all been answered.
_NOTHING_OPEN_BEFORE = 120
_RESPONSE_DAYS = {"ordinary": 30, "soon": 15, "urgent": 7}
_GROUPS = (
    ["ordinary"] * 10 + ["left_behind"] * 4 + ["medical"] * 3 + ["empty_nest"] * 3 + ["single_mother", "schooling"]
)
_SITUATIONS = (
    "家里老人身体还好，孩子在镇上读书。",
    "丈夫在外务工，她一个人照看两个孩子和田地。",
    "婆婆卧床，家里开支大，她在附近打零工。",
    "刚从外地回来，想在家门口找事做。",
    "家庭和睦，主动要来参加村里的活动。",
)
_WORDS = {
    "employment": "想在镇上找个能照顾孩子的活，最好是缝纫厂。",
    "health": "想知道今年什么时候轮到我们村做检查，要不要花钱。",
    "schooling": "孩子沉迷手机，跟我不说话，不晓得怎么教。",
    "left_behind": "两个孙子放在我这里，作业我辅导不了。",
    "relief": "去年动了手术，欠了账，想问有没有救助可以申请。",
    "marriage": "他常年不回家，也不给家用，想问该怎么办。",
    "land": "出嫁后娘家的承包地被收回了，婆家这边又没有分。",
    "counselling": "晚上睡不着，心里闷，想找个人说说话。",
}
_VISIT = [
    "id", "organization_id", "township_id", "submission_id", "visited_on", "mode", "woman_id", "household_id", "subject",
    "target_group", "situation", "confirmation", "made_by_id", "written_at", "received_at", "seconds_spent",
]  # fmt: skip
_NEED = [
    "id", "organization_id", "township_id", "visit_id", "woman_id", "category", "words", "urgency", "raised_on", "due_on",
    "desk", "handler_id", "outcome", "answer", "answered_on", "answered_by_id", "confirmed_on", "confirmed_by_id",
    "satisfaction", "times_reopened",
]  # fmt: skip
_FOLLOW_UP = [
    "organization_id", "township_id", "kind", "need_id", "woman_id", "reason", "due_on", "done_on", "done_by_id", "result",
    "note",
]  # fmt: skip
ANSWERS = {
    "solved": "已联系相关单位办妥，并告知本人。",
    "partly": "先办了一部分，其余随政策窗口期继续办。",
    "explained": "已当面说明政策和办理途径。",
    "impossible": "不在现行政策范围内，已说明原因。",
}


class Logged(NamedTuple):
    pk: int
    woman: Resident
    visited_on: date


def fill_visits(stage: Stage, residents: list[Resident]) -> None:
    by_village: dict[int, list[Resident]] = {}
    for woman in residents:
        by_village.setdefault(woman.village.pk, []).append(woman)
    made = [
        (stage.random.choice(by_village[village.pk]), day)
        for year in stage.years
        for village in stage.villages
        for month in range(1, 13)
        for _ in range(stage.random.randrange(1, _A_MONTH.get(year, _LATEST_A_MONTH) + 1))
        # Nothing of today: whoever loads the city in the morning would read visits of the afternoon.
        if (day := stage.day_in(year, month, month)) is not None and day < stage.on
    ]
    ids = copying.reserve_ids(Visit, len(made))
    visits = [Logged(pk, woman, day) for pk, (woman, day) in zip(ids, made, strict=True)]
    copying.insert(Visit, _VISIT, _visits(stage, visits))
    raising = [visit for visit in visits if stage.random.randrange(100) < _NEED_PER_CENT]
    needs = list(_needs(stage, raising, copying.reserve_ids(Need, len(raising))))
    copying.insert(Need, _NEED, needs)
    copying.insert(FollowUp, _FOLLOW_UP, _follow_ups(stage, needs))


def _visits(stage: Stage, visits: list[Logged]) -> Iterator[tuple[Any, ...]]:
    random = stage.random
    for pk, woman, day in visits:
        at = stage.moment(day)
        yield (
            pk, woman.village.pk, woman.village.township_id, stage.uuid(), day, random.choice(["home"] * 8 + ["phone"]),
            woman.pk, woman.household_id, "", random.choice(_GROUPS), random.choice(_SITUATIONS), "spoken",
            stage.directors[woman.village.pk], at, at, 25 + random.randrange(50),
        )  # fmt: skip


def _needs(stage: Stage, visits: list[Logged], ids: list[int]) -> Iterator[tuple[Any, ...]]:
    random = stage.random
    for pk, visit in zip(ids, visits, strict=True):
        village = visit.woman.village
        category = random.choice(list(_WORDS))
        urgency = random.choice(["ordinary"] * 8 + ["soon"] * 3 + ["urgent"])
        due_on = visit.visited_on + timedelta(days=_RESPONSE_DAYS[urgency])
        assert village.township_id is not None
        desk = random.choice(["village"] * 5 + ["township"] * 4 + ["city"])
        director, officer = stage.directors[village.pk], stage.directors[village.township_id]
        yield (
            pk, village.pk, village.township_id, visit.pk, visit.woman.pk, category, _WORDS[category], urgency,
            visit.visited_on, due_on, desk, director if desk == "village" else officer,
            *_course(stage, visit.visited_on, due_on, director, officer), 0,
        )  # fmt: skip


def _course(stage: Stage, raised_on: date, due_on: date, director: int, officer: int) -> tuple[Any, ...]:
    """Answered in nine cases of ten, and mostly in time; the woman is asked by the one who did not answer."""
    random = stage.random
    late = random.random() < 0.12
    answered_on = stage.past(
        due_on + timedelta(days=random.randrange(1, 30)) if late else _between(stage, raised_on, due_on)
    )
    is_recent = stage.on - raised_on < timedelta(days=_NOTHING_OPEN_BEFORE)
    if answered_on is None or (is_recent and random.random() < 0.05):
        return "", "", None, None, None, None, ""
    outcome = random.choice(["solved"] * 12 + ["partly"] * 3 + ["explained"] * 4 + ["impossible"])
    asked_on = stage.past(answered_on + timedelta(days=3 + random.randrange(12)))
    satisfaction = random.choice(["satisfied"] * 14 + ["mostly"] * 4 + ["dissatisfied"]) if asked_on else ""
    return outcome, ANSWERS[outcome], answered_on, officer, asked_on, director if asked_on else None, satisfaction


def _between(stage: Stage, first: date, last: date) -> date:
    return first + timedelta(days=stage.random.randrange((last - first).days))


def _follow_ups(stage: Stage, needs: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """One for handling each need, and one for asking her once it is answered."""
    for row in needs:
        need = dict(zip(_NEED, row, strict=True))
        head = need["organization_id"], need["township_id"]
        category = Need.Category(need["category"]).label
        answered_on, confirmed_on = need["answered_on"], need["confirmed_on"]
        yield (
            *head, "need", need["id"], need["woman_id"], f"{category}：{FollowUp.Kind.NEED.label}", need["due_on"], answered_on,
            need["answered_by_id"], "done" if answered_on else "", "",
        )  # fmt: skip
        if answered_on:
            due_on = answered_on + timedelta(days=15)
            yield (
                *head, "confirm", need["id"], need["woman_id"], f"{category}：{FollowUp.Kind.CONFIRM.label}", due_on, confirmed_on,
                need["confirmed_by_id"], "done" if confirmed_on else "", "",
            )  # fmt: skip


# How many days ago the village of the guide heard of a need, which one, and how urgent it is.
_TO_DO = ((34, "relief", "ordinary"), (8, "health", "soon"), (3, "employment", "ordinary"))


def fill_today(stage: Stage, residents: list[Resident]) -> None:
    """Something to do today for the village that guides and pictures speak of, by the portal's own verbs."""
    village = next(village for village in stage.villages if village.division_name == GUIDED_VILLAGE)
    director = User.objects.get(pk=stage.directors[village.pk])
    ids = [woman.pk for woman in residents if woman.village.pk == village.pk]
    women = Woman.objects.within(village).filter(pk__in=ids).order_by("pk")
    for woman, (days, category, urgency) in zip(women, _TO_DO, strict=False):
        visiting.log_visit(
            submission_id=stage.uuid(),
            organization=village,
            visited_on=stage.on - timedelta(days=days),
            by=director,
            woman=woman,
            situation=_SITUATIONS[1],
            needs=[visiting.NewNeed(category, _WORDS[category], urgency)],
        )
    for woman in women[len(_TO_DO) : len(_TO_DO) + 2]:
        due_on = stage.on + timedelta(days=stage.random.randrange(-2, 3))
        following_up.raise_recall(woman=woman, on=stage.on, due_on=due_on, by=director)


# The sample counts ten sessions of the lecture hall in its year.
_HALL_SESSIONS = {SAMPLE_YEAR - 1: 8, SAMPLE_YEAR: 10}
_LATEST_HALL_SESSIONS = 12
_HALL = (
    ("学习党章和条例", "politics"), ("妇联干部怎样做群众工作", "duties"), ("妇女权益保障法解读", "rights"),
    ("反家庭暴力法进村入户", "rights"), ("家门口的创业路", "skills"), ("怎样陪伴留守的孩子", "family"),
    ("两癌早诊早治", "health"), ("情绪与压力", "mind"), ("用好手机办好事", "digital"), ("最美家庭分享会", "family"),
    ("电商直播入门", "skills"), ("好家风伴成长", "family"),
)  # fmt: skip


def fill_lectures(stage: Stage) -> None:
    for year in stage.years:
        for number in range(1, _HALL_SESSIONS.get(year, _LATEST_HALL_SESSIONS) + 1):
            title, topic = _HALL[number - 1]
            month = min(12, number + 1)
            _hold(stage, stage.city, "lecture_hall", number, title, topic, stage.day_in(year, month, month), 220)
        for number, quarter in enumerate((1, 4, 7, 10), start=1):
            for series, title, topic in (
                ("micro_class", "每周一课", "politics"),
                ("training", "履职能力培训", "duties"),
            ):
                held_on = stage.day_in(year, quarter, quarter + 2)
                _hold(stage, stage.city, series, number, title, topic, held_on, 90)
        for township in stage.townships:
            _hold(stage, township, "training", 1, "村（社区）妇联干部培训", "duties", stage.day_in(year, 5, 6), 45)


def _hold(
    stage: Stage,
    branch: Organization,
    series: str,
    number: int,
    title: str,
    topic: str,
    held_on: date | None,
    expected: int,
) -> None:
    if held_on is None:
        return
    Lecture.objects.create(
        organization=branch,
        series=series,
        number=number,
        title=title,
        topic=topic,
        form="gathered",
        audience="乡镇、村（社区）妇联干部" if topic == "duties" else "妇女干部和妇女群众",
        lecturer=f"{stage.random.choice('王李谭易')}老师",
        place=f"{branch.division_name}会议室",
        held_on=held_on,
        expected=expected,
        attended=expected - stage.random.randrange(expected // 6),
        class_hours=Decimal("3.0"),
    )
