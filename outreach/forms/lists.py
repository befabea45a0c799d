"""The conditions of the outreach lists. A saved view is a condition too: it stands in the address as `view`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from federation import scoping
from federation.forms.lists import ListFilter
from federation.forms.organizations import day_field
from federation.paging import Lines
from members.forms.women import looks_like_number
from members.models import Woman
from outreach.models import FollowUp, Lecture, Need, Visit
from outreach.models.follow_up import FollowUpQuerySet
from outreach.models.lecture import LectureQuerySet
from outreach.models.need import NeedQuerySet
from outreach.models.visit import VisitLine, VisitQuerySet

ALL = [("", "全部")]
RECENT = timedelta(days=30)


class ViewedFilter(ListFilter):
    """A list with saved views; the first one is what the list opens with."""

    VIEWS: ClassVar[dict[str, str]] = {}
    view = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    @property
    def chosen_view(self) -> str:
        asked = self.data.get("view", "")
        return asked if asked in self.VIEWS else next(iter(self.VIEWS))

    def rows(self, *, on: date) -> Any:
        self.full_clean()
        if not self.is_valid():
            return self.everything().none()
        return self.narrowed(self.viewed(self.chosen_view, on=on))

    def viewed(self, view: str, *, on: date) -> Any:
        """By the person's standing, the day, and whether a first day is asked for: nothing else (views.pages.tabs_of)."""
        raise NotImplementedError

    def counted(self, view: str, *, on: date) -> QuerySet[Any]:
        """As many rows as the view has; other rows where those are counted faster."""
        rows: QuerySet[Any] = self.viewed(view, on=on)
        return rows

    def everything(self) -> Any:
        raise NotImplementedError

    def narrowed(self, rows: Any) -> Any:
        """By what the query bar says: fields named like columns, the branch, the woman's name."""
        given = self.cleaned_data
        for name, condition in self.CONDITIONS.items():
            if given.get(name):
                rows = rows.filter(condition(given[name]))
        if branch := given.get("branch"):
            rows = rows.filter(branch.facts_condition())
        if text := given.get("q"):
            rows = rows.filter(woman__in=Woman.objects.visible_to(self.user).named_like(text))
        return rows

    CONDITIONS: ClassVar[dict[str, Callable[[Any], Q]]] = {}

    def clean_q(self) -> str:
        """A number in the address would stay in histories and logs; the search box above posts it."""
        text: str = self.cleaned_data["q"]
        if looks_like_number(text):
            raise forms.ValidationError("这里按姓名查。身份证号请填在页面最上面的查人框里，那里不会把号码留在网址里。")
        return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", f"止 {until:%Y-%m-%d} 早于起 {since:%Y-%m-%d}，请调换。")
        return given


def _name_field() -> forms.CharField:
    box = forms.TextInput(attrs={"placeholder": "姓名或拼音首字母"})
    return forms.CharField(label="姓名", required=False, max_length=40, widget=box)


class VisitFilter(ViewedFilter):
    VIEWS = {
        "recent": "近 30 天",
        "mine": "我记的",
        "open": "有诉求未办结",
        "overdue": "超过承诺时限",
        "all": "全部",
    }
    since = day_field("走访日期起", required=False)
    until = day_field("走访日期止", required=False)
    mode = forms.ChoiceField(label="方式", required=False, choices=[*ALL, *Visit.Mode.choices])
    target_group = forms.ChoiceField(label="对象类别", required=False, choices=[*ALL, *Visit.TargetGroup.choices])
    category = forms.ChoiceField(label="妇情类别", required=False, choices=[*ALL, *Need.Category.choices])
    q = _name_field()
    field_order = ["since", "until", "branch", "q", "category", "mode", "target_group"]
    CONDITIONS = {
        "since": lambda day: Q(visited_on__gte=day),
        "until": lambda day: Q(visited_on__lte=day),
        "mode": lambda value: Q(mode=value),
        "target_group": lambda value: Q(target_group=value),
    }

    def everything(self) -> VisitQuerySet:
        return Visit.objects.visible_to(self.user)

    def viewed(self, view: str, *, on: date) -> VisitQuerySet:
        visits = self.everything()
        if view in ("open", "overdue"):
            return visits.filter(pk__in=self._needs(view, on=on).values("visit"))
        if view == "mine":
            return visits.filter(made_by=self.user)
        return visits if view == "all" or self.data.get("since") else visits.filter(visited_on__gte=on - RECENT)

    def counted(self, view: str, *, on: date) -> QuerySet[Any]:
        """A visit and the needs heard at it belong to one branch, but for open needs that a merger handed over: their
        new branch counts them and finds the visit with the old one. Joining all visits to leave them out takes longer
        than the whole page.
        """
        if view in ("open", "overdue"):
            return self._needs(view, on=on).distinct("visit")
        return self.viewed(view, on=on)

    def _needs(self, view: str, *, on: date) -> NeedQuerySet:
        needs = Need.objects.visible_to(self.user).exclude(visit=None)
        return needs.open() if view == "open" else needs.overdue(on=on)

    def narrowed(self, rows: VisitQuerySet) -> VisitQuerySet:
        rows = super().narrowed(rows)
        if category := self.cleaned_data.get("category"):
            raised = Need.objects.visible_to(self.user).filter(category=category).exclude(visit=None)
            rows = rows.filter(pk__in=raised.values("visit"))
        return rows

    def rows(self, *, on: date) -> QuerySet[Visit]:
        """Whole visits, for the workbook; the page shows `lines`."""
        needs = Prefetch("needs", Need.objects.visible_to(self.user).order_by("pk"), to_attr="raised")
        return super().rows(on=on).in_brief().prefetch_related(needs)

    def lines(self, *, on: date) -> Lines[VisitLine]:
        """For the page. A view as it opens is the one asked for most."""
        opening = self.is_valid() and not self.conditions()
        key = ("visits", self.chosen_view, scoping.standing(self.user, on=on)) if opening else None
        return Lines(Visit, lambda: super(VisitFilter, self).rows(on=on).as_lines(), VisitLine._make, key)


