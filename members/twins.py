"""Files that may be the same woman's: nothing but a person can tell, so she is asked before a second one is opened."""

from __future__ import annotations

from datetime import date

from django.db import models

from federation.models import Organization, User
from members.models import Household, Woman

MOST_SHOWN = 5


class Difference(models.TextChoices):
    """How somebody knows that the woman before her is not the one on file."""

    MET = "met", "当面问过，是同名的另一个人"
    PAPERS = "papers", "看过证件，不是同一个人"
    FAMILY = "family", "同一家里另一个人，名字相同"


def twins_of(
    user: User,
    *,
    name: str,
    organization: Organization,
    birth_on: date | None = None,
    phone: str = "",
    household: Household | None = None,
) -> list[Woman]:
    """Those of her name whose birth date, phone or family is hers too, or who live there and say nothing against it."""
    namesakes = Woman.objects.visible_to(user).filter(name=name).select_related("organization").order_by("id")

    def may_be_her(woman: Woman) -> bool:
        if phone and str(woman.phone or "") == phone:
            return True
        if household is not None and woman.household_id == household.pk:
            return True
        if birth_on and woman.birth_on:
            return birth_on == woman.birth_on
        return woman.organization_id == organization.pk

    return [woman for woman in namesakes[:100] if may_be_her(woman)][:MOST_SHOWN]
