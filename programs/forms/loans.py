from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from federation.forms.lists import ListFilter
from federation.forms.organizations import day_field
from federation.models import User
from members.models import Woman
from programs.forms.filters import SpanFilter
from programs.models import LoanFollowUp, SubsidisedLoan
from programs.models.loan_follow_ups import LoanFollowUpQuerySet
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


class ArrearsFilter(ListFilter):
    """What stands unpaid on a day; today if none is asked."""

    on = day_field("截至", required=False)
    bank = forms.CharField(label="放款银行", required=False, max_length=40)

    def __init__(self, data: Any = None, *, user: User) -> None:
        given = data.copy() if data is not None else {}
        if not given.get("on"):
            given["on"] = f"{timezone.localdate():%Y-%m-%d}"
        super().__init__(given, user=user)
        self.order_fields(["on", "branch", "bank"])

    def rows(self, *, on: date) -> SubsidisedLoanQuerySet:
        rows = SubsidisedLoan.objects.visible_to(self.user).with_people()
        if not self.is_valid():
            return rows.in_arrears(on=on).none()
        rows = rows.in_arrears(on=self.cleaned_data["on"] or on).order_by("matures_on", "id")
        if self.cleaned_data["bank"]:
            rows = rows.filter(bank__contains=self.cleaned_data["bank"])
        return rows.within(self.cleaned_data["branch"]) if self.cleaned_data.get("branch") else rows


class FollowUpFilter(ListFilter):
    """What is to be asked up to a day; the list opens with what is due within 30 days."""

    until = day_field("应办日期到", required=False)
    kind = forms.ChoiceField(label="事项", required=False, choices=[("", "全部"), *LoanFollowUp.Kind.choices])

    def __init__(self, data: Any = None, *, user: User) -> None:
        given = data.copy() if data is not None else {}
        given.setdefault("until", f"{timezone.localdate() + timedelta(days=30):%Y-%m-%d}")
        super().__init__(given, user=user)
        self.order_fields(["until", "branch", "kind"])

    def rows(self, *, on: date) -> LoanFollowUpQuerySet:
        rows = LoanFollowUp.objects.visible_to(self.user).open().with_loans().order_by("due_on", "id")
        if not self.is_valid():
            return rows.none()
        if self.cleaned_data["until"]:
            rows = rows.filter(due_on__lte=self.cleaned_data["until"])
        if self.cleaned_data["kind"]:
            rows = rows.filter(kind=self.cleaned_data["kind"])
        return rows.within(self.cleaned_data["branch"]) if self.cleaned_data.get("branch") else rows


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
