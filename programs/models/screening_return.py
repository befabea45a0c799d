"""The quarter's official form as it was issued: totals of the whole city, no person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from programs.models.campaign import Campaign


class ScreeningReturnQuerySet(ScopedQuerySet["ScreeningReturn"]):
    """Issued forms."""


class ScreeningReturn(ScopedModel):
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="returns", verbose_name="筛查批次")
    quarter = models.PositiveSmallIntegerField("季度")
    # {"lines": [[number, title, value or null]], "rates": [[title, part, whole, source]], "checks": [[words, holds]]}
    figures = models.JSONField("数字")
    made_on = models.DateField("填表日期")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填表人")

    objects = ScopedManager.from_queryset(ScreeningReturnQuerySet)()

    class Meta:
        verbose_name = "筛查季报"
        verbose_name_plural = "筛查季报"
        constraints = [
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4),
                name="return_of_a_quarter",
                violation_error_message="季度写 1 到 4",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign.year} 年第 {self.quarter} 季度"

    def get_absolute_url(self) -> str:
        return reverse("programs:screening_return_detail", args=[self.pk])
