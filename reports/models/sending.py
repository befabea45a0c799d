from __future__ import annotations

from django.db import models

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from reports.models.summary import AnnualSummary, SummaryBlock


class SummarySendingQuerySet(ScopedQuerySet["SummarySending"]):
    """What was sent, in order."""


class SummarySending(ScopedModel):
    """第几稿: a summary as it was sent up once, with what came of it. Nothing in it changes but the decision."""

    summary = models.ForeignKey(AnnualSummary, models.CASCADE, related_name="sendings", verbose_name="总结")
    number = models.PositiveSmallIntegerField("稿次")
    title = models.CharField("标题", max_length=120)
    sent_at = models.DateTimeField("送审时间")
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="送审人")
    return_reason = models.CharField("退回原因", max_length=300, blank=True)
    decided_at = models.DateTimeField("审阅时间", null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审阅人")

    objects = ScopedManager.from_queryset(SummarySendingQuerySet)()

    class Meta:
        verbose_name = "送审稿"
        verbose_name_plural = "送审稿"
        ordering = ["summary", "number"]
        constraints = [
            models.UniqueConstraint(fields=["summary", "number"], name="one_sending_per_summary_and_number"),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 稿"

    @property
    def was_returned(self) -> bool:
        return bool(self.return_reason)


class SentParagraphQuerySet(ScopedQuerySet["SentParagraph"]):
    """Paragraphs as they were read."""


class SentParagraph(ScopedModel):
    """One paragraph in words and numbers; `block` is the id of the block it came from, which may be gone by now."""

    sending = models.ForeignKey(SummarySending, models.CASCADE, related_name="paragraphs", verbose_name="送审稿")
    block = models.BigIntegerField("段落号")
    position = models.PositiveIntegerField("顺序")
    chapter = models.CharField("部分", max_length=20, choices=SummaryBlock.Chapter.choices)
    text = models.TextField("文字")

    objects = ScopedManager.from_queryset(SentParagraphQuerySet)()

    class Meta:
        verbose_name = "送审稿段落"
        verbose_name_plural = "送审稿段落"
        ordering = ["sending", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sending", "position"], name="one_sent_paragraph_per_place"),
        ]

    def __str__(self) -> str:
        return self.text[:20]
