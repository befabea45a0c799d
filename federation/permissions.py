"""Who may do what: the one table of roles, and the one table of rights on sensitive fields."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from django.db import models

from federation.sealed import MASKS, masked_name

if TYPE_CHECKING:
    from datetime import date

    from federation.models import Organization, User
    from federation.scoping import ScopedModel


class Role(models.TextChoices):
    VILLAGE_DIRECTOR = "village_director", "村（社区）妇联主席"
    TOWNSHIP_OFFICER = "township_officer", "乡镇（街道）妇联干事"
    CITY_OFFICER = "city_officer", "市妇联干事"
    RIGHTS_OFFICER = "rights_officer", "权益干部"
    SCREENING_HOSPITAL = "screening_hospital", "筛查医院"
    FINANCE_OFFICER = "finance_officer", "财务经办"
    FINANCE_REVIEWER = "finance_reviewer", "财务复核"
    LEADER = "leader", "领导"
    AUDITOR = "auditor", "审计"
    SPONSOR = "sponsor", "爱心人士"
    SYSTEM_ADMINISTRATOR = "system_administrator", "系统管理员"


# Roles that must sign in with a second factor (GB/T 22239 8.1.4.1 d, design.md §2 row 7).
SECOND_FACTOR_ROLES = frozenset(
    {Role.RIGHTS_OFFICER, Role.FINANCE_OFFICER, Role.FINANCE_REVIEWER, Role.SYSTEM_ADMINISTRATOR}
)
# Roles whose branch and everything below it is their scope; the others see no scoped rows at all.
BRANCH_ROLES = frozenset(
    {
        Role.VILLAGE_DIRECTOR,
        Role.TOWNSHIP_OFFICER,
        Role.CITY_OFFICER,
        Role.RIGHTS_OFFICER,
        Role.SCREENING_HOSPITAL,
        Role.FINANCE_OFFICER,
        Role.FINANCE_REVIEWER,
        Role.LEADER,
        Role.AUDITOR,
    }
)
# Roles that work with women's records by name. Leaders read figures; hospitals their own campaign lists.
STAFF = (Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
READERS = (*STAFF, Role.AUDITOR)
# Needs are worked by the staff; the rights desk works those of its own categories (outreach.models.need.RIGHTS).
NEED_WORKERS = (*STAFF, Role.RIGHTS_OFFICER)
NEED_READERS = (*READERS, Role.RIGHTS_OFFICER)
OFFICERS = (Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
FIGURE_READERS = (*READERS, Role.LEADER)
# Clinical columns open to the screening hospital alone (domain.md §2.5).
CLINICAL_ROLES = frozenset({Role.SCREENING_HOSPITAL})
# Which role a branch may invite into which level of branch below (or beside) it.
INVITABLE = {
    Role.SYSTEM_ADMINISTRATOR: frozenset(Role) - {Role.VILLAGE_DIRECTOR},
    Role.CITY_OFFICER: frozenset({Role.TOWNSHIP_OFFICER, Role.VILLAGE_DIRECTOR}),
    Role.TOWNSHIP_OFFICER: frozenset({Role.VILLAGE_DIRECTOR}),
}


class FieldRight(IntEnum):
    """HIDDEN shows nothing, MASKED the middle blanked with a logged reveal forbidden, REVEAL masked until a reason is given."""

    HIDDEN = 0
    MASKED = 1
    REVEAL = 2


HIDDEN, MASKED, REVEAL = FieldRight.HIDDEN, FieldRight.MASKED, FieldRight.REVEAL
# field -> role -> right; a role that is not named gets HIDDEN.
FIELD_RIGHTS: dict[str, dict[Role, FieldRight]] = {
    "id_number": {
        Role.VILLAGE_DIRECTOR: REVEAL,
        Role.TOWNSHIP_OFFICER: REVEAL,
        Role.CITY_OFFICER: REVEAL,
        Role.SCREENING_HOSPITAL: REVEAL,
        Role.RIGHTS_OFFICER: REVEAL,
        Role.AUDITOR: MASKED,
    },
    "phone": {
        Role.VILLAGE_DIRECTOR: REVEAL,
        Role.TOWNSHIP_OFFICER: REVEAL,
        Role.CITY_OFFICER: REVEAL,
        Role.SCREENING_HOSPITAL: REVEAL,
        Role.RIGHTS_OFFICER: REVEAL,
        Role.AUDITOR: MASKED,
    },
    "bank_card": {
        Role.CITY_OFFICER: MASKED,
        Role.FINANCE_OFFICER: REVEAL,
        Role.FINANCE_REVIEWER: REVEAL,
        Role.AUDITOR: MASKED,
    },
    "health": {Role.SCREENING_HOSPITAL: REVEAL},
    # Of a relief application: written for the decision, shown to nobody afterwards.
    "diagnosis": {},
}


def field_right(user: User, field: str) -> FieldRight:
    """The widest right that any of the user's current roles has on a sensitive field."""
    rights = FIELD_RIGHTS[field]
    return max((rights.get(role, HIDDEN) for role in user.roles), default=HIDDEN)


def masked_for(user: User, row: ScopedModel, field: str) -> str:
    """138****5678, or nothing where nothing is on file or the reader has no right on the field."""
    if field_right(user, field) == HIDDEN or not row.shows_field(field):
        return ""
    value = getattr(row, field)
    return MASKS[field](value) if value else ""


def name_for(user: User, name: str) -> str:
    """Those who work with women's records by name read it whole; auditors read 张*."""
    return name if user.has_role(*NEED_WORKERS) else masked_name(name)


def searches_people(user: User) -> bool:
    """Whoever reads a name only as 张* would learn by asking for names whose file lies before her."""
    return user.has_role(*NEED_WORKERS, *CLINICAL_ROLES)


def birth_in_words(user: User, born: date) -> str:
    """Beside a masked number a whole birth date would give the number away, so only those who may open it read the day."""
    whole = field_right(user, "id_number") == REVEAL
    return f"{born.year}年{born.month}月{born.day}日生" if whole else f"{born.year}年生"


def may_invite(inviter: User, role: Role, organization: Organization) -> bool:
    """By a grant that both reaches the branch and allows the role: two grants do not add up to a right."""
    return any(
        role in INVITABLE.get(Role(grant.role), ()) and organization.path.startswith(grant.organization.path)
        for grant in inviter.current_grants
    )
