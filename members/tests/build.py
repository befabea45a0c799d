"""Plain builders of people. The number in a name or an ID keeps two of them apart."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from federation.models import Organization
from members.codes import NoIDReason
from members.identity import check_digit
from members.models import Appointment, Cadre, Household, Woman

_NUMBERS = itertools.count(1)


def id_number(born: date = date(1985, 3, 8), *, female: bool = True, region: str = "439981") -> str:
    """A valid number that no other call has given."""
    serial = next(_NUMBERS) % 500 * 2 + (0 if female else 1)
    body = f"{region}{born:%Y%m%d}{serial:03}"
    return body + check_digit(body)


def build_household(organization: Organization, **fields: Any) -> Household:
    fields.setdefault("head_name", "张建国")
    return Household.objects.create(organization=organization, **fields)


def build_woman(organization: Organization, **fields: Any) -> Woman:
    """Without an ID number unless one is given."""
    fields.setdefault("name", "张小燕")
    if not fields.get("id_number"):
        fields.setdefault("no_id_reason", NoIDReason.PENDING)
    return Woman.objects.create(organization=organization, **fields)


def build_cadre(organization: Organization, **fields: Any) -> Cadre:
    fields.setdefault("name", "何秀兰")
    return Cadre.objects.create(organization=organization, **fields)


def build_appointment(cadre: Cadre, **fields: Any) -> Appointment:
    fields.setdefault("organization", cadre.organization)
    fields.setdefault("post", Appointment.Post.EXECUTIVE)
    fields.setdefault("starts_on", date(2021, 1, 1))
    return Appointment.objects.create(cadre=cadre, **fields)
