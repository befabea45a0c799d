"""The register of caring mothers and growth companions, and the pairings made from it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from federation import policy
from federation.cells import CellProblem, parse_phone
from federation.forms.days import PastDayField
from federation.forms.lists import ListFilter
from federation.models import Organization, RoleGrant, User
from federation.permissions import Role
from members.identity import NationalID
from programs.forms.sunflower import BranchField, cleaned_name, reasons
from programs.models import CareContact, Child, ChildWish, Mentor, MentorVetting, Pairing
from programs.models.mentors import MentorQuerySet
from programs.models.sunflower import PairingQuerySet

LEAVE_REASONS = ["本人不便继续", "迁出本市", "审核未通过", "违反承诺"]
CONTACT, MEETING, REVIEW, BIRTHDAY = "contact", "meeting", "review", "birthday"


class MentorFilter(ListFilter):
    stage = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *Mentor.Stage.choices])
    kind = forms.ChoiceField(label="身份", required=False, choices=[("", "全部"), *Mentor.Kind.choices])
    q = forms.CharField(label="姓名", required=False, max_length=40)

    def rows(self, *, on: date) -> MentorQuerySet:
        rows = Mentor.objects.visible_to(self.user).select_related("organization", "township")
        rows = rows.defer("phone", "id_number").order_by("-recruited_on", "-id")
        if not self.is_valid():
            return rows
        given = self.cleaned_data
        if branch := given.get("branch"):
            rows = rows.within(branch)
        if given["stage"]:
            rows = rows.in_stage(given["stage"], on=on)
        if given["kind"]:
            rows = rows.filter(kind=given["kind"])
        return rows.named_like(name) if (name := given.get("q")) else rows


def _sealed(label: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class MentorForm(forms.ModelForm):
    """ID number and phone are written here and not read back: on a correction an empty field means "as it was"."""

    recruited_on = PastDayField("报名日期")
    id_number = _sealed("身份证号")
    phone = _sealed("手机号")

    class Meta:
        model = Mentor
        fields = ["name", "sex", "kind", "work_unit", "recruited_on"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["id_number"].help_text = self.fields["phone"].help_text = "不用改就留空"
            return
        branches = Organization.objects.visible_to(user).open_on(timezone.localdate()).in_tree_order()
        self.fields["organization"] = BranchField(
            branches.select_related("township"), label="由哪一级招募", initial=user.organization
        )
        self.order_fields(["organization"])

    def clean_name(self) -> str:
        return cleaned_name(self.cleaned_data["name"])

    def clean_id_number(self) -> str:
        text = self.cleaned_data["id_number"]
        return NationalID(text).text if text else ""

    def clean_phone(self) -> str:
        try:
            return parse_phone(self.cleaned_data["phone"])
        except CellProblem as problem:
            raise ValidationError(f"{problem.reason}，例如 {problem.example}") from None


class VettingForm(forms.ModelForm):
    checked_on = PastDayField("违法犯罪记录查询日期", help_text="性侵害、虐待、拐卖、暴力伤害记录，由公安机关查询")
    result = forms.ChoiceField(label="查询结果", choices=MentorVetting.Result.choices, widget=forms.RadioSelect)
    pledged_on = PastDayField("签承诺书日期", required=False, help_text="查询没有记录的必填")

    class Meta:
        model = MentorVetting
        fields = ["checked_on", "check_number", "result", "pledged_on"]


class TrainingForm(forms.Form):
    trained_on = PastDayField("培训日期")


class LeavingForm(forms.Form):
    reason = reasons("退出原因", LEAVE_REASONS)
    left_on = PastDayField("退出日期")


class AccountForm(forms.Form):
    """Sponsors' accounts that no other mentor has."""

    def __init__(self, *args: Any, mentor: Mentor, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sponsors = RoleGrant.objects.in_force(timezone.localdate()).filter(role=Role.SPONSOR).values("user")
        taken = Mentor.objects.visible_to(user).exclude(pk=mentor.pk).exclude(account=None).values("account")
        self.fields["account"] = forms.ModelChoiceField(
            User.objects.filter(pk__in=sponsors).exclude(pk__in=taken).order_by("username"),
            label="平台账号",
            required=False,
            empty_label="不对账号",
            initial=mentor.account_id,
            help_text="只列“爱心人士”的账号。对上以后，她在自己的首页看到孩子的编号卡片",
        )


class MentorField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}，{obj.get_kind_display()}，{obj.organization.short_name}"


class PairingForm(forms.Form):
    starts_on = PastDayField("结对日期")

    def __init__(self, *args: Any, child: Child, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = Mentor.objects.visible_to(user).free_to_pair(on=timezone.localdate()).defer("phone", "id_number")
        free = free.exclude(pairings__in=child.pairings.open()).select_related("organization")
        near = free.filter(township=child.township) | free.filter(township=None) if child.township_id else free
        self.fields["mentor"] = MentorField(
            near.order_by("name", "id"),
            label="结对人",
            help_text="只列出审核在有效期内、已培训的；别的乡镇招募的不在里面",
        )
        self.order_fields(["mentor", "starts_on"])


class RenewalForm(forms.Form):
    words = forms.CharField(
        label="评估情况",
        max_length=200,
        help_text="孩子和监护人愿不愿意继续，一年来联系得怎样",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ContactForm(forms.ModelForm):
    contacted_on = PastDayField("联系日期")
    way = forms.ChoiceField(label="方式", choices=CareContact.Way.choices, widget=forms.RadioSelect)

    class Meta:
        model = CareContact
        fields = ["contacted_on", "way", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 3})}


class WishForm(forms.ModelForm):
    wished_on = PastDayField("登记日期")

    class Meta:
        model = ChildWish
        fields = ["words", "wished_on"]
        help_texts = {"words": "结对人会看到这句话：不写姓名、学校、住址。例如 想要一个新书包"}


class GrantingForm(forms.Form):
    granted_on = PastDayField("实现日期")


class PairingFilter(ListFilter):
    due = forms.ChoiceField(
        label="要办的事",
        required=False,
        choices=[
            ("", "全部在结对"),
            (CONTACT, "该联系了"),
            (MEETING, "该见面了"),
            (REVIEW, "约定到期、该评估了"),
            (BIRTHDAY, "孩子生日快到了"),
        ],
    )

    def rows(self, *, on: date) -> PairingQuerySet:
        rows = Pairing.objects.visible_to(self.user).open().with_people()
        rows = rows.exclude(contact_due_on=None).order_by("contact_due_on", "id")
        if not self.is_valid():
            return rows
        given = self.cleaned_data
        if branch := given.get("branch"):
            rows = rows.within(branch)
        if given["due"] == CONTACT:
            return rows.filter(contact_due_on__lte=on)
        if given["due"] == BIRTHDAY:
            return rows.birthday_within(policy.whole_number("care.birthday_notice_days", on=on), on=on)
        if given["due"] == MEETING:
            return rows.filter(meeting_due_on__lte=on)
        return rows.filter(agreed_until__lte=on + timedelta(days=30)) if given["due"] else rows
