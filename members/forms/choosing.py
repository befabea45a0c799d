"""Fields that several people forms share: a branch in reach, a household, a name, an ID number, a phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from federation.cells import CellProblem, parse_name, parse_phone
from federation.models import Organization, User
from federation.sealed import masked_id_number, masked_phone
from members.identity import NationalID, normalized
from members.models import Woman
from members.twins import Difference

NOTHING = frozenset({"无", "没有"})


def of_model(model: Any, name: str, **options: Any) -> Any:
    """The model's own form field, so that labels, lengths and choices are written once."""
    return model._meta.get_field(name).formfield(**options)


def open_branches(user: User) -> QuerySet[Organization]:
    return Organization.objects.visible_to(user).filter(closed_on=None).in_tree_order()


def branch_field(user: User, *, villages_only: bool, label: str = "所属妇联") -> forms.ModelChoiceField[Any]:
    """A person with one branch in reach finds it chosen."""
    branches = open_branches(user)
    if villages_only:
        branches = branches.filter(level__in=["village", "community"])
    field = forms.ModelChoiceField(branches, label=label, empty_label="请选")
    only = list(branches[:2])
    if len(only) == 1:
        field.initial, field.empty_label = only[0].pk, None
    return field


def _parsed(parse: Callable[[str], str], text: str) -> str:
    try:
        return parse(text)
    except CellProblem as problem:
        raise forms.ValidationError(f"{problem}。") from None


class NameField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "姓名")
        super().__init__(max_length=40, **options)

    def clean(self, value: Any) -> str:
        return _parsed(parse_name, super().clean(value)) if value else super().clean(value)


class PhoneField(forms.CharField):
    """Empty keeps what is on file; 无 takes it off the file (see `kept_or_removed`)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label="手机号", required=False, max_length=30, **options)
        self.widget.attrs |= {"autocomplete": "off", "inputmode": "tel"}

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text in NOTHING:
            return text
        try:
            return _parsed(parse_phone, text)
        except forms.ValidationError as wrong:
            raise forms.ValidationError(f"“{masked_phone(text)}”不是电话号码。{wrong.messages[0]}") from None


class NumberField(forms.CharField):
    """An ID number; its value is a `NationalID`, or None where nothing is given."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(label="身份证号", max_length=40, **options)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> Any:
        text = normalized(super().clean(value))
        if not text or text in NOTHING:
            return None
        try:
            return NationalID(text)
        except forms.ValidationError as wrong:
            raise forms.ValidationError(f"“{masked_id_number(text)}”：{wrong.messages[0]}。") from None


class AsksAboutTwins(forms.Form):
    """A form that opens a file: where one of her name is on file already, it asks how the two are known apart."""

    twins: Sequence[Woman] = ()

    def ask_about(self, twins: list[Woman]) -> None:
        """Call it in `clean`, with everything else in order: the question is asked on the page that comes back."""
        if not twins:
            return
        self.twins = twins
        self.fields["other_person"] = forms.ChoiceField(
            label="仍要新建的理由", choices=Difference.choices, widget=forms.RadioSelect
        )
        chosen = self.data.get("other_person", "")
        if chosen in Difference.values:
            self.cleaned_data["other_person"] = chosen
        else:
            self.add_error(
                "other_person", "已有同名的档案，请先看是不是她。是她，就打开原档案；确实是另一个人，选一个理由再建。"
            )


def on_file(masked: str) -> str:
    """Beside a sensitive field of an edit form: what stands there, and that leaving it empty keeps it."""
    return f"现在是 {masked}，不改就留空；要去掉就填“无”" if masked else ""
