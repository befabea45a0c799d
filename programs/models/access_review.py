"""未成年人个人信息年度合规审计: who opened children's files in a year, looked through by one and signed by another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet


class AccessReviewQuerySet(ScopedQuerySet["AccessReview"]):
    """One a year."""


class AccessReview(ScopedModel):
    """The counts are those of the day it was made. PostgreSQL keeps it: one signature, nothing else changes
    (access_review_is_kept). 未成年人网络保护条例第三十七条: every year."""

    year = models.PositiveSmallIntegerField("年度")
    counts = models.JSONField("统计")
    finding = models.TextField("审计结论", max_length=1000)
    measures = models.TextField("整改要求", max_length=1000, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审计人")
    maker = models.UUIDField(null=True, editable=False)
    made_on = models.DateField("审计日期")
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="复核人")
    signer = models.UUIDField(null=True, editable=False)
    signed_on = models.DateField("复核日期", null=True)

    objects = ScopedManager.from_queryset(AccessReviewQuerySet)()

    class Meta:
        verbose_name = "年度合规审计"
        verbose_name_plural = "年度合规审计"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                name="one_access_review_a_year",
                violation_error_message="这一年已经审计过",
            ),
            models.CheckConstraint(
                condition=Q(signer=None) | ~Q(signer=F("maker")),
                name="access_review_signed_by_another",
                violation_error_message="审计是您做的，请由另一位复核",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_on=None) | Q(signed_by__isnull=False, signed_on__isnull=False),
                name="access_review_signed_on_a_day",
                violation_error_message="复核要有日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年未成年人个人信息合规审计"

    def get_absolute_url(self) -> str:
        return reverse("programs:access_review_detail", args=[self.pk])
