"""Two-cancer screening: campaign, who came, and, behind a wall of its own, what the hospital found."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from federation.models import Job, Organization, User
from federation.periods import Period
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField
from members.models import Woman
from outreach.models import FollowUp


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


class BatchQuerySet(ScopedQuerySet["Batch"]):
    """Uploaded lists."""


class Batch(ScopedModel):
    """One uploaded list, from its reading to its commit. The file is sealed and goes when the batch is settled."""

    class Kind(models.TextChoices):
        RESULTS = "results", "筛查结果"
        ATTENDANCE = "attendance", "参检名单"

    class State(models.TextChoices):
        READING = "reading", "正在核对"
        PREVIEWED = "previewed", "待确认"
        REFUSED = "refused", "不能导入"
        COMMITTING = "committing", "正在导入"
        COMMITTED = "committed", "已导入"
        CANCELLED = "cancelled", "已取消"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="batches", verbose_name="筛查批次")
    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.READING)
    file = models.FileField("文件", upload_to="screening/%Y/%m", blank=True, max_length=200)
    file_name = models.CharField("文件名", max_length=200)
    file_sha256 = models.CharField(max_length=64)
    error_book = models.FileField("标错的文件", upload_to="screening/%Y/%m", blank=True, max_length=200)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", verbose_name="后台事项")
    refusal = models.CharField("不能导入的原因", max_length=300, blank=True)
    rows_total = models.PositiveIntegerField("总行数", default=0)
    rows_new = models.PositiveIntegerField("新增", default=0)
    rows_changed = models.PositiveIntegerField("有变化", default=0)
    rows_same = models.PositiveIntegerField("没有变化", default=0)
    rows_rejected = models.PositiveIntegerField("不能导入", default=0)
    committed_at = models.DateTimeField("导入时间", null=True, blank=True)

    objects = ScopedManager.from_queryset(BatchQuerySet)()

    class Meta:
        verbose_name = "上传的名单"
        verbose_name_plural = "上传的名单"
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return f"{self.campaign} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("programs:batch_detail", args=[self.pk])


class ScreeningQuerySet(ScopedQuerySet["Screening"]):
    def attended_in(self, period: Period) -> Self:
        return self.filter(attended_on__gte=period.start, attended_on__lt=period.end)

    def needing_contact(self) -> Self:
        return self.filter(needs_contact=True)

    def with_people(self) -> Self:
        return self.select_related("organization", "township", "woman")


class Screening(ScopedModel):
    """One woman's attendance in one campaign: all that federation roles may know besides "needs help"."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="screenings", verbose_name="筛查批次")
    woman = models.ForeignKey(Woman, models.PROTECT, related_name="screenings", verbose_name="妇女")
    number = models.CharField("编号", max_length=30, blank=True)
    attended_on = models.DateField("参检日期")
    cervical = models.BooleanField("宫颈癌筛查", default=True)
    breast = models.BooleanField("乳腺癌筛查", default=True)
    needs_contact = models.BooleanField("需联系医院", default=False)
    recall = models.OneToOneField(
        FollowUp, models.SET_NULL, null=True, blank=True, related_name="screening", verbose_name="召回跟进"
    )
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, related_name="+", verbose_name="来自名单")

    objects = ScopedManager.from_queryset(ScreeningQuerySet)()

    class Meta:
        verbose_name = "参检"
        verbose_name_plural = "参检"
        indexes = [
            models.Index(fields=["township", "attended_on", "id"], name="screening_by_township"),
            models.Index(fields=["organization", "attended_on", "id"], name="screening_by_branch"),
            models.Index(fields=["attended_on", "id"], name="screening_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "woman"],
                name="one_screening_per_campaign_and_woman",
                violation_error_message="该妇女在本次筛查里已有记录",
            ),
            models.CheckConstraint(
                condition=Q(cervical=True) | Q(breast=True),
                name="screening_of_something",
                violation_error_message="宫颈癌和乳腺癌筛查至少有一项",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attended_on:%Y-%m-%d} 参检"


class ScreeningResultQuerySet(ScopedQuerySet["ScreeningResult"]):
    def abnormal(self) -> Self:
        return self.filter(abnormal=True)


class ScreeningResult(ScopedModel):
    """What the hospital found. PostgreSQL shows these rows to the screening hospital's accounts only."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    screening = models.OneToOneField(Screening, models.CASCADE, related_name="result", verbose_name="参检")
    # The clinical codes as one sealed text; programs/screening/findings.py reads and writes it.
    health = SealedTextField("检查结果")
    abnormal = models.BooleanField("需进一步检查", default=False)
    reported_on = models.DateField("报告日期")
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, related_name="+", verbose_name="来自名单")

    objects = ScopedManager.from_queryset(ScreeningResultQuerySet)()

    class Meta:
        verbose_name = "筛查结果"
        verbose_name_plural = "筛查结果"
        indexes = [
            models.Index(fields=["township", "reported_on", "id"], name="result_by_township"),
            models.Index(fields=["reported_on", "id"], name="result_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.reported_on:%Y-%m-%d} 结果"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.organization_id = self.screening.organization_id
        super().save(*args, **kwargs)
