from __future__ import annotations

from typing import Self

from django.db import models

from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet


class RollUpQuerySet(ScopedQuerySet["RollUp"]):
    def of_year(self, year: int) -> Self:
        return self.filter(year=year)


class RollUp(ScopedModel):
    """Rows and total of one measure at one branch in one month, kept true by statement-level triggers."""

    measure = models.CharField("量", max_length=40)
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    rows = models.BigIntegerField("行数", default=0)
    total = models.BigIntegerField("合计", default=0)

    objects = ScopedManager.from_queryset(RollUpQuerySet)()

    class Meta:
        verbose_name = "汇总"
        verbose_name_plural = "汇总"
        indexes = [models.Index(fields=["township", "year", "measure"], name="rollup_by_township")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year", "month", "measure"], name="one_rollup_per_branch_month_and_measure"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.year}-{self.month:02}"
