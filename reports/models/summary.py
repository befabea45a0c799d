from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from federation.models import Job, User
from federation.periods import Period
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet


class AnnualSummaryQuerySet(ScopedQuerySet["AnnualSummary"]):
    def of_year(self, year: int) -> Self:
        return self.filter(year=year)


class AnnualSummary(ScopedModel):
    """A branch's summary of one year. A later version never changes an earlier one."""

    class State(models.TextChoices):
        DRAFT = "draft", "起草中"
        SENT = "sent", "待审阅"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "已审定"

    year = models.PositiveSmallIntegerField("年度")
    version = models.PositiveSmallIntegerField("版本", default=1)
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.DRAFT)
    title = models.CharField("标题", max_length=120)
    byline = models.CharField("署名", max_length=60)
    compiled_at = models.DateTimeField("取数时间", null=True, blank=True)
    compiled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="取数人")
    sent_at = models.DateTimeField("送审时间", null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="送审人")
    decided_at = models.DateTimeField("审定时间", null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审定人")
    return_reason = models.CharField("退回原因", max_length=300, blank=True)
    created_at = models.DateTimeField("生成时间", auto_now_add=True)

    objects = ScopedManager.from_queryset(AnnualSummaryQuerySet)()

    class Meta:
        verbose_name = "年度总结"
        verbose_name_plural = "年度总结"
        ordering = ["-year", "organization__path", "-version"]
        indexes = [models.Index(fields=["township", "-year"], name="summary_by_township")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year", "version"],
                name="one_summary_per_branch_year_and_version",
                violation_error_message="这个年度的总结已经有了",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="returned") | ~models.Q(return_reason=""),
                name="summary_returned_with_a_reason",
                violation_error_message="退回要写明原因",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.year} 年度总结"

    def get_absolute_url(self) -> str:
        return reverse("reports:summary_edit", args=[self.pk])

    @property
    def period(self) -> Period:
        return Period.year(self.year)

    @property
    def is_locked(self) -> bool:
        return self.state == self.State.APPROVED


class SummaryBlockQuerySet(ScopedQuerySet["SummaryBlock"]):
    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class SummaryBlock(ScopedModel):
    """One heading or paragraph. `text` carries figure tokens such as {screened_women}, filled from frozen figures."""

    class Chapter(models.TextChoices):
        OPENING = "opening", "导语"
        PRACTICES = "practices", "主要做法"
        PROBLEMS = "problems", "存在问题"
        LESSONS = "lessons", "几点启示"
        PLANS = "plans", "下一步打算"

    class Level(models.TextChoices):
        SECTION = "section", "（一）级"
        ITEM = "item", "1.级"
        PARAGRAPH = "paragraph", "段落"

    summary = models.ForeignKey(AnnualSummary, models.CASCADE, related_name="blocks", verbose_name="总结")
    chapter = models.CharField("部分", max_length=20, choices=Chapter.choices)
    level = models.CharField("层次", max_length=20, choices=Level.choices)
    position = models.PositiveIntegerField("顺序")
    heading = models.CharField("标题或段首句", max_length=120, blank=True)
    text = models.TextField("正文", blank=True, max_length=4000)
    source = models.ForeignKey(
        AnnualSummary, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="采自下级总结"
    )
    edited_at = models.DateTimeField("修改时间", null=True, blank=True)
    edited_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="修改人")

    objects = ScopedManager.from_queryset(SummaryBlockQuerySet)()

    class Meta:
        verbose_name = "总结段落"
        verbose_name_plural = "总结段落"
        indexes = [models.Index(fields=["summary", "position"], name="block_by_position")]

    def __str__(self) -> str:
        return self.heading or self.text[:20]


class FigureQuerySet(ScopedQuerySet["Figure"]):
    """Frozen figures."""


class Figure(ScopedModel):
    """A figure as it stood when the summary was compiled: value, definition, filter, time, and the rows behind it."""

    summary = models.ForeignKey(AnnualSummary, models.CASCADE, related_name="figures", verbose_name="总结")
    code = models.CharField("指标代码", max_length=60)
    label = models.CharField("名称", max_length=60)
    unit = models.CharField("单位", max_length=10)
    value = models.DecimalField("数值", max_digits=20, decimal_places=4, null=True)
    previous = models.DecimalField("上年数值", max_digits=20, decimal_places=4, null=True)
    definition = models.CharField("口径", max_length=200)
    period_start = models.DateField("起")
    period_end = models.DateField("止（不含）")
    computed_at = models.DateTimeField("取数时间")
    row_ids = ArrayField(models.BigIntegerField(), verbose_name="对应记录", default=list)

    objects = ScopedManager.from_queryset(FigureQuerySet)()

    class Meta:
        verbose_name = "总结用数"
        verbose_name_plural = "总结用数"
        constraints = [
            models.UniqueConstraint(fields=["summary", "code"], name="one_figure_per_summary_and_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class SummaryDocumentQuerySet(ScopedQuerySet["SummaryDocument"]):
    """Issued files."""


class SummaryDocument(ScopedModel):
    """A PDF made from a compiled summary; the same frozen figures and text give the same bytes."""

    summary = models.ForeignKey(AnnualSummary, models.CASCADE, related_name="documents", verbose_name="总结")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", verbose_name="后台事项")
    file = models.FileField("文件", upload_to="summaries/%Y", max_length=200)
    sha256 = models.CharField("摘要", max_length=64)
    pages = models.PositiveSmallIntegerField("页数")
    made_at = models.DateTimeField("生成时间")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="生成人")

    objects = ScopedManager.from_queryset(SummaryDocumentQuerySet)()

    class Meta:
        verbose_name = "总结文件"
        verbose_name_plural = "总结文件"
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.summary} PDF"
