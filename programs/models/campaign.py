"""A year's screening task of the city, and what each township is to bring."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from federation.models import Organization, User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User) -> Self:
        """Campaigns of the city that the user's branches belong to; they name nobody."""
        tops = {grant.organization.path.split(".")[0] + "." for grant in user.current_grants}
        return self.filter(organization__path__in=tops)


class Campaign(models.Model):
    """A year's screening task of the city."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="组织单位")
    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("名称", max_length=60)
    document_number = models.CharField("文号", max_length=40, blank=True)
    quota = models.PositiveIntegerField("任务数")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "筛查批次"
        verbose_name_plural = "筛查批次"
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year", "name"],
                name="one_campaign_per_year_and_name",
                violation_error_message="本年度已有同名的筛查",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="campaign_ends_after_it_starts",
                violation_error_message="结束日期不能早于开始日期",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programs:campaign_detail", args=[self.pk])

    def is_open(self, *, on: date) -> bool:
        """Lists are taken from the first day on; the hospital's reports follow after the last one."""
        return self.starts_on <= on


class ScreeningQuotaQuerySet(ScopedQuerySet["ScreeningQuota"]):
    """Tasks by township."""


class ScreeningQuota(ScopedModel):
    """How many women a township is to bring in one campaign."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="quotas", verbose_name="筛查批次")
    quota = models.PositiveIntegerField("任务数")

    objects = ScopedManager.from_queryset(ScreeningQuotaQuerySet)()

    class Meta:
        verbose_name = "筛查任务"
        verbose_name_plural = "筛查任务"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "organization"], name="one_quota_per_campaign_and_branch")
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.quota}"
