"""Two-cancer screening: who came, and, behind a wall of its own, what the hospital found."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q

from federation.periods import Period
from federation.scoping import ScopedBulkModel, ScopedManager, ScopedQuerySet
from federation.sealed import SealedTextField
from members.models import Woman
from outreach.models import FollowUp
from programs.models.batch import Batch
from programs.models.campaign import Campaign


class ScreeningQuerySet(ScopedQuerySet["Screening"]):
    def attended_in(self, period: Period) -> Self:
        return self.filter(attended_on__gte=period.start, attended_on__lt=period.end)

    def needing_contact(self) -> Self:
        return self.filter(needs_contact=True)

    def with_people(self) -> Self:
        return self.select_related("organization", "township", "woman")


class Screening(ScopedBulkModel):
    """One woman's attendance in one campaign: all that federation roles may know besides "needs help"."""

    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        related_name="screenings",
        verbose_name="筛查批次",
        db_constraint=False,
        db_index=False,
    )
    woman = models.ForeignKey(
        Woman, models.PROTECT, related_name="screenings", verbose_name="妇女", db_constraint=False, db_index=False
    )
    number = models.CharField("编号", max_length=30, blank=True)
    attended_on = models.DateField("参检日期")
    cervical = models.BooleanField("宫颈癌筛查", default=True)
    breast = models.BooleanField("乳腺癌筛查", default=True)
    # From when she may be screened again; the cycle follows the method, which itself is the hospital's to know.
    cervical_due_on = models.DateField("宫颈癌下次筛查", null=True, blank=True)
    breast_due_on = models.DateField("乳腺癌下次筛查", null=True, blank=True)
    needs_contact = models.BooleanField("需联系医院", default=False)
    needs_help = models.BooleanField("需协助", default=False, db_default=False)
    recall = models.OneToOneField(
        FollowUp, models.SET_NULL, null=True, blank=True, related_name="screening", verbose_name="召回跟进",
        db_constraint=False,
    )  # fmt: skip
    batch = models.ForeignKey(
        Batch,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="来自名单",
        db_constraint=False,
        db_index=False,
    )

    objects = ScopedManager.from_queryset(ScreeningQuerySet)()

    class Meta:
        verbose_name = "参检"
        verbose_name_plural = "参检"
        indexes = [
            models.Index(fields=["township", "attended_on", "id"], name="screening_by_township"),
            models.Index(fields=["organization", "attended_on", "id"], name="screening_by_branch"),
            models.Index(fields=["attended_on", "id"], name="screening_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["woman", "campaign"],
                name="one_screening_per_campaign_and_woman",
                violation_error_message="该妇女在本次筛查里已有记录",
            ),
            models.CheckConstraint(
                condition=Q(cervical=True) | Q(breast=True),
                name="screening_of_something",
                violation_error_message="宫颈癌和乳腺癌筛查至少有一项",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attended_on:%Y-%m-%d} 参检"


class ScreeningResultQuerySet(ScopedQuerySet["ScreeningResult"]):
    def abnormal(self) -> Self:
        return self.filter(abnormal=True)


class ScreeningResult(ScopedBulkModel):
    """What the hospital found. PostgreSQL shows these rows to the screening hospital's accounts only."""

    # Sealed values are bound to it; nobody looks a row up by it.
    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    screening = models.OneToOneField(
        Screening, models.CASCADE, related_name="result", verbose_name="参检", db_constraint=False
    )
    # The clinical codes as one sealed text; programs/screening/findings.py reads and writes it.
    health = SealedTextField("检查结果")
    abnormal = models.BooleanField("需进一步检查", default=False)
    reported_on = models.DateField("报告日期")
    batch = models.ForeignKey(
        Batch,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="来自名单",
        db_constraint=False,
        db_index=False,
    )

    objects = ScopedManager.from_queryset(ScreeningResultQuerySet)()

    class Meta:
        verbose_name = "筛查结果"
        verbose_name_plural = "筛查结果"
        # Only hospitals read it, and theirs is the whole city: one order by day serves them.
        indexes = [models.Index(fields=["reported_on", "id"], name="result_by_day")]

    def __str__(self) -> str:
        return f"{self.reported_on:%Y-%m-%d} 结果"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.organization_id = self.screening.organization_id
        super().save(*args, **kwargs)
