"""What is counted beside 诉求台账 and 跟进任务 in the navigation."""

from __future__ import annotations

from django.utils import timezone

from federation.models import User
from outreach.models import FollowUp, Need
from outreach.models.follow_up import FollowUpQuerySet
from outreach.models.need import NeedQuerySet
from outreach.permissions import desk_of


def needs_waiting(user: User) -> NeedQuerySet:
    """What her own level has in hand."""
    desk = desk_of(user)
    return Need.objects.visible_to(user).at_desk(desk) if desk else Need.objects.none()


def follow_ups_waiting(user: User) -> FollowUpQuerySet:
    return FollowUp.objects.visible_to(user).due_by(timezone.localdate())
