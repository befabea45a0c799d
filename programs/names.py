"""Who reads a person's full name: those who work with her record. Auditors read it masked; others never come here."""

from __future__ import annotations

from federation.models import User
from federation.permissions import STAFF


def reads_masked(user: User) -> bool:
    return not user.has_role(*STAFF)
