"""Who may take the next step. One predicate for the view and for the page."""

from __future__ import annotations

from federation.models import Level, Organization, User
from federation.permissions import NEED_WORKERS, OFFICERS, STAFF, Role
from outreach.models import FollowUp, Lecture, Need

_DESK_OF_ROLE = {
    Role.VILLAGE_DIRECTOR: Need.Desk.VILLAGE,
    Role.TOWNSHIP_OFFICER: Need.Desk.TOWNSHIP,
    Role.CITY_OFFICER: Need.Desk.CITY,
}
# The rights desk sits at the city and in some townships.
_BY_LEVEL = {Role.RIGHTS_OFFICER}
_DESK_OF_LEVEL = {
    Level.CITY: Need.Desk.CITY,
    Level.TOWNSHIP: Need.Desk.TOWNSHIP,
    Level.VILLAGE: Need.Desk.VILLAGE,
    Level.COMMUNITY: Need.Desk.VILLAGE,
}
_DESKS = list(Need.Desk)


def desk_of(user: User) -> Need.Desk | None:
    """The highest level at which she works; readers without a desk have none."""
    desks = [desk for role, desk in _DESK_OF_ROLE.items() if user.has_role(role)]
    desks += [
        _DESK_OF_LEVEL[Level(grant.organization.level)] for grant in user.current_grants if grant.role in _BY_LEVEL
    ]
    return max(desks, key=_DESKS.index, default=None)


def can_handle(user: User, need: Need) -> bool:
    """The level that has the need in hand, and the levels above it, which may help out."""
    desk = desk_of(user)
    return (
        desk is not None
        and need.is_open()
        and need.answered_on is None
        and _DESKS.index(desk) >= _DESKS.index(Need.Desk(need.desk))
    )


def can_pass_on(user: User, need: Need) -> bool:
    return can_handle(user, need) and need.desk != Need.Desk.CITY


def can_confirm(user: User, need: Need) -> bool:
    """Anybody who works needs but the one who answered."""
    return user.has_role(*NEED_WORKERS) and need.is_waiting_confirmation() and need.answered_by_id != user.pk


def can_withdraw(user: User, need: Need) -> bool:
    return user.has_role(*STAFF) and need.is_open()


def can_record(user: User, follow_up: FollowUp) -> bool:
    return user.has_role(*STAFF) and follow_up.is_open() and follow_up.need_id is None


def can_log_lectures(user: User) -> bool:
    return user.has_role(*OFFICERS)


def can_edit_lecture(user: User, lecture: Lecture) -> bool:
    """The branch that held it, or the city."""
    holders = [grant.organization_id for grant in user.current_grants if grant.role in OFFICERS]
    return lecture.organization_id in holders or user.has_role(Role.CITY_OFFICER)


def receiver_of(organization: Organization) -> str:
    """To whom a visit goes when it is handed in: the word on the button."""
    return "镇里" if organization.is_village else "市里" if organization.level == Level.TOWNSHIP else "本级"
