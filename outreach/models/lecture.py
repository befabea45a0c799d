from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models.functions import ExtractYear
from django.urls import reverse

from federation.periods import Period
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet


class LectureQuerySet(ScopedQuerySet["Lecture"]):
    def held_in(self, period: Period) -> Self:
        return self.filter(held_on__gte=period.start, held_on__lt=period.end)

    def of_series(self, series: str) -> Self:
        return self.filter(series=series)

    def sums(self) -> dict[str, int | None]:
        """Sessions and attendances; the rate leaves out sessions of which one number is missing."""
        both = models.Q(expected__isnull=False, attended__isnull=False)
        found = self.order_by().aggregate(
            sessions=models.Count("pk"),
            attendances=models.Sum("attended", default=0),
            came=models.Sum("attended", filter=both, default=0),
            awaited=models.Sum("expected", filter=both, default=0),
        )
        return {**found, "rate": percent(found["came"], found["awaited"])}


def percent(came: int | None, awaited: int | None) -> int | None:
    """到场率 in whole percent, rounded half up; unknown where a number is missing."""
    return (came * 200 + awaited) // (2 * awaited) if came is not None and awaited else None


class Lecture(ScopedModel):
    """One session of a lecture or training series; numbers (第几期) run within a year."""

    class Series(models.TextChoices):
        LECTURE_HALL = "lecture_hall", "女性大讲堂"
        MICRO_CLASS = "micro_class", "微课堂"
        TRAINING = "training", "专题培训"
        FORUM = "forum", "座谈会"
        REPORT = "report", "报告会"

    class Topic(models.TextChoices):
        """domain.md §9"""

        POLITICS = "politics", "政治理论"
        DUTIES = "duties", "业务履职"
        RIGHTS = "rights", "法律维权"
        SKILLS = "skills", "创业技能"
        FAMILY = "family", "家庭教育"
        HEALTH = "health", "健康"
        MIND = "mind", "心理"
        DIGITAL = "digital", "数字技能"

    class Form(models.TextChoices):
        GATHERED = "gathered", "集中"
        ONLINE = "online", "网络"
        ON_SITE = "on_site", "现场"
        VILLAGE = "village", "送教下乡"

    series = models.CharField("系列", max_length=20, choices=Series.choices, default=Series.LECTURE_HALL)
    number = models.PositiveSmallIntegerField("期次")
    title = models.CharField("主题", max_length=80)
    topic = models.CharField("类别", max_length=20, choices=Topic.choices)
    form = models.CharField("形式", max_length=20, choices=Form.choices, default=Form.GATHERED)
    audience = models.CharField("对象", max_length=60, blank=True, help_text="例如 乡镇、村（社区）妇联干部")
    lecturer = models.CharField("讲师", max_length=40, blank=True)
    place = models.CharField("地点", max_length=60, blank=True)
    held_on = models.DateField("举办日期")
    expected = models.PositiveIntegerField("应到人数", null=True, blank=True)
    attended = models.PositiveIntegerField("实到人数", null=True, blank=True)
    class_hours = models.DecimalField("学时", max_digits=4, decimal_places=1, default=Decimal("2.0"))

    objects = ScopedManager.from_queryset(LectureQuerySet)()

    class Meta:
        verbose_name = "讲堂与培训"
        verbose_name_plural = "讲堂与培训"
        indexes = [
            models.Index(fields=["township", "held_on", "id"], name="lecture_by_township"),
            models.Index(fields=["organization", "held_on", "id"], name="lecture_by_branch"),
            models.Index(fields=["held_on", "id"], name="lecture_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                "organization",
                "series",
                ExtractYear("held_on"),
                "number",
                name="one_lecture_per_series_year_and_number",
                violation_error_message="本年度这一期已经登记过，请核对期次",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_series_display()}第{self.number}期"

    def get_absolute_url(self) -> str:
        return reverse("outreach:lecture_detail", args=[self.pk])

    @property
    def rate(self) -> int | None:
        return percent(self.attended, self.expected)
