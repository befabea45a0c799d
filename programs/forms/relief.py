from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from federation.forms.days import PastDayField
from members.codes import Hardship
from members.models import Woman
from programs.forms.cards import CardField
from programs.forms.filters import SpanFilter
from programs.models import ReliefGrant
from programs.models.relief import ReliefGrantQuerySet
from programs.money import MoneyField
from programs.relief import eligibility


class ReliefFilter(SpanFilter):
    day = "applied_on"
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *ReliefGrant.State.choices])
    fund = forms.ChoiceField(label="资金", required=False, choices=[("", "全部"), *ReliefGrant.Fund.choices])
    visit = forms.BooleanField(label="只看待回访", required=False)
    q = forms.CharField(label="申请人", required=False, max_length=40)

    def rows(self, *, on: date) -> ReliefGrantQuerySet:
        rows = self.in_span(ReliefGrant.objects.visible_to(self.user))
        rows = rows.with_people().defer("diagnosis", "bank_card").order_by("-applied_on", "-id")
        if not self.is_valid():
            return rows
        for name in ("state", "fund"):
            if value := self.cleaned_data[name]:
                rows = rows.filter(**{name: value})
        if self.cleaned_data["visit"]:
            rows = rows.to_visit()
        if text := self.cleaned_data["q"]:
            rows = rows.filter(woman__in=Woman.objects.visible_to(self.user).named_like(text))
        return rows


class ReliefForm(forms.ModelForm):
    """Diagnosis and card are written here and not read back: on a correction an empty field means "as it was"."""

    applied_on = PastDayField("申请日期")
    hardship = forms.ChoiceField(
        label="困难类别",
        choices=[kind for kind in Hardship.choices if kind[0] != Hardship.NONE],
        help_text="以截止日民政、乡村振兴系统里的身份为准",
    )
    amount_fen = MoneyField(label="金额")
    diagnosed_on = PastDayField("确诊日期", help_text="照诊断证明填；上年底以前确诊的，要近期复查证明")
    diagnosis = forms.ChoiceField(
        label="诊断",
        choices=[("", "请选"), *eligibility.DIAGNOSES],
        help_text="照诊断证明选。保存后封存，妇联各级都看不到",
    )
    bank_card = CardField(label="本人银行卡号", required=False, help_text="救助金直接转入本人银行卡，不发现金")

    class Meta:
        model = ReliefGrant
        fields = ["fund", "hardship", "applied_on", "amount_fen", "diagnosed_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["diagnosis"].required = False
            self.fields["diagnosis"].help_text = "已封存；不用改就留空"
            self.fields["bank_card"].help_text = "已登记的卡号不显示；不用改就留空"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("fund") and given.get("applied_on"):
            problems = eligibility.problems_of(
                woman=self.instance.woman,
                fund=given["fund"],
                amount_fen=given.get("amount_fen"),
                on=given["applied_on"],
                besides=self.instance.pk,
            )
            for field, problem in problems.items():
                self.add_error(field, problem)
        return given


class ReturnVisitForm(forms.Form):
    on = PastDayField("回访日期")
