from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField
from members.codes import Education, EndReason, Political
from members.pinyin import beginning_with, initials_of, pinyin_of


class CadreQuerySet(ScopedQuerySet["Cadre"]):
    def handed_over(self, *, on: date) -> Self:
        return self.all()

    def serving(self, *, on: date) -> Self:
        return self.holding(Appointment.objects.in_office(on=on))

    def holding(self, appointments: AppointmentQuerySet) -> Self:
        """Those who hold one of the appointments, each once."""
        return self.filter(pk__in=appointments.values("cadre"))

    def named_like(self, text: str) -> Self:
        return self.filter(beginning_with(text))

    def with_posts(self, *, on: date) -> Self:
        """What a list row shows: `cadre.posts`, the appointments of that day, the highest first."""
        posts = Appointment.objects.in_office(on=on).select_related("organization").order_by("organization__path", "id")
        return self.select_related("organization").prefetch_related(Prefetch("appointments", posts, to_attr="posts"))


class Cadre(ScopedModel):
    """A person who works for the federation; her posts are appointments."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=40, db_collation="C")
    pinyin = models.CharField(max_length=120, editable=False, db_collation="C")
    initials = models.CharField(max_length=40, editable=False, db_collation="C")
    birth_on = models.DateField("出生日期", null=True, blank=True)
    education = models.CharField("文化程度", max_length=2, choices=Education.choices, blank=True)
    political = models.CharField("政治面貌", max_length=2, choices=Political.choices, blank=True)
    phone = SealedTextField("手机号", null=True, blank=True)
    in_two_committees = models.BooleanField("进村（社区）两委", default=False)
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="cadre", verbose_name="平台账号"
    )

    objects = ScopedManager.from_queryset(CadreQuerySet)()

    class Meta:
        verbose_name = "妇联干部"
        verbose_name_plural = "妇联干部"
        indexes = [
            models.Index(fields=["township", "pinyin", "id"], name="cadre_township_pinyin"),
            models.Index(fields=["organization", "pinyin", "id"], name="cadre_branch_pinyin"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:cadre_detail", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pinyin, self.initials = pinyin_of(self.name), initials_of(self.name)
        super().save(*args, **kwargs)


class AppointmentQuerySet(ScopedQuerySet["Appointment"]):
    def in_office(self, *, on: date) -> Self:
        return self.filter(starts_on__lte=on).filter(Q(ended_on=None) | Q(ended_on__gt=on))

    def end_with_branch(self, *, on: date) -> list[int]:
        ids = list(self.in_office(on=on).values_list("pk", flat=True))
        self.filter(pk__in=ids).update(ended_on=on, end_reason=EndReason.BRANCH)
        return ids

    def resume(self, ids: list[int]) -> None:
        self.filter(pk__in=ids, end_reason=EndReason.BRANCH).update(ended_on=None, end_reason="")

    def ending_before(self, day: date) -> Self:
        """Posts still held whose term ends before that day."""
        return self.filter(ended_on=None, term_ends_on__lt=day)

    def ending_within(self, days: int, *, on: date) -> Self:
        """Terms that end from that day on and no later than so many days after it."""
        return self.filter(ended_on=None, term_ends_on__gte=on, term_ends_on__lte=on + timedelta(days=days))


class Appointment(ScopedModel):
    """One post of one cadre at one branch, with its term (domain.md §1.3)."""

    class Post(models.TextChoices):
        CHAIR = "chair", "主席"
        VICE_CHAIR = "vice_chair", "副主席"
        STANDING = "standing", "常委"
        EXECUTIVE = "executive", "执委"
        DELEGATE = "delegate", "妇女代表"
        GROUP_LEADER = "group_leader", "妇女小组长"
        GRID = "grid", "妇联网格员"

    class Mode(models.TextChoices):
        FULL_TIME = "full_time", "专职"
        PART_TIME = "part_time", "兼职"
        SECONDED = "seconded", "挂职"

    cadre = models.ForeignKey(Cadre, models.CASCADE, related_name="appointments", verbose_name="干部")
    post = models.CharField("职务", max_length=20, choices=Post.choices)
    mode = models.CharField("任职方式", max_length=20, choices=Mode.choices, default=Mode.PART_TIME)
    starts_on = models.DateField("任职日期")
    term_ends_on = models.DateField("届满日期", null=True, blank=True)
    ended_on = models.DateField("离任日期", null=True, blank=True)
    end_reason = models.CharField("离任原因", max_length=60, choices=EndReason.choices, blank=True)

    objects = ScopedManager.from_queryset(AppointmentQuerySet)()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ["-starts_on", "-id"]
        indexes = [models.Index(fields=["organization", "post"], name="appointment_by_branch")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(post="chair", ended_on=None),
                name="one_chair_per_branch",
                violation_error_message="这个组织已有在任主席，请先登记离任",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on")),
                name="appointment_ends_after_it_starts",
                violation_error_message="离任日期不能早于任职日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_post_display()}"

    def is_in_office(self, *, on: date) -> bool:
        return self.starts_on <= on and (self.ended_on is None or self.ended_on > on)

    def days_left(self, *, on: date) -> int | None:
        """Days until the last day of the term; negative when it is past, None without a term or after the end."""
        if self.ended_on is not None or self.term_ends_on is None:
            return None
        return (self.term_ends_on - on).days

    def term_in_words(self, *, on: date) -> str:
        """2026年12月31日届满，余 37 天"""
        if self.ended_on is not None:
            return f"{self.ended_on:%Y年%-m月%-d日}离任"
        left = self.days_left(on=on)
        if left is None:
            return "没有登记届满日期"
        tail = f"余 {left} 天" if left > 0 else "今天届满" if left == 0 else f"已超 {-left} 天"
        return f"{self.term_ends_on:%Y年%-m月%-d日}届满，{tail}"
