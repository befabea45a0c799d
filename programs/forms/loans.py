from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from federation.forms.organizations import day_field
from members.models import Woman
from programs.forms.filters import SpanFilter
from programs.models import SubsidisedLoan
from programs.models.loans import SubsidisedLoanQuerySet
from programs.money import MoneyField


class LoanFilter(SpanFilter):
    day = "released_on"
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *SubsidisedLoan.State.choices])
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *SubsidisedLoan.Kind.choices])
    q = forms.CharField(label="借款人", required=False, max_length=40)

    def rows(self, *, on: date) -> SubsidisedLoanQuerySet:
        rows = self.in_span(SubsidisedLoan.objects.visible_to(self.user)).with_people().order_by("-released_on", "-id")
        if not self.is_valid():
            return rows
        for name in ("state", "kind"):
            if value := self.cleaned_data[name]:
                rows = rows.filter(**{name: value})
        if text := self.cleaned_data["q"]:
            rows = rows.filter(woman__in=Woman.objects.visible_to(self.user).named_like(text))
        return rows


class LoanForm(forms.ModelForm):
    principal_fen = MoneyField(label="金额")
    released_on = day_field("放款日期")
    matures_on = day_field("到期日期")

    class Meta:
        model = SubsidisedLoan
        fields = [
            "kind", "partners", "principal_fen", "bank", "contract_number", "purpose", "rate_percent", "released_on", "matures_on",
        ]  # fmt: skip
        error_messages = {"partners": {"invalid": "合伙人数填整数，例如 3"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rate_percent"].help_text = "合同上的年利率，例如 4.35"

    def clean_rate_percent(self) -> Decimal:
        rate: Decimal = self.cleaned_data["rate_percent"]
        if rate < 0:
            raise forms.ValidationError("年利率不能是负数，例如 4.35")
        return rate

    def clean_principal_fen(self) -> int:
        fen: int = self.cleaned_data["principal_fen"]
        if fen == 0:
            raise forms.ValidationError("贷款金额要大于 0 元。正确写法：80000，或 8万元")
        return fen


class LoanCorrectionForm(LoanForm):
    """The outcome is asked a year after release."""

    class Meta(LoanForm.Meta):
        fields = [*LoanForm.Meta.fields, "jobs_created", "still_trading"]


class SettlingForm(forms.Form):
    on = day_field("结清日期")


class ExtendingForm(forms.Form):
    until = day_field("展期到")
