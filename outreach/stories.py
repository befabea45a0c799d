"""What outreach knows of a woman, for the story on her page (members/timeline.py)."""

from __future__ import annotations

from collections.abc import Iterator

from federation.models import User
from federation.sealed import masked_name
from members.models import Woman
from members.timeline import Event
from outreach.models import FollowUp, Need, Visit

MOST = 50


def visits_of(woman: Woman, user: User) -> Iterator[Event]:
    for visit in Visit.objects.visible_to(user).filter(woman=woman).with_people().order_by("-visited_on", "-id")[:MOST]:
        who = masked_name(visit.made_by.display_name)
        words = f"{visit.get_mode_display()}走访，{visit.get_target_group_display()}"
        yield Event(visit.visited_on, "走访", words, who=who, url=visit.get_absolute_url())


def needs_of(woman: Woman, user: User) -> Iterator[Event]:
    for need in Need.objects.visible_to(user).filter(woman=woman).order_by("-raised_on", "-id")[:MOST]:
        words = f"{need.get_category_display()}，{need.stage().label}"
        yield Event(need.raised_on, "诉求", words, url=need.get_absolute_url())


def follow_ups_of(woman: Woman, user: User) -> Iterator[Event]:
    """Recalls and visits to make; what belongs to a need is told there."""
    rows = FollowUp.objects.visible_to(user).filter(woman=woman, need=None).order_by("-due_on", "-id")[:MOST]
    for row in rows:
        words = f"{row.get_kind_display()}，{row.get_result_display() or '还没有登记结果'}"
        yield Event(row.done_on or row.due_on, "跟进", words, url=row.get_absolute_url())
