"""A year's screening task of the city, and what each township is to bring."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
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


class QuotaIssueQuerySet(models.QuerySet["QuotaIssue"]):
    def visible_to(self, user: User) -> Self:
        """As the campaigns; what each township is to bring stands on the lines, which are scoped."""
        return self.filter(campaign__in=Campaign.objects.visible_to(user))

    def current(self) -> Self:
        return self.filter(followed_by=None)


class QuotaIssue(models.Model):
    """One handing down of a campaign's task. PostgreSQL refuses change and removal (quotas_are_appended_only).

    A change of mind is the next issue, which names the one it `follows`: of one issue there is one next at most.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="quota_issues", verbose_name="筛查批次")
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name="上一次下达"
    )
    number = models.PositiveSmallIntegerField("第几次")
    issued_on = models.DateField("下达日期")
    document_number = models.CharField("文号", max_length=40, blank=True)
    reason = models.CharField("调整理由", max_length=200, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="下达人")

    objects = QuotaIssueQuerySet.as_manager()

    class Meta:
        verbose_name = "任务下达"
        verbose_name_plural = "任务下达"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="one_quota_issue_per_number"),
            models.CheckConstraint(
                condition=Q(number=1, follows=None) | Q(number__gt=1, follows__isnull=False),
                name="quota_issues_follow_one_another",
                violation_error_message="任务要一次接一次下达",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""),
                name="quota_issued_again_with_reason",
                violation_error_message="调整任务要写理由",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} 第 {self.number} 次下达"

    def get_absolute_url(self) -> str:
        return reverse("programs:quota_issue_detail", args=[self.pk])


class ScreeningQuotaQuerySet(ScopedQuerySet["ScreeningQuota"]):
    """Tasks by township, of every issue."""

    def current(self) -> Self:
        """What holds now: the lines of each campaign's newest issue."""
        return self.filter(issue__followed_by=None)


class ScreeningQuota(ScopedModel):
    """How many women a township is to bring by one issue, in all and by quarter. Never changed once issued.

    `proposed` is what the women due, or the issue before, would have given; another number has its reason.
    Quarters are None on lines that are older than the plan by quarters.
    """

    QUARTERS = ("q1", "q2", "q3", "q4")

    issue = models.ForeignKey(QuotaIssue, models.PROTECT, related_name="lines", verbose_name="任务下达")
    women_due = models.PositiveIntegerField("应查妇女", null=True)
    proposed = models.PositiveIntegerField("建议数")
    quota = models.PositiveIntegerField("任务数")
    q1 = models.PositiveIntegerField("一季度", null=True)
    q2 = models.PositiveIntegerField("二季度", null=True)
    q3 = models.PositiveIntegerField("三季度", null=True)
    q4 = models.PositiveIntegerField("四季度", null=True)
    reason = models.CharField("改动理由", max_length=100, blank=True)

    objects = ScopedManager.from_queryset(ScreeningQuotaQuerySet)()

    class Meta:
        verbose_name = "筛查任务"
        verbose_name_plural = "筛查任务"
        constraints = [
            models.UniqueConstraint(fields=["issue", "organization"], name="one_quota_per_issue_and_branch"),
            models.CheckConstraint(
                condition=Q(quota=F("proposed")) | ~Q(reason=""),
                name="quota_changed_with_reason",
                violation_error_message="改动建议数要写理由",
            ),
            models.CheckConstraint(
                condition=Q(q1=None, q2=None, q3=None, q4=None)
                | Q(
                    q1__isnull=False,
                    q2__isnull=False,
                    q3__isnull=False,
                    q4__isnull=False,
                    quota=F("q1") + F("q2") + F("q3") + F("q4"),
                ),
                name="quarters_add_up_to_the_quota",
                violation_error_message="四个季度加起来要等于任务数",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue} {self.quota}"

    @property
    def by_quarter(self) -> tuple[int | None, ...]:
        return self.q1, self.q2, self.q3, self.q4
