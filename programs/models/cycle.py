"""Program -> cycle -> list: one call for applications or one year's task, with its document, days, quota and budget."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from federation.models import Organization, User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from programs.models.campaign import Campaign


class ReliefFund(models.Model):
    """A scheme under one of its names. Renamed, it has the earlier one as predecessor: to a person it is one fund."""

    class Source(models.TextChoices):
        LOTTERY = "lottery", "中央专项彩票公益金"
        PROVINCE = "province", "省级救助资金"
        CITY = "city", "市级救助资金"

    name = models.CharField("名称", max_length=60, unique=True, error_messages={"unique": "已有同名的资金"})
    source = models.CharField("资金来源", max_length=20, choices=Source.choices)
    predecessor = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor", verbose_name="由哪项资金改名"
    )
    line = models.CharField(max_length=20, editable=False)

    class Meta:
        verbose_name = "救助资金"
        verbose_name_plural = "救助资金"
        ordering = ["source", "id"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The first fund of a source goes on with what was recorded before funds had names."""
        if not self.line:
            first = not ReliefFund.objects.filter(source=self.source).exists()
            count = ReliefFund.objects.filter(source=self.source).count()
            own = self.source if first else f"{self.source}-{count + 1}"
            self.line = self.predecessor.line if self.predecessor else own
        super().save(*args, **kwargs)

    def names(self) -> list[str]:
        """All its names, the newest first."""
        earlier = self.predecessor.names() if self.predecessor else []
        return [self.name, *earlier]


class CycleQuerySet(models.QuerySet["Cycle"]):
    def visible_to(self, user: User) -> Self:
        """Cycles of the city that the user's branches belong to; they name nobody."""
        tops = {grant.organization.path.split(".")[0] + "." for grant in user.current_grants}
        return self.filter(organization__path__in=tops)

    def of_relief(self, source: str) -> Self:
        return self.filter(program=Cycle.Program.RELIEF, fund__source=source)

    def of_loans(self) -> Self:
        return self.filter(program=Cycle.Program.LOANS)

    def open_on(self, day: date) -> Self:
        return self.filter(opens_on__lte=day, closes_on__gte=day)


class Cycle(models.Model):
    class Program(models.TextChoices):
        SCREENING = "screening", "两癌筛查"
        RELIEF = "relief", "两癌救助"
        LOANS = "loans", "小额贷款"
        SUNFLOWER = "sunflower", "向日葵关爱"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="组织单位")
    program = models.CharField("项目", max_length=20, choices=Program.choices)
    fund = models.ForeignKey(
        ReliefFund, models.PROTECT, null=True, blank=True, related_name="cycles", verbose_name="救助资金"
    )
    campaign = models.OneToOneField(
        Campaign, models.PROTECT, null=True, blank=True, editable=False, related_name="cycle", verbose_name="筛查批次"
    )
    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("名称", max_length=60)
    document_number = models.CharField("文号", max_length=40)
    opens_on = models.DateField("开始日期")
    closes_on = models.DateField("截止日期")
    cutoff_on = models.DateField("困难身份以哪天为准", null=True, blank=True)
    quota = models.PositiveIntegerField("名额（人）", null=True, blank=True)
    budget_fen = models.BigIntegerField("预算（分）", null=True, blank=True)

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = "项目周期"
        verbose_name_plural = "项目周期"
        ordering = ["-opens_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "program", "year", "name"],
                name="one_cycle_per_year_and_name",
                violation_error_message="本年度已有同名的一期",
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="cycle_closes_after_it_opens",
                violation_error_message="截止日期不能早于开始日期",
            ),
            models.CheckConstraint(
                condition=~Q(program="relief") | Q(fund__isnull=False),
                name="relief_cycle_has_a_fund",
                violation_error_message="两癌救助要选资金",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programs:cycle_detail", args=[self.pk])

    def is_open(self, *, on: date) -> bool:
        return self.opens_on <= on <= self.closes_on


class ComparisonList(models.Model):
    """A department's list that applications were compared with. The list itself is not kept, only what it said on ours."""

    class Department(models.TextChoices):
        INSURANCE = "insurance", "医保"
        HEALTH = "health", "卫健"
        CIVIL = "civil", "民政"
        RURAL = "rural", "乡村振兴"

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="lists", verbose_name="期次")
    department = models.CharField("部门", max_length=20, choices=Department.choices)
    as_of = models.DateField("名单截止日期")
    rows = models.PositiveIntegerField("名单人数")
    unread = models.PositiveIntegerField("身份证号不对的行")
    compared = models.PositiveIntegerField("比对申请")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "比对名单"
        verbose_name_plural = "比对名单"
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return f"{self.get_department_display()} {self.as_of:%Y-%m-%d}"


class ComparisonFindingQuerySet(ScopedQuerySet["ComparisonFinding"]):
    """What the departments' lists say on applications."""


class ComparisonFinding(ScopedModel):
    class Verdict(models.TextChoices):
        MATCHED = "matched", "名单上有，一致"
        ABSENT = "absent", "名单上没有"
        CONTRADICTORY = "contradictory", "名单上有，有出入"

    grant = models.ForeignKey("programs.ReliefGrant", models.CASCADE, related_name="findings", verbose_name="申请")
    department = models.CharField("部门", max_length=20, choices=ComparisonList.Department.choices)
    source = models.ForeignKey(ComparisonList, models.PROTECT, related_name="findings", verbose_name="名单")
    verdict = models.CharField("结果", max_length=20, choices=Verdict.choices)
    words = models.CharField("出入", max_length=200, blank=True)

    objects = ScopedManager.from_queryset(ComparisonFindingQuerySet)()

    class Meta:
        verbose_name = "比对结果"
        verbose_name_plural = "比对结果"
        ordering = ["department"]
        constraints = [models.UniqueConstraint(fields=["grant", "department"], name="one_finding_per_department")]

    def __str__(self) -> str:
        return f"{self.get_department_display()}：{self.get_verdict_display()}"
