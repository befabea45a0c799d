"""The plain counts beside 诉求台账 and 跟进任务 in the navigation; they stop at a cap."""

from __future__ import annotations

from django.utils import timezone

from federation.models import User
from outreach.models import FollowUp, Need
from outreach.permissions import desk_of

CAP = 99


def needs_waiting(user: User) -> int:
    """What her own level has in hand."""
    desk = desk_of(user)
    if desk is None:
        return 0
    return Need.objects.visible_to(user).at_desk(desk).order_by().values("pk")[:CAP].count()


def follow_ups_waiting(user: User) -> int:
    due = FollowUp.objects.visible_to(user).due_by(timezone.localdate())
    return due.order_by().values("pk")[:CAP].count()
