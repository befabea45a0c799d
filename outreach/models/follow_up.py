from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from federation.models import User
from federation.periods import Period
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from members.models import Woman
from outreach.models.need import Need


class FollowUpQuerySet(ScopedQuerySet["FollowUp"]):
    def open(self) -> Self:
        return self.filter(done_on=None, cancelled_on=None)

    def handed_over(self, *, on: date) -> Self:
        """Recalls count in the year in which they fall due."""
        return self.open().filter(due_on__year__gte=on.year)

    def needing_a_branch(self) -> Self:
        return self.open()

    def due_by(self, day: date) -> Self:
        return self.open().filter(due_on__lte=day)

    def overdue(self, *, on: date) -> Self:
        return self.open().filter(due_on__lt=on)

    def recalls(self) -> Self:
        return self.filter(kind=FollowUp.Kind.RECALL)

    def done_in(self, period: Period) -> Self:
        return self.filter(done_on__gte=period.start, done_on__lt=period.end)

    def with_people(self) -> Self:
        return self.select_related("organization", "woman", "need")


class FollowUp(ScopedModel):
    """One thing to do by a day, with its reason in a sentence that the village may read (never a diagnosis)."""

    class Kind(models.TextChoices):
        NEED = "need", "办理诉求"
        CONFIRM = "confirm", "回访确认"
        RECALL = "recall", "请她联系医院"
        VISIT = "visit", "上门走访"

    class Result(models.TextChoices):
        DONE = "done", "已办"
        NOT_REACHED = "not_reached", "没有联系上"
        DECLINED = "declined", "本人不愿意"
        PASSED_ON = "passed_on", "转上级"

    kind = models.CharField("事项", max_length=20, choices=Kind.choices)
    need = models.ForeignKey(
        Need, models.CASCADE, null=True, blank=True, related_name="follow_ups", verbose_name="诉求"
    )
    woman = models.ForeignKey(
        Woman, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name="本人"
    )
    reason = models.CharField("缘由", max_length=120)
    due_on = models.DateField("到期日")
    done_on = models.DateField("办结日期", null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人")
    result = models.CharField("结果", max_length=20, choices=Result.choices, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    cancelled_on = models.DateField("取消日期", null=True, blank=True)

    objects = ScopedManager.from_queryset(FollowUpQuerySet)()

    class Meta:
        verbose_name = "跟进"
        verbose_name_plural = "跟进"
        indexes = [
            models.Index(fields=["township", "due_on", "id"], name="follow_up_by_township"),
            models.Index(fields=["organization", "due_on", "id"], name="follow_up_by_branch"),
            models.Index(fields=["due_on", "id"], name="follow_up_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(result=""),
                name="follow_up_done_with_a_result",
                violation_error_message="请选办理结果",
            )
        ]

    def __str__(self) -> str:
        return self.reason

    def get_absolute_url(self) -> str:
        return reverse("outreach:follow_up_record", args=[self.pk])

    def is_open(self) -> bool:
        return self.done_on is None and self.cancelled_on is None

    def is_overdue(self, *, on: date) -> bool:
        return self.is_open() and self.due_on < on
