"""What passes between a child and those beside her: contacts by the duty to keep them, and one wish a year."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from programs.models.sunflower import Child, Pairing


class CareContactQuerySet(ScopedQuerySet["CareContact"]):
    """Newest first where a history is shown."""


class CareContact(ScopedModel):
    """A call, a letter, a meeting. Counted for nobody's rank; it moves the next reminder on."""

    class Way(models.TextChoices):
        PHONE = "phone", "电话"
        VIDEO = "video", "视频"
        LETTER = "letter", "书信"
        MEETING = "meeting", "见面"
        ACTIVITY = "activity", "亲子活动"
        BIRTHDAY = "birthday", "过生日"

    MEETINGS = (Way.MEETING, Way.ACTIVITY, Way.BIRTHDAY)

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="contacts", verbose_name="结对")
    contacted_on = models.DateField("联系日期")
    way = models.CharField("方式", max_length=10, choices=Way.choices)
    words = models.CharField("情况", max_length=200, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记人")

    objects = ScopedManager.from_queryset(CareContactQuerySet)()

    class Meta:
        verbose_name = "结对联系"
        verbose_name_plural = "结对联系"
        indexes = [models.Index(fields=["pairing", "-contacted_on"], name="contact_by_day")]

    def __str__(self) -> str:
        return f"{self.contacted_on:%Y-%m-%d} {self.get_way_display()}"


class ChildWishQuerySet(ScopedQuerySet["ChildWish"]):
    """One a year and child."""


class ChildWish(ScopedModel):
    """微心愿. Sponsors read its words, so these name nobody and no place."""

    child = models.ForeignKey(Child, models.CASCADE, related_name="wishes", verbose_name="儿童")
    year = models.PositiveSmallIntegerField("年度")
    words = models.CharField("微心愿", max_length=60)
    wished_on = models.DateField("登记日期")
    granted_on = models.DateField("实现日期", null=True, blank=True)

    objects = ScopedManager.from_queryset(ChildWishQuerySet)()

    class Meta:
        verbose_name = "微心愿"
        verbose_name_plural = "微心愿"
        constraints = [
            models.UniqueConstraint(
                fields=["child", "year"],
                name="one_wish_per_child_and_year",
                violation_error_message="这个孩子今年已登记过一个微心愿",
            ),
            models.CheckConstraint(
                condition=Q(granted_on=None) | Q(granted_on__gte=models.F("wished_on")),
                name="wish_granted_after_it_is_made",
                violation_error_message="实现日期不能早于登记日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年微心愿"
