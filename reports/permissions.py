"""Who writes a summary and who decides on it."""

from __future__ import annotations

from federation.models import User
from federation.permissions import OFFICERS, STAFF, Role
from reports.models import AnnualSummary
from reports.summarizing import OPEN_STATES


def may_write(user: User, summary: AnnualSummary) -> bool:
    """The branch's own people, while the text is open."""
    return summary.state in OPEN_STATES and is_own(user, summary)


def is_own(user: User, summary: AnnualSummary) -> bool:
    return any(
        grant.role in STAFF and grant.organization_id == summary.organization_id for grant in user.current_grants
    )


def may_decide(user: User, summary: AnnualSummary) -> bool:
    """The level above; the city's own summary waits for its leader. Nobody decides on what she sent herself."""
    return summary.state == AnnualSummary.State.SENT and summary.sent_by_id != user.pk and stands_above(user, summary)


def stands_above(user: User, summary: AnnualSummary) -> bool:
    branch = summary.organization
    return any(
        (
            grant.role in OFFICERS
            and branch.pk != grant.organization_id
            and branch.path.startswith(grant.organization.path)
        )
        or (grant.role == Role.LEADER and branch.path.startswith(grant.organization.path))
        for grant in user.current_grants
    )
