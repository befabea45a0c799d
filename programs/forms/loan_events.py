"""What the bank reports of a loan, and what is asked of the borrower."""

from __future__ import annotations

from typing import Any

from django import forms

from federation.forms.organizations import day_field
from programs.money import MoneyField

_YES_NO = [("yes", "是"), ("no", "否")]


def paper_field(**options: Any) -> forms.CharField:
    options.setdefault("help_text", "银行凭证或文件的编号，可不填")
    return forms.CharField(label="凭证", required=False, max_length=60, **options)


class YesNoField(forms.ChoiceField):
    """Two buttons; neither is chosen beforehand."""

    def __init__(self, *, label: str) -> None:
        super().__init__(
            label=label,
            choices=_YES_NO,
            widget=forms.RadioSelect,
            error_messages={"required": f"请选{label}：是或否。"},
        )

    def clean(self, value: Any) -> Any:
        return super().clean(value) == "yes"


class AmountForm(forms.Form):
    on = day_field("日期")
    amount_fen = MoneyField(label="金额")
    paper = paper_field()

    def clean_amount_fen(self) -> int:
        fen: int = self.cleaned_data["amount_fen"]
        if fen == 0:
            raise forms.ValidationError("金额要大于 0 元。正确写法：80000，或 8万元")
        return fen


class RateForm(forms.Form):
    on = day_field("从哪天起")
    rate_percent = forms.DecimalField(
        label="年利率（%）",
        min_value=0,
        max_digits=6,
        decimal_places=4,
        help_text="合同上的年利率，例如 4.35",
        error_messages={"invalid": "年利率填数字，例如 4.35", "min_value": "年利率不能是负数，例如 4.35"},
    )
    paper = paper_field()


class DayForm(forms.Form):
    on = day_field("日期")
    paper = paper_field()


class StrikeForm(forms.Form):
    reason = forms.CharField(
        label="划去原因",
        max_length=100,
        help_text="例如：金额写错，已重新登记",
        error_messages={"required": "请写划去原因。"},
    )


class UseVisitForm(forms.Form):
    on = day_field("走访日期")
    used_as_agreed = YesNoField(label="钱用在约定的项目上")
    words = forms.CharField(
        label="看到的情况", required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class OutcomeForm(forms.Form):
    on = day_field("询问日期")
    jobs = forms.IntegerField(
        label="带动就业（人）",
        min_value=0,
        max_value=9999,
        help_text="连她自己在内，没有写 0",
        error_messages={"invalid": "人数填整数，例如 3", "required": "请填带动就业人数，没有写 0。"},
    )
    month_income_fen = MoneyField(
        label="项目月收入", help_text="这个项目平均每月到手多少，单位是元，写作 3500，没有写 0"
    )
    still_trading = YesNoField(label="还在经营")
    words = forms.CharField(label="她怎么说", required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class OnForm(forms.Form):
    on = day_field("看哪一天", required=False)
