"""The query bar of a list: a span of days, a branch below, and whatever the list adds."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django import forms

from federation.forms.organizations import day_field
from federation.models import Organization, User
from federation.scoping import ScopedQuerySet

_Q = TypeVar("_Q", bound=ScopedQuerySet[Any])


class SpanFilterForm(forms.Form):
    """`day` names the date column. A list opens with the current year, unless it shows what stands today; an emptied
    field leaves that side open."""

    day = ""
    opens_with_year = True
    start = day_field("日期从", required=False)
    end = day_field("到", required=False)

    def __init__(self, given: Any, *, user: User, on: date) -> None:
        data = {name: given[name] for name in given}
        if self.opens_with_year:
            data.setdefault("start", f"{on.year}-01-01")
            data.setdefault("end", f"{on.year}-12-31")
        super().__init__(data)
        self.user, self.unit, self.on = user, user.organization, on
        below = self.unit.units_below(on=on) if self.unit else Organization.objects.none()
        if below:
            self.fields["organization"] = forms.ModelChoiceField(
                below, label="单位", required=False, empty_label="全部"
            )

    def in_span(self, rows: _Q) -> _Q:
        if not self.is_valid():
            return rows.none()
        given = self.cleaned_data
        if given["start"]:
            rows = rows.filter(**{f"{self.day}__gte": given["start"]})
        if given["end"]:
            rows = rows.filter(**{f"{self.day}__lte": given["end"]})
        if branch := given.get("organization"):
            rows = rows.within(branch)
        return rows

    @property
    def span(self) -> str:
        """The days the totals speak of."""
        given = self.cleaned_data if self.is_valid() else {}
        start, end = given.get("start"), given.get("end")
        if not start and not end:
            return "全部日期"
        return (
            f"{start:%Y-%m-%d} 至 {end:%Y-%m-%d}"
            if start and end
            else (f"{start:%Y-%m-%d} 起" if start else f"截至 {end:%Y-%m-%d}")
        )

    @property
    def where(self) -> str:
        branch = self.cleaned_data.get("organization") if self.is_valid() else None
        return str(branch or self.unit or "")

    def params(self) -> dict[str, str]:
        """What a job needs to apply the same filter; names that were searched for stay behind."""
        return {name: str(self.data.get(name, "")) for name in self.fields if name != "q"}
