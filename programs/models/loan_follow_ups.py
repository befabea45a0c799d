"""What the federation asks after a loan was released: the use of the money once, jobs and income twice."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from programs.models.loans import SubsidisedLoan


class LoanFollowUpQuerySet(ScopedQuerySet["LoanFollowUp"]):
    def open(self) -> Self:
        """Nobody looks into the use of money that was paid back."""
        return self.filter(done_on=None).exclude(kind="use", loan__settled_on__isnull=False)

    def handed_over(self, *, on: date) -> Self:
        return self.open()

    def due(self, *, on: date) -> Self:
        return self.open().filter(due_on__lte=on)

    def with_loans(self) -> Self:
        return self.select_related("loan", "loan__woman", "organization", "done_by")


class LoanFollowUp(ScopedModel):
    class Kind(models.TextChoices):
        USE = "use", "用途走访"
        HALF_YEAR = "half_year", "满半年问效果"
        YEAR = "year", "满一年问效果"

    MONTHS = {Kind.HALF_YEAR: 6, Kind.YEAR: 12}

    loan = models.ForeignKey(SubsidisedLoan, models.PROTECT, related_name="follow_ups", verbose_name="贷款")
    kind = models.CharField("事项", max_length=20, choices=Kind.choices)
    due_on = models.DateField("应办日期")
    done_on = models.DateField("办理日期", null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人")
    used_as_agreed = models.BooleanField("按约定用途使用", null=True, blank=True)
    jobs = models.PositiveSmallIntegerField("带动就业（人）", null=True, blank=True)
    month_income_fen = models.BigIntegerField("月收入（分）", null=True, blank=True)
    still_trading = models.BooleanField("仍在经营", null=True, blank=True)
    words = models.CharField("看到的情况", max_length=200, blank=True)

    objects = ScopedManager.from_queryset(LoanFollowUpQuerySet)()

    class Meta:
        verbose_name = "贷后走访"
        verbose_name_plural = "贷后走访"
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["due_on", "id"], name="loan_asked_by_day", condition=Q(done_on=None)),
            models.Index(fields=["township", "due_on", "id"], name="loan_asked_by_town", condition=Q(done_on=None)),
            models.Index(
                fields=["organization", "due_on", "id"], name="loan_asked_by_branch", condition=Q(done_on=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "kind"],
                name="one_follow_up_per_loan_and_kind",
                violation_error_message="这笔贷款的这一次已经安排过",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None)
                | Q(kind="use", used_as_agreed__isnull=False)
                | (~Q(kind="use") & Q(jobs__isnull=False, month_income_fen__gte=0, still_trading__isnull=False)),
                name="loan_follow_up_with_its_answers",
                violation_error_message="要问的几项都要填",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_on:%Y-%m-%d}"

    def is_due(self, *, on: date) -> bool:
        return self.done_on is None and self.due_on <= on
