"""Quarterly subsidy: the bank's list, the steps of a batch, and what its lists ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from federation.access import key_asked
from federation.forms.lists import ListFilter
from federation.forms.organizations import day_field
from federation.models import User
from federation.spreadsheets.reading import LARGEST_FILE
from programs.loans.quarters import Quarter
from programs.models import SubsidyBatch, SubsidyLine
from programs.models.subsidy import SubsidyBatchQuerySet, SubsidyLineQuerySet
from programs.money import MoneyField

_QUARTERS_BACK = 8


class BankListForm(forms.Form):
    """`latest` is the last quarter that is over; the seven before it may be declared late."""

    quarter = forms.ChoiceField(label="哪一季")
    bank = forms.ChoiceField(label="银行", error_messages={"required": "请选银行。"})
    bank_total_fen = MoneyField(label="清单合计", help_text="照银行盖章的清单填，单位是元，平台逐笔相加后对照")
    file = forms.FileField(
        label="清单文件",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text="Excel 工作簿（.xlsx）或 CSV",
        error_messages={"required": "请选清单文件。", "empty": "文件是空的，请选填好的清单。"},
    )

    def __init__(self, *args: Any, latest: Quarter, banks: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quarters = [latest]
        while len(quarters) < _QUARTERS_BACK:
            quarters.append(quarters[-1].before)
        for name, choices in (
            ("quarter", [(quarter.code, str(quarter)) for quarter in quarters]),
            ("bank", [("", "请选择"), *((bank, bank) for bank in banks)]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean_quarter(self) -> Quarter:
        return Quarter.parse(self.cleaned_data["quarter"])

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size and file.size > LARGEST_FILE:
            raise forms.ValidationError(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请删去图片再传。")
        return file


class ApprovalForm(forms.Form):
    on = day_field("审核日期")
    approval = forms.CharField(
        label="财政审核文号",
        max_length=60,
        help_text="例如 兰财金〔2026〕18号",
        error_messages={"required": "请填财政审核文号。"},
    )


class PaymentForm(forms.Form):
    on = day_field("拨付日期")
    voucher = forms.CharField(
        label="拨付凭证", max_length=60, help_text="国库支付的凭证号", error_messages={"required": "请填拨付凭证。"}
    )


class SendingBackForm(forms.Form):
    reason = forms.CharField(
        label="退回原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="银行照这句话改清单，例如 3 笔已提前结清的多报了",
        error_messages={"required": "请写退回原因。"},
    )


class SubsidyBatchFilter(ListFilter):
    year = forms.IntegerField(
        label="年度",
        required=False,
        min_value=2009,
        max_value=2100,
        error_messages={"invalid": "年度写作 2026 的样子。"},
    )
    bank = forms.CharField(label="银行", required=False, max_length=40)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *SubsidyBatch.State.choices])

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, user=user)
        self.fields.pop("branch", None)  # batches are the whole city's

    def rows(self, *, on: date) -> SubsidyBatchQuerySet:
        rows = SubsidyBatch.objects.visible_to(self.user)
        if not self.is_valid():
            return rows.none()
        given = self.cleaned_data
        if given["year"]:
            rows = rows.filter(year=given["year"])
        if given["bank"]:
            rows = rows.filter(bank__contains=given["bank"])
        return rows.filter(state=given["state"]) if given["state"] else rows


class SubsidyLineFilter(ListFilter):
    """The lines of one batch."""

    batch = forms.CharField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(label="比对", required=False, choices=[("", "全部"), *SubsidyLine.Verdict.choices])

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, user=user)
        self.fields.pop("branch", None)

    def rows(self, *, on: date) -> SubsidyLineQuerySet:
        rows = SubsidyLine.objects.visible_to(self.user).with_loans().order_by("contract_number", "id")
        batch = key_asked(self.cleaned_data["batch"]) if self.is_valid() else None
        if batch is None:
            return rows.none()
        rows = rows.filter(batch__in=SubsidyBatch.objects.visible_to(self.user).filter(pk=batch))
        verdict = self.cleaned_data["verdict"]
        return rows.filter(verdict=verdict) if verdict else rows
