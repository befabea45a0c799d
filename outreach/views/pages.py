"""What the desk lists have in common: tabs of saved views with their counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from federation import scoping
from federation.access import StaffRequest
from federation.models import User
from federation.paging import CAP, capped_count, in_words, kept_counts
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
    counted = [view for view in form.VIEWS if view not in UNCOUNTED]
    key = (type(form), bool(form.data.get("since")), scoping.standing(form.user, on=on))
    found = kept_counts(CAP + 1, key, counted, lambda view: form.counted(view, on=on))
    counts = {view: count for view, count in in_words(found).items() if count != "0"}
    return [
        Tab(
            label, f"?view={view}", counts.get(view, ""), view == form.chosen_view, view == "overdue" and view in counts
        )
        for view, label in form.VIEWS.items()
    ]


def total_of(form: ViewedFilter, rows: Callable[[], QuerySet[Any]], tabs: Sequence[Tab]) -> str:
    """A view that nothing narrows was counted for its tab."""
    counted = next((tab.count for tab in tabs if tab.current), "")
    return counted if counted and form.is_valid() and not form.conditions() else capped_count(rows())


def posted(request: StaffRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def may_write(user: User) -> bool:
    return user.has_role(*STAFF)
