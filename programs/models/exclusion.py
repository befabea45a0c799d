"""Women who are not called: the kind of reason in the open, a medical one sealed."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField
from members.models import Woman
from programs.models.campaign import Campaign


class ScreeningExclusionQuerySet(ScopedQuerySet["ScreeningExclusion"]):
    def holding_for(self, campaign: Campaign) -> Self:
        """Medical reasons hold for good, the others for one campaign."""
        return self.filter(Q(campaign=None) | Q(campaign=campaign), lifted_on=None)


class ScreeningExclusion(ScopedModel):
    class Reason(models.TextChoices):
        MEDICAL = "medical", "医学原因"
        DECLINED = "declined", "本人不参加"
        AWAY = "away", "长期在外"

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    woman = models.ForeignKey(Woman, models.PROTECT, related_name="screening_exclusions", verbose_name="妇女")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="只在本次筛查"
    )
    cervical = models.BooleanField("宫颈癌不查")
    breast = models.BooleanField("乳腺癌不查")
    reason = models.CharField("原因", max_length=10, choices=Reason.choices)
    detail = SealedTextField("具体情况", null=True, blank=True)
    recorded_on = models.DateField("登记日期")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    lifted_on = models.DateField("取消日期", null=True, blank=True)

    objects = ScopedManager.from_queryset(ScreeningExclusionQuerySet)()

    class Meta:
        verbose_name = "不查登记"
        verbose_name_plural = "不查登记"
        constraints = [
            models.CheckConstraint(
                condition=Q(cervical=True) | Q(breast=True),
                name="exclusion_from_something",
                violation_error_message="宫颈癌和乳腺癌至少选一项",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parts}不查（{self.get_reason_display()}）"

    @property
    def parts(self) -> str:
        return "、".join(word for word, held in (("宫颈癌", self.cervical), ("乳腺癌", self.breast)) if held)
