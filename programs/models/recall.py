"""What the hospital waits for after an abnormal stage: by when, and whether it was done, put on record, or neither."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField
from programs.models.campaign import Campaign
from programs.models.screening import Screening


class ScreeningRecallQuerySet(ScopedQuerySet["ScreeningRecall"]):
    def open(self) -> Self:
        return self.filter(closed_on=None)

    def in_state(self, state: str, *, on: date) -> Self:
        """The three ways that the list keeps apart, and those whose day has not come."""
        open_rows = Q(closed_on=None)
        return self.filter(
            {
                "missing": open_rows & Q(reason="", due_on__lt=on),
                "recorded": ~Q(reason=""),
                "done": Q(outcome=ScreeningRecall.Outcome.DONE),
                "waiting": open_rows & Q(reason="", due_on__gte=on),
            }[state]
        )

    def one_a_woman(self) -> Self:
        """For those who may not know that two things are awaited: the first open one of each attendance."""
        earlier = ScreeningRecall._default_manager.filter(
            screening=OuterRef("screening"), closed_on=None, id__lt=OuterRef("id")
        )
        return self.exclude(Exists(earlier))

    def with_people(self) -> Self:
        return self.select_related("organization", "township", "screening__woman", "campaign")


class ScreeningRecall(ScopedModel):
    """One awaited step of one woman. Which step is sealed: federation roles read that she is to ring the hospital."""

    class Outcome(models.TextChoices):
        DONE = "done", "已做"
        NOT_DONE = "not_done", "有记录没做"
        ENDED = "ended", "不再需要"

    class Reason(models.TextChoices):
        DECLINED = "declined", "本人拒绝"
        LOST = "lost", "失访"
        POSTPONED = "postponed", "改期"
        ILL = "ill", "身体原因暂缓"
        DIED = "died", "死亡"

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", verbose_name="筛查批次")
    screening = models.ForeignKey(Screening, models.CASCADE, related_name="recalls", verbose_name="参检")
    step = SealedTextField("等哪一步")
    opened_on = models.DateField("提出日期")
    due_on = models.DateField("到期日")
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices, blank=True)
    reason = models.CharField("没做的原因", max_length=10, choices=Reason.choices, blank=True)
    recorded_on = models.DateField("登记原因日期", null=True, blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记人"
    )
    closed_on = models.DateField("结束日期", null=True, blank=True)

    objects = ScopedManager.from_queryset(ScreeningRecallQuerySet)()

    class Meta:
        verbose_name = "召回"
        verbose_name_plural = "召回"
        indexes = [
            models.Index(fields=["township", "due_on", "id"], name="recall_by_township"),
            models.Index(fields=["organization", "due_on", "id"], name="recall_by_branch"),
            models.Index(fields=["campaign", "due_on", "id"], name="recall_by_campaign"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None, outcome="") | (Q(closed_on__isnull=False) & ~Q(outcome="")),
                name="recall_closed_with_an_outcome",
                violation_error_message="结束召回要有结果",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="not_done") | ~Q(reason=""),
                name="recall_not_done_for_a_reason",
                violation_error_message="没做要写明原因",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on:%Y-%m-%d} 前请她联系医院"

    def get_absolute_url(self) -> str:
        return reverse("programs:recall_record", args=[self.pk])

    def is_open(self) -> bool:
        return self.closed_on is None

    def state(self, *, on: date) -> tuple[str, str]:
        """(mark, words) for a list."""
        if self.outcome == self.Outcome.DONE:
            return "done", f"已做，{self.closed_on:%Y-%m-%d}"
        if self.outcome == self.Outcome.ENDED:
            return "done", "不再需要"
        if self.reason:
            return "wait", f"有记录没做：{self.get_reason_display()}"
        if self.due_on < on:
            return "late", f"没有记录，超 {(on - self.due_on).days} 天"
        return "open", f"余 {(self.due_on - on).days} 天"
