"""Visits, needs and lectures."""

from __future__ import annotations

from functools import partial

from django.db.models import F, Q

from federation.models import Organization
from federation.periods import Period
from outreach.models import Lecture, Need, Visit
from outreach.models.lecture import LectureQuerySet
from outreach.models.need import NeedQuerySet
from outreach.models.visit import VisitQuerySet
from reports.indicators.definition import Indicator

Series = Lecture.Series
_RATED = [Need.Satisfaction.SATISFIED, Need.Satisfaction.MOSTLY, Need.Satisfaction.DISSATISFIED]


def visits(organization: Organization, period: Period) -> VisitQuerySet:
    return Visit.objects.within(organization, on=period.last_day).made_in(period)


def home_visits(organization: Organization, period: Period) -> VisitQuerySet:
    return visits(organization, period).filter(mode=Visit.Mode.HOME)


def needs(organization: Organization, period: Period) -> NeedQuerySet:
    """Needs that nobody took back by the end of the period."""
    kept = Q(withdrawn_on=None) | Q(withdrawn_on__gte=period.end)
    return Need.objects.within(organization, on=period.last_day).filter(kept)


def needs_raised(organization: Organization, period: Period) -> NeedQuerySet:
    return needs(organization, period).raised_in(period)


def needs_answered(organization: Organization, period: Period) -> NeedQuerySet:
    return needs(organization, period).filter(answered_on__gte=period.start, answered_on__lt=period.end)


def needs_met(organization: Organization, period: Period) -> NeedQuerySet:
    return needs_answered(organization, period).met()


def needs_overdue(organization: Organization, period: Period) -> NeedQuerySet:
    """As it stood when the period ended."""
    unanswered = Q(answered_on=None) | Q(answered_on__gte=period.end)
    return needs(organization, period).filter(unanswered, raised_on__lt=period.end, due_on__lt=period.last_day)


def needs_unconfirmed(organization: Organization, period: Period) -> NeedQuerySet:
    unconfirmed = Q(confirmed_on=None) | Q(confirmed_on__gte=period.end)
    return needs(organization, period).filter(unconfirmed, answered_on__lt=period.end)


def needs_rated(organization: Organization, period: Period) -> NeedQuerySet:
    return needs(organization, period).confirmed_in(period).filter(satisfaction__in=_RATED)


def needs_satisfied(organization: Organization, period: Period) -> NeedQuerySet:
    return needs_rated(organization, period).exclude(satisfaction=Need.Satisfaction.DISSATISFIED)


def lectures(organization: Organization, period: Period) -> LectureQuerySet:
    return Lecture.objects.within(organization, on=period.last_day).held_in(period)


def lectures_of(series: str, organization: Organization, period: Period) -> LectureQuerySet:
    return lectures(organization, period).of_series(series)


def lectures_counted(organization: Organization, period: Period) -> LectureQuerySet:
    """Sessions for which both the expected and the present were counted."""
    return lectures(organization, period).filter(expected__gt=0, attended__isnull=False)


def lectures_uncounted(organization: Organization, period: Period) -> LectureQuerySet:
    return lectures(organization, period).filter(attended=None)


def lectures_half_empty(organization: Organization, period: Period) -> LectureQuerySet:
    return lectures_counted(organization, period).filter(attended__lt=F("expected") / 2)


