from __future__ import annotations

from datetime import date
from uuid import uuid4

from django import forms
from django.utils import timezone

from federation.forms.days import PastDayField
from federation.forms.lists import ListFilter
from programs.models import ArrivalCall, ArrivalSample
from programs.models.arrival import ArrivalSampleQuerySet
from programs.money import MoneyField


class ArrivalFilter(ListFilter):
    state = forms.ChoiceField(
        label="核实到哪里",
        required=False,
        choices=[("", "全部"), ("open", "还没有核实"), *ArrivalCall.Outcome.choices],
    )

    def rows(self, *, on: date) -> ArrivalSampleQuerySet:
        rows = ArrivalSample.objects.visible_to(self.user).with_payments().order_by("-id")
        if not self.is_valid():
            return rows.with_answers()
        if branch := self.cleaned_data.get("branch"):
            rows = rows.within(branch)
        state = self.cleaned_data["state"]
        if state == "open":
            return rows.open()
        return rows.answering(state) if state else rows.with_answers()


class ArrivalCallForm(forms.Form):
    submission = forms.UUIDField(
        label="这次填写",
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages=dict.fromkeys(("required", "invalid"), "请从到账回访的页面填写，再点“登记”。"),
    )
    called_on = PastDayField("哪天问的", initial=timezone.localdate)
    outcome = forms.ChoiceField(label="她怎么说", choices=ArrivalCall.Outcome.choices, widget=forms.RadioSelect)
    told_fen = MoneyField(label="她说收到多少", required=False, help_text="金额不对的填，例如 9000元")
    words = forms.CharField(
        label="情况",
        max_length=300,
        required=False,
        help_text="没有收到、金额不对、有人收费的要写。加密保存",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
