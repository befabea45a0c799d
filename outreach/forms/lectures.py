from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from federation.forms.organizations import day_field
from outreach.models import Lecture


class LectureForm(forms.ModelForm):
    held_on = day_field("举办日期")

    class Meta:
        model = Lecture
        fields = [
            "series", "held_on", "number", "title", "topic", "form", "audience", "lecturer", "place", "expected",
            "attended", "class_hours",
        ]  # fmt: skip
        help_texts = {"number": "每个系列按年从第 1 期编起", "attended": "签到人数，还没举办就空着"}

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if day.year > timezone.localdate().year + 1:
            raise forms.ValidationError(
                f"举办日期 {day:%Y-%m-%d} 太远，请核对年份，例如 {timezone.localdate():%Y-%m-%d}。"
            )
        return day

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if number < 1:
            raise forms.ValidationError("期次从 1 起，例如第 1 期写 1。")
        return number

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        expected, attended = given.get("expected"), given.get("attended")
        held_on = given.get("held_on")
        if attended is not None and held_on and held_on > timezone.localdate():
            self.add_error("attended", f"{held_on:%Y-%m-%d} 还没有举办，实到人数请先空着。")
        if expected == 0:
            self.add_error("expected", "应到人数不能是 0；没有统计就空着。")
        return given

    def validate_constraints(self) -> None:
        """The verb answers for the number, with the next free one."""
