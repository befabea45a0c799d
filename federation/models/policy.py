from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

# What each rule is called, in the federation's words. The apps name theirs when they are loaded (policy.names).
RULE_NAMES: dict[str, str] = {}


class PolicyRuleQuerySet(models.QuerySet["PolicyRule"]):
    def in_force(self, code: str, *, on: date) -> Self:
        return self.filter(code=code).in_force_on(on)

    def in_force_on(self, on: date) -> Self:
        """Rules of any code; the later start stands last."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on)).filter(Q(valid_to=None) | Q(valid_to__gt=on))


class PolicyRule(models.Model):
    """A number or text that policy sets and changes: ages, cycles, ceilings, rates, deadlines. Looked up by date."""

    code = models.CharField("规则", max_length=60)
    value = models.CharField("取值", max_length=60)
    valid_from = models.DateField("施行日期", null=True, blank=True)
    valid_to = models.DateField("失效日期", null=True, blank=True)
    source = models.CharField("依据", max_length=200)
    verified = models.BooleanField("已核对原文", default=False)

    objects = PolicyRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "政策规则"
        verbose_name_plural = "政策规则"
        ordering = ["code", F("valid_from").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                nulls_distinct=False,
                name="one_rule_per_code_and_start",
                violation_error_message="这条规则在这一天已有取值",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}：{self.value}"

    @property
    def name(self) -> str:
        return RULE_NAMES.get(self.code, self.code)
