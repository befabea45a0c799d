"""What the phone's first page asks of its reader: each thing with its reason, late ones first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from federation.models import User
from outreach.models import FollowUp
from outreach.permissions import desk_of

AHEAD = timedelta(days=7)
MOST = 50


@dataclass(frozen=True)
class Todo:
    title: str
    reason: str
    due_on: date
    url: str


@dataclass(frozen=True)
class Today:
    first: list[Todo]
    this_week: list[Todo]

    @property
    def count(self) -> int:
        return len(self.first) + len(self.this_week)


def today_of(user: User, *, on: date) -> Today:
    """Due today or late, and due within a week: what her own level has in hand, and answers that others gave."""
    mine = (
        Q(need=None)
        | Q(kind=FollowUp.Kind.NEED, need__desk=desk_of(user))
        | (Q(kind=FollowUp.Kind.CONFIRM) & ~Q(need__answered_by=user))
    )
    rows = FollowUp.objects.visible_to(user).due_by(on + AHEAD).filter(mine).with_people()
    todos = [_todo(row) for row in rows.order_by("due_on", "id")[:MOST]]
    return Today([todo for todo in todos if todo.due_on <= on], [todo for todo in todos if todo.due_on > on])


def _todo(row: FollowUp) -> Todo:
    whom = row.woman.name if row.woman else "她"
    if row.need is not None:
        about, url = row.need.get_category_display(), reverse("outreach:need_on_phone", args=[row.need_id])
        if row.kind == FollowUp.Kind.CONFIRM:
            return Todo(f"回访{whom}：{about}", "已经答复，问她本人满意吗", row.due_on, url)
        return Todo(f"办{whom}的诉求：{about}", _promised(row.need.times_reopened), row.due_on, url)
    if row.kind == FollowUp.Kind.VISIT and row.woman_id:
        return Todo(f"走访{whom}家", row.reason, row.due_on, f"{reverse('outreach:visit_begin')}?woman={row.woman_id}")
    title = f"请{whom}联系市妇幼" if row.kind == FollowUp.Kind.RECALL else f"{row.get_kind_display()}：{whom}"
    return Todo(title, row.reason, row.due_on, reverse("outreach:follow_up_on_phone", args=[row.pk]))


def _promised(times_reopened: int) -> str:
    return f"她不满意，第 {times_reopened} 次重办" if times_reopened else "走访时答应过她"
