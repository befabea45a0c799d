"""Days on which a village comes to be screened, who is put down for them, and the consents that were signed."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from members.models import Woman
from programs.models.campaign import Campaign


class ScreeningDayQuerySet(ScopedQuerySet["ScreeningDay"]):
    def with_counts(self) -> Self:
        came = Count("appointments", filter=Q(appointments__state=ScreeningAppointment.State.CAME))
        return self.annotate(booked=Count("appointments"), came=came).select_related("organization", "township")


class ScreeningDay(ScopedModel):
    """A village's day, with its place and how many women the hospital can take."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="days", verbose_name="筛查批次")
    day = models.DateField("日期")
    place = models.CharField("地点", max_length=60)
    quota = models.PositiveSmallIntegerField("当天最多（人）")

    objects = ScopedManager.from_queryset(ScreeningDayQuerySet)()

    class Meta:
        verbose_name = "筛查安排"
        verbose_name_plural = "筛查安排"
        indexes = [models.Index(fields=["campaign", "day", "id"], name="screening_day_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "organization", "day"],
                name="one_screening_day_per_branch",
                violation_error_message="这个村这一天已经安排过",
            ),
            models.CheckConstraint(
                condition=Q(quota__gt=0), name="screening_day_for_some", violation_error_message="人数要大于 0"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.organization.division_name}"

    def get_absolute_url(self) -> str:
        return reverse("programs:day_detail", args=[self.pk])


class ScreeningAppointmentQuerySet(ScopedQuerySet["ScreeningAppointment"]):
    def standing(self) -> Self:
        """Not missed: to come, or came."""
        return self.exclude(state=ScreeningAppointment.State.MISSED)


class ScreeningAppointment(ScopedModel):
    class State(models.TextChoices):
        BOOKED = "booked", "已预约"
        CAME = "came", "已到"
        MISSED = "missed", "没到"

    day = models.ForeignKey(ScreeningDay, models.PROTECT, related_name="appointments", verbose_name="筛查安排")
    woman = models.ForeignKey(Woman, models.PROTECT, related_name="+", verbose_name="妇女")
    state = models.CharField("情况", max_length=10, choices=State.choices, default=State.BOOKED)
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")

    objects = ScopedManager.from_queryset(ScreeningAppointmentQuerySet)()

    class Meta:
        verbose_name = "预约"
        verbose_name_plural = "预约"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "woman"],
                name="one_appointment_per_day_and_woman",
                violation_error_message="她已在这一天的名单里",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_state_display()}"


class ScreeningConsentQuerySet(ScopedQuerySet["ScreeningConsent"]):
    """Signed sheets."""


class ScreeningConsent(ScopedModel):
    """Which version of the consent sheet she signed, and when; the sheet itself stays on paper with the hospital."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", verbose_name="筛查批次")
    woman = models.ForeignKey(Woman, models.PROTECT, related_name="+", verbose_name="妇女")
    version = models.CharField("知情同意书版本", max_length=60)
    signed_on = models.DateField("签字日期")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")

    objects = ScopedManager.from_queryset(ScreeningConsentQuerySet)()

    class Meta:
        verbose_name = "知情同意"
        verbose_name_plural = "知情同意"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "woman", "version"],
                name="one_consent_per_version",
                violation_error_message="这一版知情同意书已经登记过",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.signed_on:%Y-%m-%d}"
