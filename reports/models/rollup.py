from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django.db import models
from django.db.models import Sum

from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.statements import planned

WHOLE_YEAR = 0


@dataclass(frozen=True)
class Sums:
    rows: int = 0
    total: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.rows + other.rows, self.total + other.total)


class RollUpQuerySet(ScopedQuerySet["RollUp"]):
    def of_years(self, *years: int) -> Self:
        """One row a year, branch and measure: the year as a whole."""
        return self.filter(year__in=years, month=WHOLE_YEAR)

    def by_month(self, year: int) -> Self:
        return self.filter(year=year, month__gt=WHOLE_YEAR)

    def of_measures(self, measures: Iterable[str]) -> Self:
        return self.filter(measure__in=list(measures))

    def sums(self, *by: str) -> dict[tuple[Any, ...], Sums]:
        """(…by, measure) -> rows and total, in one query."""
        keys = (*by, "measure")
        found = self.order_by().values_list(*keys).annotate(Sum("rows"), Sum("total"))
        return {tuple(line[:-2]): Sums(int(line[-2]), int(line[-1])) for line in planned(found)}


class RollUp(ScopedModel):
    """Rows and total of one measure at one branch in one month, kept true by statement-level triggers.

    Month 0 is the year as a whole. Migration 0003 says what each measure counts.
    """

    measure = models.CharField("量", max_length=40)
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    rows = models.BigIntegerField("行数", default=0)
    total = models.BigIntegerField("合计", default=0)

    is_derived = True
    objects = ScopedManager.from_queryset(RollUpQuerySet)()

    class Meta:
        verbose_name = "汇总"
        verbose_name_plural = "汇总"
        indexes = [
            models.Index(fields=["township", "year", "measure"], name="rollup_by_township"),
            # Holds neither rows nor total: PostgreSQL then moves them without a new entry in any index.
            models.Index(fields=["year", "month", "measure"], name="rollup_by_month"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year", "month", "measure"], name="one_rollup_per_branch_month_and_measure"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.year}-{self.month:02}"
