"""The query bar of a dated list: a span of days, a branch below, and whatever the list adds."""

from __future__ import annotations

from typing import Any, TypeVar

from django.utils import timezone

from federation.forms.lists import ListFilter
from federation.forms.organizations import day_field
from federation.models import User
from federation.scoping import ScopedQuerySet

_Q = TypeVar("_Q", bound=ScopedQuerySet[Any])


class SpanFilter(ListFilter):
    """`day` names the date column. A list opens with the current year, unless it shows what stands today; an emptied
    field leaves that side open."""

    day = ""
    opens_with_year = True
    start = day_field("日期从", required=False)
    end = day_field("到", required=False)

    def __init__(self, data: Any = None, *, user: User) -> None:
        given = data.copy() if data is not None else {}
        if self.opens_with_year:
            year = timezone.localdate().year
            given.setdefault("start", f"{year}-01-01")
            given.setdefault("end", f"{year}-12-31")
        super().__init__(given, user=user)
        self.order_fields(["start", "end", "branch"])

    def in_span(self, rows: _Q) -> _Q:
        if not self.is_valid():
            return rows.none()
        given = self.cleaned_data
        if given["start"]:
            rows = rows.filter(**{f"{self.day}__gte": given["start"]})
        if given["end"]:
            rows = rows.filter(**{f"{self.day}__lte": given["end"]})
        return rows.within(given["branch"]) if given.get("branch") else rows

    @property
    def span(self) -> str:
        """The days the totals speak of."""
        given = self.cleaned_data if self.is_valid() else {}
        start, end = given.get("start"), given.get("end")
        if start and end:
            return f"{start:%Y-%m-%d} 至 {end:%Y-%m-%d}"
        if start:
            return f"{start:%Y-%m-%d} 起"
        return f"截至 {end:%Y-%m-%d}" if end else "全部日期"

    @property
    def unit(self) -> str:
        return str(self.user.organization or "")

    @property
    def where(self) -> str:
        branch = self.cleaned_data.get("branch") if self.is_valid() else None
        return str(branch or self.unit)
