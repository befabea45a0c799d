from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from federation.cells import folded
from federation.forms.days import PastDayField
from federation.sealed import masked_id_number
from members.identity import InvalidNationalID, NationalID
from members.models import Woman
from programs.forms.filters import SpanFilter
from programs.loans import eligibility
from programs.loans.eligibility import Asked
from programs.models import LoanApplication, SubsidisedLoan
from programs.models.loan_applications import LoanApplicationQuerySet
from programs.money import MoneyField


class LoanApplicationFilter(SpanFilter):
    day = "applied_on"
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *LoanApplication.State.choices])
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *SubsidisedLoan.Kind.choices])
    late = forms.BooleanField(label="只看超期", required=False)
    q = forms.CharField(label="申请人", required=False, max_length=40)

    def rows(self, *, on: date) -> LoanApplicationQuerySet:
        rows = self.in_span(LoanApplication.objects.visible_to(self.user)).with_people().order_by("-applied_on", "-id")
        if not self.is_valid():
            return rows
        if self.cleaned_data["state"]:
            rows = rows.filter(state=self.cleaned_data["state"])
        if self.cleaned_data["kind"]:
            rows = rows.filter(loan_kind=self.cleaned_data["kind"])
        if self.cleaned_data["late"]:
            rows = rows.late(on=on)
        if text := self.cleaned_data["q"]:
            rows = rows.filter(woman__in=Woman.objects.visible_to(self.user).named_like(text))
        return rows


class LoanApplicationForm(forms.ModelForm):
    amount_fen = MoneyField(label="申请金额")
    own_fen = MoneyField(label="自筹资金")
    applied_on = PastDayField("申请日期")

    class Meta:
        model = LoanApplication
        fields = [
            "loan_kind", "project", "amount_fen", "own_fen", "months", "use", "plan", "jobs_planned", "applied_on", "bank",
            "firm_name", "credit_code", "staff_count",
        ]  # fmt: skip
        labels = {"bank": "想找的银行"}
        help_texts = {
            "project": "例如 辣椒种植 20 亩",
            "months": "填整数，例如 24",
            "bank": "没有想好就留空，由银行审批时登记",
            "firm_name": "小微企业才填",
            "credit_code": "小微企业才填，照营业执照",
            "staff_count": "小微企业才填，签了劳动合同的",
        }
        error_messages = {
            "months": {"invalid": "期限填整数的月数，例如 24"},
            "jobs_planned": {"invalid": "人数填整数，例如 3"},
            "staff_count": {"invalid": "人数填整数，例如 12"},
        }
        widgets = {"plan": forms.Textarea(attrs={"rows": 4}), "use": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_credit_code(self) -> str:
        return folded(self.cleaned_data["credit_code"]).strip().upper()

    def clean_amount_fen(self) -> int:
        fen: int = self.cleaned_data["amount_fen"]
        if fen == 0:
            raise forms.ValidationError("申请金额要大于 0 元。正确写法：80000，或 8万元")
        return fen

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if kind := given.get("loan_kind"):
            asked = Asked(kind, given.get("amount_fen"), given.get("months"))
            for field, problem in eligibility.problems_of(asked, on=self.on).items():
                self.add_error(field, problem)
            self._clean_firm(given, kind)
        return given

    def _clean_firm(self, given: dict[str, Any], kind: str) -> None:
        words = {"firm_name": "企业名称", "credit_code": "统一社会信用代码", "staff_count": "现有职工人数"}
        for name, label in words.items():
            filled = given.get(name) not in (None, "")
            if kind == SubsidisedLoan.Kind.FIRM and not filled and name not in self.errors:
                self.add_error(name, f"小微企业贷款要填{label}")
            if kind != SubsidisedLoan.Kind.FIRM and filled:
                self.add_error(name, "只有小微企业贷款才填，个人和合伙请留空")


class LoanPartnerForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=40)
    id_number = forms.CharField(
        label="身份证号",
        max_length=40,
        help_text="18 位。保存后封存，只用来查重复贷款",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_id_number(self) -> str:
        text = folded(self.cleaned_data["id_number"]).strip()
        try:
            return NationalID(text).text
        except InvalidNationalID as wrong:
            raise forms.ValidationError(f"“{masked_id_number(text)}”：{wrong.messages[0]}。") from None
