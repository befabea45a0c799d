"""What the desk lists have in common: tabs of saved views with their counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from federation.access import StaffRequest
from federation.models import User
from federation.paging import capped_count, capped_counts
from federation.permissions import STAFF
from outreach.forms.lists import ViewedFilter


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    count: str
    current: bool
    hot: bool


# Views whose number is the whole list: counting them says nothing.
UNCOUNTED = {"all", "done", "confirmed", "mine"}


def tabs_of(form: ViewedFilter, *, on: date) -> list[Tab]:
    counted = {view: form.viewed(view, on=on) for view in form.VIEWS if view not in UNCOUNTED}
    counts = {view: count for view, count in capped_counts(counted).items() if count != "0"}
    return [
        Tab(
            label, f"?view={view}", counts.get(view, ""), view == form.chosen_view, view == "overdue" and view in counts
        )
        for view, label in form.VIEWS.items()
    ]


def total_of(form: ViewedFilter, rows: QuerySet[Any], tabs: Sequence[Tab]) -> str:
    """A view that nothing narrows was counted for its tab."""
    counted = next((tab.count for tab in tabs if tab.current), "")
    return counted if counted and form.is_valid() and not form.conditions() else capped_count(rows)


def posted(request: StaffRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def may_write(user: User) -> bool:
    return user.has_role(*STAFF)
