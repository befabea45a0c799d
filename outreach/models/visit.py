from __future__ import annotations

import uuid
from datetime import date
from typing import Any, NamedTuple, Self

from django.db import models
from django.urls import reverse

from federation.models import User
from federation.periods import Period
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.statements import looked_up
from members.models import Household, Woman
from members.models.household import family_of


class VisitLine(NamedTuple):
    """What the list shows of a visit: instances of five models a row take ten times as long."""

    pk: int
    visited_on: date
    mode: str
    target_group: str
    situation: str
    subject: str
    branch_name: str
    woman_name: str | None
    head_name: str | None
    visitor_name: str


def number_of(pk: int, visited_on: date) -> str:
    return f"ZF{visited_on.year}-{pk:04}"


def whom_of(*, woman: str | None, head: str | None, subject: str) -> str:
    """Her name, the family, or what the visitor called her."""
    return woman if woman is not None else family_of(head) if head is not None else subject


class VisitQuerySet(ScopedQuerySet["Visit"]):
    def made_in(self, period: Period) -> Self:
        return self.filter(visited_on__gte=period.start, visited_on__lt=period.end)

    def with_people(self) -> Self:
        """What a list row shows of the visited and the visitor."""
        return self.select_related("organization", "woman", "household", "made_by")

    def in_brief(self) -> Self:
        """Only the columns that a list row shows: building whole women and accounts takes longer than reading them."""
        return self.with_people().only(
            "visited_on",
            "mode",
            "target_group",
            "situation",
            "subject",
            "organization__short_name",
            "woman__name",
            "household__head_name",
            "made_by__display_name",
        )

    def as_lines(self) -> models.QuerySet[Any, Any]:
        """Tuples for `VisitLine`."""
        names = {
            "branch_name": looked_up(Visit, "organization", "short_name"),
            "woman_name": looked_up(Visit, "woman", "name"),
            "head_name": looked_up(Visit, "household", "head_name"),
            "visitor_name": looked_up(Visit, "made_by", "display_name"),
        }
        return self.annotate(**names).values_list(*VisitLine._fields)


class Visit(ScopedModel):
    """One visit to a woman or a family; `submission_id` comes from the phone, so a resend finds the first answer."""

    class Mode(models.TextChoices):
        HOME = "home", "入户"
        PHONE = "phone", "电话"
        MEETING = "meeting", "座谈"
        APPOINTMENT = "appointment", "约谈"
        QUESTIONNAIRE = "questionnaire", "问卷"

    class TargetGroup(models.TextChoices):
        """domain.md §6; several may hold, the main one is kept."""

        EMPLOYMENT = "employment", "就业困难"
        SCHOOLING = "schooling", "就学困难"
        MEDICAL = "medical", "就医困难"
        LANDLESS = "landless", "失地失业"
        LEFT_BEHIND = "left_behind", "留守流动"
        SINGLE_MOTHER = "single_mother", "单亲贫困母亲"
        EMPTY_NEST = "empty_nest", "空巢老人"
        SPECIAL = "special", "特殊困难"
        ORDINARY = "ordinary", "一般家庭"

    class Confirmation(models.TextChoices):
        SPOKEN = "spoken", "口头"
        SIGNED = "signed", "签名"
        NONE = "none", "无"

    submission_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visited_on = models.DateField("走访日期")
    mode = models.CharField("方式", max_length=20, choices=Mode.choices, default=Mode.HOME)
    woman = models.ForeignKey(
        Woman, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name="走访对象"
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name="家庭"
    )
    subject = models.CharField("未建档对象", max_length=40, blank=True, help_text="没有建档或不愿留名时，写怎样称呼她")
    target_group = models.CharField(
        "对象类别", max_length=20, choices=TargetGroup.choices, default=TargetGroup.ORDINARY
    )
    situation = models.TextField("情况", blank=True, max_length=2000)
    confirmation = models.CharField(
        "被访人确认", max_length=20, choices=Confirmation.choices, default=Confirmation.SPOKEN
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="走访人")
    written_at = models.DateTimeField("填写时间", null=True, blank=True, help_text="手机上的时间")
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    seconds_spent = models.PositiveIntegerField("填写用时", null=True, blank=True, help_text="秒，只用于看填报负担")

    objects = ScopedManager.from_queryset(VisitQuerySet)()

    class Meta:
        verbose_name = "走访"
        verbose_name_plural = "走访"
        indexes = [
            models.Index(fields=["township", "visited_on", "id"], name="visit_by_township"),
            models.Index(fields=["organization", "visited_on", "id"], name="visit_by_branch"),
            models.Index(fields=["visited_on", "id"], name="visit_by_day"),
            models.Index(fields=["woman", "visited_on"], name="visit_by_woman"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(woman__isnull=False) | models.Q(household__isnull=False) | ~models.Q(subject=""),
                name="visit_has_a_subject",
                violation_error_message="请选走访对象，或写怎样称呼她，例如“村口超市女店主”",
            )
        ]

    def __str__(self) -> str:
        return f"{self.visited_on:%Y-%m-%d} {self.get_mode_display()}"

    @property
    def number(self) -> str:
        return number_of(self.pk, self.visited_on)

    def whom(self) -> str:
        woman = self.woman.name if self.woman is not None else None
        head = self.household.head_name if self.household is not None else None
        return whom_of(woman=woman, head=head, subject=self.subject)

    def get_absolute_url(self) -> str:
        return reverse("outreach:visit_detail", args=[self.pk])
