from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from federation.cells import CellProblem, parse_name, parse_phone
from federation.forms.days import PastDayField
from federation.models import Organization, User
from federation.permissions import searches_people
from programs.forms.filters import SpanFilter
from programs.models import CareDonation, Child, ChildAid
from programs.models.sunflower import CareDonationQuerySet, ChildAidQuerySet, ChildQuerySet
from programs.money import MoneyField

IN_CARE, UNPAIRED, CLOSED = "in_care", "unpaired", "closed"
CLOSE_REASONS = ["年满 18 周岁", "困难解除", "迁出本市", "离世", "监护人撤回同意"]
END_REASONS = ["约定期满", "结对人不便继续", "儿童或监护人不愿继续", "结对人审核到期未复审", "换一位更合适的结对人"]
ADULT_AGE = 18


class ChildFilter(SpanFilter):
    day = "opened_on"
    opens_with_year = False
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), (IN_CARE, "在关爱"), (UNPAIRED, "在关爱、还没有结对"), (CLOSED, "已退出")],
    )
    category = forms.ChoiceField(label="困难类别", required=False, choices=[("", "全部"), *Child.Category.choices])
    risk = forms.ChoiceField(label="风险", required=False, choices=[("", "全部"), *Child.Risk.choices])
    asks_for_people = False
    q = forms.CharField(label="编号或姓名", required=False, max_length=40)

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, user=user)
        if not searches_people(user):
            self.fields["q"].label = "编号"

    def rows(self, *, on: date) -> ChildQuerySet:
        rows = self.in_span(Child.objects.visible_to(self.user))
        rows = rows.with_pairing(on=on).defer("phone", "condition").order_by("-opened_on", "-id")
        if not self.is_valid():
            return rows
        given = self.cleaned_data
        if given["state"] == IN_CARE:
            rows = rows.in_care(on=on)
        elif given["state"] == UNPAIRED:
            rows = rows.unpaired(on=on)
        elif given["state"] == CLOSED:
            rows = rows.filter(closed_on__lte=on)
        if given["category"]:
            rows = rows.of_category(given["category"])
        if given["risk"]:
            rows = rows.filter(risk=given["risk"])
        if not given["q"]:
            return rows
        return rows.named_like(given["q"]) if searches_people(self.user) else rows.numbered(given["q"])


class AidFilter(SpanFilter):
    day = "given_on"
    list_number = forms.CharField(label="审批名单号", required=False, max_length=40)

    def rows(self, *, on: date) -> ChildAidQuerySet:
        rows = self.in_span(ChildAid.objects.visible_to(self.user)).with_children().order_by("-given_on", "-id")
        if self.is_valid() and (text := self.cleaned_data["list_number"]):
            rows = rows.filter(list_number=text)
        return rows


class DonationFilter(SpanFilter):
    day = "received_on"
    donor_kind = forms.ChoiceField(
        label="捐赠方类型", required=False, choices=[("", "全部"), *CareDonation.DonorKind.choices]
    )

    def rows(self, *, on: date) -> CareDonationQuerySet:
        rows = self.in_span(CareDonation.objects.visible_to(self.user))
        rows = rows.select_related("organization").order_by("-received_on", "-id")
        if self.is_valid() and (kind := self.cleaned_data["donor_kind"]):
            rows = rows.filter(donor_kind=kind)
        return rows


class BranchField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.township or ''} {obj}".strip()


def name_field(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=40)


def cleaned_name(text: str) -> str:
    try:
        return parse_name(text)
    except CellProblem as problem:
        raise ValidationError(f"{problem.reason}。正确写法：{problem.example}") from None


class ChildForm(forms.ModelForm):
    """The phone and the health are written here and not read back: on a correction an empty field means "as it was"."""

    birth_on = PastDayField("出生日期")
    opened_on = PastDayField("建档日期")
    other_categories = forms.MultipleChoiceField(
        label="其他困难", required=False, choices=Child.Category.choices, widget=forms.CheckboxSelectMultiple
    )
    benefits = forms.MultipleChoiceField(
        label="已享受的政策", required=False, choices=Child.Benefit.choices, widget=forms.CheckboxSelectMultiple
    )
    condition = forms.CharField(
        label="健康状况",
        required=False,
        max_length=200,
        help_text="疾病、残疾、在吃的药；加密保存，打开全部档案才看得到",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    phone = forms.CharField(
        label="监护人手机号",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )

    class Meta:
        model = Child
        fields = [
            "name", "sex", "birth_on", "opened_on", "category", "other_categories", "guardian_name", "guardian_relation",
            "guardian_away", "carer_name", "carer_relation", "school", "grade", "benefits",
        ]  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["phone"].help_text = self.fields["condition"].help_text = "不用改就留空"
            return
        branches = Organization.objects.visible_to(user).villages().open_on(timezone.localdate())
        self.fields["organization"] = BranchField(branches.select_related("township"), label="所在村（社区）")
        self.order_fields(["organization"])

    def clean_name(self) -> str:
        return cleaned_name(self.cleaned_data["name"])

    def clean_guardian_name(self) -> str:
        return cleaned_name(self.cleaned_data["guardian_name"])

    def clean_phone(self) -> str:
        try:
            return parse_phone(self.cleaned_data["phone"])
        except CellProblem as problem:
            raise ValidationError(f"{problem.reason}，例如 {problem.example}") from None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("category") in given.get("other_categories", []):
            self.add_error("other_categories", f"“{Child.Category(given['category']).label}”已是主要困难，这里不用再选")
        born, opened = given.get("birth_on"), given.get("opened_on")
        if born and opened:
            age = Child(birth_on=born).age(on=opened)
            if age < 0:
                self.add_error("birth_on", f"出生日期 {born:%Y-%m-%d} 晚于建档日期 {opened:%Y-%m-%d}")
            elif age >= ADULT_AGE:
                self.add_error("birth_on", f"建档时已 {age} 岁，关爱对象是未满 {ADULT_AGE} 周岁的儿童")
        return given


def reasons(label: str, texts: list[str]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[(text, text) for text in texts], widget=forms.RadioSelect)


class ClosingForm(forms.Form):
    reason = reasons("退出原因", CLOSE_REASONS)
    on = PastDayField("退出日期")


class EndingForm(forms.Form):
    reason = reasons("解除原因", END_REASONS)
    on = PastDayField("解除日期")


class DonationForm(forms.ModelForm):
    amount_fen = MoneyField(label="金额")
    received_on = PastDayField("到账日期")

    class Meta:
        model = CareDonation
        fields = ["received_on", "donor", "donor_kind", "amount_fen", "purpose", "receipt_number"]
