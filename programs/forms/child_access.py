"""Asking for leave to open a child's file, and answering."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from federation.forms.lists import ListFilter
from programs.models import ChildAccess
from programs.models.child_access import ChildAccessQuerySet

MINE, WAITING, URGENT, ALL = "mine", "waiting", "urgent", "all"
ALLOWED, REFUSED = "allowed", "refused"


class AskForm(forms.Form):
    purpose = forms.ChoiceField(label="用途", choices=ChildAccess.Purpose.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="说明",
        required=False,
        max_length=200,
        help_text="紧急查看的必填。不写孩子的姓名",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    urgent = forms.BooleanField(
        label="紧急查看：孩子有危险，等不及批准",
        required=False,
        help_text="马上打开一天，批准人事后确认；不当的会立即关上并留下记录",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("urgent") and not given.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "紧急查看要写明原因，例如 孩子走失，要找监护人电话")
        return given


class AnswerForm(forms.Form):
    allowed = forms.ChoiceField(
        label="意见", choices=[(ALLOWED, "批准"), (REFUSED, "不批准")], widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label="原因", required=False, max_length=200, help_text="不批准的必填", widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("allowed") == REFUSED and not given.get("answer") and "answer" not in self.errors:
            self.add_error("answer", "不批准的，请写明原因")
        return given


class AccessFilter(ListFilter):
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "等我批准"), (WAITING, "全部等批准、等确认"), (URGENT, "紧急查看"), (ALL, "全部")],
    )

    def rows(self, *, on: date) -> ChildAccessQuerySet:
        rows = ChildAccess.objects.visible_to(self.user).with_people().order_by("-asked_at", "-id")
        if not self.is_valid():
            return rows
        given = self.cleaned_data
        if branch := given.get("branch"):
            rows = rows.within(branch)
        if given["state"] == URGENT:
            return rows.filter(basis=ChildAccess.Basis.URGENT)
        if given["state"] == WAITING:
            return rows.waiting()
        return rows if given["state"] == ALL else rows.to_decide_by(self.user)
