from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.urls import reverse

from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from members.codes import Hardship

if TYPE_CHECKING:
    from members.models.woman import Woman


def family_of(head_name: str) -> str:
    return f"{head_name}家"


class HouseholdQuerySet(ScopedQuerySet["Household"]):
    """Families; one file holds several women and children."""

    def handed_over(self, *, on: date) -> Self:
        return self.all()

    def headed_by(self, text: str) -> Self:
        return self.filter(head_name__startswith=text.strip())

    def with_women(self) -> Self:
        return self.select_related("organization").prefetch_related("women")


class Household(ScopedModel):
    number = models.CharField("户编号", max_length=30, blank=True)
    head_name = models.CharField("户主", max_length=40)
    address = models.CharField("住址", max_length=120, blank=True)
    group = models.CharField("村（居）民小组", max_length=30, blank=True)
    hardship = models.CharField("困难类别", max_length=20, choices=Hardship.choices, default=Hardship.NONE)
    created_at = models.DateTimeField("建档时间", auto_now_add=True)

    objects = ScopedManager.from_queryset(HouseholdQuerySet)()

    class Meta:
        verbose_name = "家庭"
        verbose_name_plural = "家庭"
        indexes = [
            models.Index(fields=["township", "id"], name="household_by_township"),
            models.Index(fields=["organization", "head_name"], name="household_by_branch"),
        ]

    def __str__(self) -> str:
        return family_of(self.head_name)

    def get_absolute_url(self) -> str:
        return reverse("members:household_detail", args=[self.pk])

    def residents(self) -> list[Woman]:
        """The women who live here now, the eldest first; read from the prefetched rows where there are some."""
        return sorted((woman for woman in self.women.all() if woman.left_on is None), key=_eldest_first)


def _eldest_first(woman: Woman) -> tuple[date, int]:
    return woman.birth_on or date.max, woman.pk
