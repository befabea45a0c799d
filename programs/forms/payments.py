from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from federation.forms.days import PastDayField
from programs.forms.cards import CardField
from programs.forms.filters import SpanFilter
from programs.forms.screening import UploadForm
from programs.models import BankLine, Fund, Payment
from programs.models.payment import PaymentQuerySet
from programs.money import MoneyField

MOST_AT_ONCE = 1000
EXCEPTED = "excepted"


class PaymentFilter(SpanFilter):
    day = "requested_on"
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), *Payment.State.choices, (EXCEPTED, "初审由提请人本人办理的")],
    )
    programme = forms.ChoiceField(label="项目", required=False, choices=[("", "全部"), *Payment.Programme.choices])

    def rows(self, *, on: date) -> PaymentQuerySet:
        rows = self.in_span(Payment.objects.visible_to(self.user))
        rows = rows.with_people().defer("payee").order_by("-requested_on", "-id")
        if not self.is_valid():
            return rows
        given = self.cleaned_data
        if given["state"] == EXCEPTED:
            rows = rows.excepted()
        elif given["state"]:
            rows = rows.filter(state=given["state"])
        return rows.filter(programme=given["programme"]) if given["programme"] else rows


class PickForm(forms.Form):
    """Some of the rows that wait; which ones they are is read anew when the form comes back."""

    rows = forms.ModelMultipleChoiceField(
        label="选中的行",
        queryset=Payment.objects.none(),
        error_messages={
            "required": "请在表里选一行或几行",
            "invalid_choice": "选中的行里有一行刚刚有人办过，请重新打开这一页",
            "list": "请在表里选一行或几行",
            "invalid_pk_value": "选中的行认不出来，请重新打开这一页",
        },
    )

    def __init__(self, *args: Any, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rows"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = rows


class SigningForm(PickForm):
    decision = forms.ChoiceField(
        label="意见", choices=[("agree", "同意"), ("back", "退回修改")], widget=forms.RadioSelect, initial="agree"
    )
    reason = forms.CharField(label="退回原因", required=False, max_length=100, help_text="退回的才填")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == "back" and not given.get("reason"):
            self.add_error("reason", "退回修改的，请写明哪里要改，例如 账号与户名不符")
        return given


class ReviewForm(SigningForm):
    exception = forms.CharField(
        label="同一人经办的原因",
        required=False,
        max_length=200,
        help_text="只有单位人手不够、提请和初审都是您本人时才填，例如 镇妇联只有一名干事。会留痕，并列入例外名单",
    )


class BatchForm(PickForm):
    """What stands in one batch is paid from one fund."""


class AidPaymentForm(forms.Form):
    fund = forms.TypedChoiceField(label="资金", coerce=int)
    list_number = forms.CharField(label="审批名单号", max_length=40, help_text="同一份名单里一个孩子一年只付一次")
    amount_fen = MoneyField(label="金额")
    payee = forms.CharField(label="收款人", max_length=40, help_text="监护人或实际照料人，与银行卡户名一致")
    bank_card = CardField(label="收款银行卡号")

    def __init__(self, *args: Any, funds: list[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.funds = {fund.pk: fund for fund in funds}
        field = self.fields["fund"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(pk, str(fund)) for pk, fund in self.funds.items()]

    def clean_fund(self) -> Fund:
        return self.funds[self.cleaned_data["fund"]]


class CorrectionForm(forms.Form):
    """The card is written here and not read back: left empty it stays as it is."""

    payee = forms.CharField(label="收款人", max_length=40, help_text="与银行卡户名一致")
    bank_card = CardField(label="收款银行卡号", required=False, help_text="已登记的卡号不显示；不用改就留空")

    def clean(self) -> dict[str, Any]:
        return {name: value for name, value in (super().clean() or {}).items() if value}


class AidCorrectionForm(CorrectionForm):
    amount_fen = MoneyField(label="金额")


class SendingForm(forms.Form):
    on = PastDayField("送银行日期")


class ReverseForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=100, help_text="例如 银行退回，账号有误；本人退款已到账")


class BankReturnForm(UploadForm):
    """The bank's answer, as it came."""


class ProposalForm(forms.Form):
    decision = forms.ChoiceField(label="处理意见", choices=BankLine.Decision.choices, widget=forms.RadioSelect)
    grounds = forms.CharField(label="依据", max_length=200, help_text="例如 4 月 9 日与银行柜台核对，银行来函更正")


class ReceiptForm(forms.Form):
    source = forms.ChoiceField(
        label="资金来源",
        choices=[pair for pair in Fund.Source.choices if pair[0] not in (Fund.Source.DONATION, Fund.Source.TREASURY)],
    )
    amount_fen = MoneyField(label="金额")
    on = PastDayField("到账日期")
    number = forms.CharField(label="文号", max_length=40, help_text="拨款文件的文号，例如 湘财社指〔2016〕12号")
