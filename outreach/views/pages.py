"""What the desk lists have in common: tabs of saved views with their counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from federation.access import StaffRequest
from federation.models import User
from federation.paging import capped_count
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
    tabs = []
    for view, label in form.VIEWS.items():
        count = "" if view in UNCOUNTED else capped_count(form.viewed(view, on=on))
        query = QueryDict(mutable=True)
        query["view"] = view
        hot = view == "overdue" and count != "0"
        tabs.append(Tab(label, f"?{query.urlencode()}", "" if count == "0" else count, view == form.chosen_view, hot))
    return tabs


def posted(request: StaffRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def may_write(user: User) -> bool:
    return user.has_role(*STAFF)
