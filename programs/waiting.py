"""What waits behind the programs' entries of the navigation."""

from __future__ import annotations

from django.utils import timezone

from federation.models import User
from programs.models import ReliefGrant
from programs.models.relief import ReliefGrantQuerySet


def reliefs_waiting(user: User) -> ReliefGrantQuerySet:
    return ReliefGrant.objects.at_desk_of(user, on=timezone.localdate())
