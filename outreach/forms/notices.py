from __future__ import annotations

from uuid import uuid4

from django import forms
from django.utils import timezone

from federation.forms.days import PastDayField
from federation.forms.organizations import day_field

UPHELD = "upheld"


class NoticeForm(forms.Form):
    """Where and until when objections are heard; the list itself comes from the record that is posted."""

    starts_on = day_field("公示开始日期", initial=timezone.localdate)
    phone = forms.CharField(label="受理电话", max_length=30, help_text="办公电话，例如 0731-88881234")
    address = forms.CharField(label="受理地址", max_length=120, help_text="例如 兰河市人民路 1 号市妇联 302 室")
    hours = forms.CharField(label="受理时间", max_length=60, initial="工作日 8:30—12:00，14:30—17:30")
    email = forms.EmailField(
        label="受理邮箱",
        max_length=80,
        required=False,
        error_messages={"invalid": "邮箱写作 fulian@lanhe.gov.cn 的样子。"},
    )


class ObjectionForm(forms.Form):
    submission = forms.UUIDField(
        label="这次填写",
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages=dict.fromkeys(("required", "invalid"), "请从公示的页面填写，再点“登记”。"),
    )
    received_on = PastDayField("收到日期", initial=timezone.localdate)
    objector = forms.CharField(
        label="提出人姓名", max_length=40, help_text="异议要署真实姓名。加密保存，不告诉被反映的人"
    )
    contact = forms.CharField(label="联系方式", max_length=60, help_text="核查完了要答复本人。加密保存")
    words = forms.CharField(label="异议内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label="核查结果", choices=[(UPHELD, "异议成立"), ("rejected", "异议不成立")], widget=forms.RadioSelect
    )
    finding = forms.CharField(
        label="核查结论",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="找谁核实、看了什么材料、结论是什么；不写提出人姓名",
    )
