"""Days that a record may bear: one that has come, and not before the register could have begun."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

# The federation's paper registers that were typed in begin with this century.
EARLIEST = date(2000, 1, 1)


class PastDayField(forms.DateField):
    """A day in the past or today. Each field says what is wrong with it alone, so that all problems stand together."""

    def __init__(self, label: str, *, earliest: date | None = EARLIEST, **options: Any) -> None:
        self.earliest = earliest
        super().__init__(
            label=label,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": "日期写作 2026-11-24 的样子。", "required": f"请填{label}。"},
            **options,
        )

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is None:
            return None
        today = timezone.localdate()
        if day > today:
            raise forms.ValidationError(
                f"{self.label} {day:%Y-%m-%d} 还没有到，要写今天或以前的日期，例如 {today:%Y-%m-%d}。"
            )
        if self.earliest and day < self.earliest:
            raise forms.ValidationError(
                f"{self.label} {day:%Y-%m-%d} 太早，平台收 {self.earliest:%Y-%m-%d} 以后的，请核对年份，例如 {today:%Y-%m-%d}。"
            )
        return day