class NeedFilter(ViewedFilter):
    VIEWS = {
        "open": "未办结",
        "village": "在村",
        "township": "在镇",
        "city": "在市",
        "overdue": "超过承诺时限",
        "confirm": "待回访",
        "confirmed": "已销号",
        "all": "全部",
    }
    category = forms.ChoiceField(label="类别", required=False, choices=[*ALL, *Need.Category.choices])
    urgency = forms.ChoiceField(label="紧急程度", required=False, choices=[*ALL, *Need.Urgency.choices])
    outcome = forms.ChoiceField(label="结果", required=False, choices=[*ALL, *Need.Outcome.choices])
    since = day_field("提出日期起", required=False)
    until = day_field("提出日期止", required=False)
    q = _name_field()
    field_order = ["category", "branch", "outcome", "q", "urgency", "since", "until"]
    CONDITIONS = {
        "category": lambda value: Q(category=value),
        "urgency": lambda value: Q(urgency=value),
        "outcome": lambda value: Q(outcome=value),
        "since": lambda day: Q(raised_on__gte=day),
        "until": lambda day: Q(raised_on__lte=day),
    }

    def everything(self) -> NeedQuerySet:
        return Need.objects.visible_to(self.user)

    def viewed(self, view: str, *, on: date) -> NeedQuerySet:
        needs = self.everything()
        views: dict[str, Callable[[], NeedQuerySet]] = {
            "overdue": lambda: needs.overdue(on=on),
            "confirm": needs.waiting_confirmation,
            "open": needs.open,
            "confirmed": needs.confirmed,
            "all": needs.all,
        }
        return views[view]() if view in views else needs.at_desk(view)

    def narrowed(self, rows: NeedQuerySet) -> NeedQuerySet:
        narrowed: NeedQuerySet = super().narrowed(rows)
        return narrowed.with_people()


class FollowUpFilter(ViewedFilter):
    VIEWS = {"due": "今天和超期", "open": "全部未办", "recalls": "请她联系医院", "done": "已办"}
    kind = forms.ChoiceField(label="事项", required=False, choices=[*ALL, *FollowUp.Kind.choices])
    until = day_field("到期日止", required=False)
    q = _name_field()
    field_order = ["kind", "branch", "q", "until"]
    CONDITIONS = {"kind": lambda value: Q(kind=value), "until": lambda day: Q(due_on__lte=day)}

    def everything(self) -> FollowUpQuerySet:
        return FollowUp.objects.visible_to(self.user)

    def viewed(self, view: str, *, on: date) -> FollowUpQuerySet:
        rows = self.everything()
        if view == "done":
            return rows.exclude(done_on=None)
        if view == "recalls":
            return rows.open().recalls()
        return rows.due_by(on) if view == "due" else rows.open()

    def narrowed(self, rows: FollowUpQuerySet) -> FollowUpQuerySet:
        narrowed: FollowUpQuerySet = super().narrowed(rows)
        return narrowed.with_people()


class LectureFilter(ListFilter):
    year = forms.ChoiceField(label="年度", required=False)
    series = forms.ChoiceField(label="系列", required=False, choices=[*ALL, *Lecture.Series.choices])
    topic = forms.ChoiceField(label="类别", required=False, choices=[*ALL, *Lecture.Topic.choices])
    field_order = ["year", "series", "topic", "branch"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = self.fields["year"]
        assert isinstance(year, forms.ChoiceField)
        this = timezone.localdate().year
        year.choices = [*ALL, *((str(number), f"{number}年") for number in range(this, this - 12, -1))]

    def rows(self, *, on: date) -> LectureQuerySet:
        lectures = Lecture.objects.visible_to(self.user).select_related("organization")
        if not self.is_valid():
            return lectures.none()
        given = self.cleaned_data
        if given["year"]:
            lectures = lectures.filter(held_on__year=given["year"])
        for name in ("series", "topic"):
            if given[name]:
                lectures = lectures.filter(**{name: given[name]})
        if branch := given.get("branch"):
            lectures = lectures.filter(branch.facts_condition())
        return lectures
