from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from federation.forms.days import EARLIEST
from federation.forms.organizations import day_field
from outreach.models import Lecture

MOST_PEOPLE, MOST_HOURS, MOST_SESSIONS = 100_000, Decimal(80), 366


def _people(label: str, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_PEOPLE, **options)


class LectureForm(forms.ModelForm):
    held_on = day_field("举办日期")
    expected = _people("应到人数", help_text="通知和报名的人数")
    attended = _people("实到人数", help_text="签到人数，还没举办就空着")
    class_hours = forms.DecimalField(
        label="学时",
        max_digits=4,
        decimal_places=1,
        min_value=Decimal("0.5"),
        max_value=MOST_HOURS,
        initial=Decimal("2.0"),
    )

    class Meta:
        model = Lecture
        fields = [
            "series", "held_on", "number", "title", "topic", "form", "audience", "lecturer", "place", "expected",
            "attended", "class_hours",
        ]  # fmt: skip
        help_texts = {"number": "每个系列按年从第 1 期编起"}

    def __init__(
        self, data: Any = None, *, suggested: Mapping[Lecture.Series, int] | None = None, **options: Any
    ) -> None:
        """`suggested`: the next number of each series, for a new session, which may leave the number to us."""
        super().__init__(data, **options)
        if suggested:
            self.fields["number"].required = False
            following = "、".join(f"{series.label}第 {number} 期" for series, number in suggested.items())
            self.fields["number"].help_text = f"空着就按下一期编。今年的下一期：{following}"

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if day.year > timezone.localdate().year + 1:
            raise forms.ValidationError(
                f"举办日期 {day:%Y-%m-%d} 太远，请核对年份，例如 {timezone.localdate():%Y-%m-%d}。"
            )
        if day < EARLIEST:
            raise forms.ValidationError(
                f"举办日期 {day:%Y-%m-%d} 太早，平台收 {EARLIEST:%Y-%m-%d} 以后的，请核对年份。"
            )
        return day

    def clean_number(self) -> int | None:
        number: int | None = self.cleaned_data["number"]
        if number is not None and number < 1:
            raise forms.ValidationError("期次从 1 起，例如第 1 期写 1。")
        if number is not None and number > MOST_SESSIONS:
            raise forms.ValidationError(f"期次 {number} 太大，一年最多 {MOST_SESSIONS} 期，例如第 12 期写 12。")
        return number

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        expected, attended = given.get("expected"), given.get("attended")
        held_on = given.get("held_on")
        if attended is not None and held_on and held_on > timezone.localdate():
            self.add_error("attended", f"{held_on:%Y-%m-%d} 还没有举办，实到人数请先空着。")
        if attended is not None and expected and attended > expected:
            self.add_error(
                "attended",
                f"实到 {attended} 人多于应到 {expected} 人。临时来的人也算应到，请把应到改成不少于 {attended}，或核对实到。",
            )
        if expected == 0:
            self.add_error("expected", "应到人数不能是 0；没有统计就空着。")
        return given

    def validate_constraints(self) -> None:
        """The verb answers for the number, with the next free one."""