VISITS = [
    Indicator(
        "visits", "走访次数", "次", "本期登记的走访，不分方式，一次一计", visits,
        partner="solved_rate", dated="visited_on", names="woman__name",
    ),
    Indicator(
        "home_visits", "入户走访", "次", "本期方式为入户的走访，一次一计", home_visits,
        partner="solved_rate", dated="visited_on", names="woman__name",
    ),
    Indicator(
        "visited_women", "走访妇女", "名", "本期走访到的建档妇女，一人只计一次", visits,
        count="woman_id", partner="solved_rate", dated="visited_on", names="woman__name",
    ),
    Indicator(
        "visited_households", "走访家庭", "户", "本期走访到的建档家庭，一户只计一次", visits,
        count="household_id", partner="solved_rate", dated="visited_on", names="household__head_name",
    ),
]  # fmt: skip
NEEDS = [
    Indicator(
        "needs_raised", "收到诉求", "件", "本期提出、没有撤回的诉求", needs_raised,
        partner="solved_rate", dated="raised_on", names="woman__name",
    ),
    Indicator(
        "needs_answered", "办结诉求", "件", "本期已经答复、没有撤回的诉求", needs_answered,
        partner="solved_rate", dated="raised_on", names="woman__name",
    ),
    Indicator(
        "needs_met", "确认解决诉求", "件", "本期答复，并经本人回访确认解决或部分解决的诉求", needs_met,
        partner="satisfied_rate", dated="raised_on", names="woman__name",
    ),
    Indicator(
        "solved_rate", "诉求解决率", "%", "经本人回访确认解决的诉求除以本期办结的诉求", needs_met,
        part="needs_met", base="needs_answered", names="woman__name",
    ),
    Indicator(
        "needs_overdue", "超时未答复诉求", "件", "到期末已过承诺时限、仍没有答复的诉求", needs_overdue,
        dated="raised_on", names="woman__name",
    ),
    Indicator(
        "needs_unconfirmed", "待回访诉求", "件", "到期末已经答复、还没有回访确认的诉求", needs_unconfirmed,
        dated="raised_on", names="woman__name",
    ),
    Indicator(
        "needs_rated", "有效评价", "件", "本期回访时作了评价的诉求，未评价的不计", needs_rated,
        partner="satisfied_rate", dated="raised_on", names="woman__name",
    ),
    Indicator(
        "needs_satisfied", "满意和基本满意", "件", "本期回访时评价为满意或基本满意的诉求", needs_satisfied,
        partner="satisfied_rate", dated="raised_on", names="woman__name",
    ),
    Indicator(
        "satisfied_rate", "诉求满意率", "%", "评价为满意或基本满意的诉求除以本期有效评价", needs_satisfied,
        part="needs_satisfied", base="needs_rated", names="woman__name",
    ),
]  # fmt: skip


def _series(code: str, series: str, label: str, unit: str) -> Indicator:
    return Indicator(
        code, label, unit, f"本期举办的{Series(series).label}，一{unit}一计", partial(lectures_of, series),
        partner="attendance_rate", dated="held_on", names="title",
    )  # fmt: skip


LECTURES = [
    _series("lecture_hall_sessions", Series.LECTURE_HALL, "女性大讲堂", "期"),
    _series("micro_class_sessions", Series.MICRO_CLASS, "微课堂", "期"),
    _series("training_sessions", Series.TRAINING, "专题培训", "期"),
    _series("forum_sessions", Series.FORUM, "座谈会", "场"),
    _series("report_sessions", Series.REPORT, "报告会", "场"),
    Indicator(
        "attendances", "讲堂和培训到场", "人次", "本期各类讲堂和培训登记的实到人数之和，一人多次多计", lectures,
        total="attended", partner="attendance_rate", dated="held_on", names="title",
    ),
    Indicator(
        "cadres_trained", "培训妇联干部", "人次", "本期专题培训登记的实到人数之和，一人多次多计",
        partial(lectures_of, Series.TRAINING), total="attended", partner="attendance_rate", dated="held_on", names="title",
    ),
    Indicator(
        "counted_attendances", "实到人数", "人次", "应到、实到都有登记的场次，实到人数之和", lectures_counted,
        total="attended", partner="attendance_rate", dated="held_on", names="title",
    ),
    Indicator(
        "expected_attendances", "应到人数", "人次", "应到、实到都有登记的场次，应到人数之和", lectures_counted,
        total="expected", partner="attendance_rate", dated="held_on", names="title",
    ),
    Indicator(
        "attendance_rate", "到场率", "%", "实到人数除以应到人数，只算两个数都有登记的场次", lectures_counted,
        part="counted_attendances", base="expected_attendances", names="title",
    ),
    Indicator(
        "lectures_uncounted", "没有登记到场的讲堂", "场", "本期举办、没有登记实到人数的讲堂和培训", lectures_uncounted,
        dated="held_on", names="title",
    ),
    Indicator(
        "lectures_half_empty", "到场不足一半的讲堂", "场", "实到人数不到应到人数一半的讲堂和培训", lectures_half_empty,
        dated="held_on", names="title",
    ),
]  # fmt: skip
INDICATORS = [*VISITS, *NEEDS, *LECTURES]
