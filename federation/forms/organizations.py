from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Case, When

from federation import organizing
from federation.forms.branches import BranchChoiceField
from federation.models import Level, Organization, User
from federation.models.organization import OrganizationQuerySet

DIVISION_CODE = RegexValidator(r"^\d{12}$", "区划代码是 12 位数字，例如 430281101201。")
_BELOW = {Level.CITY: [Level.TOWNSHIP], Level.TOWNSHIP: [Level.VILLAGE, Level.COMMUNITY]}


def day_field(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期写作 2026-11-24 的样子。", "required": f"请填{label}。"},
        **options,
    )


class TreeFilterForm(forms.Form):
    q = forms.CharField(label="名称或代码", required=False, max_length=40)
    level = forms.ChoiceField(label="层级", required=False, choices=[("", "全部"), *Level.choices])
    closed = forms.BooleanField(label="包括已撤销的", required=False)

    def is_searching(self) -> bool:
        return self.is_valid() and bool(self.cleaned_data["q"] or self.cleaned_data["level"])

    def apply(self, branches: OrganizationQuerySet, *, on: date) -> OrganizationQuerySet:
        if not self.is_valid():
            return branches.none()
        if not self.cleaned_data["closed"]:
            branches = branches.open_on(on)
        if text := self.cleaned_data["q"].strip():
            field = "code__startswith" if text.isdigit() else "name__contains"
            branches = branches.filter(**{field: text})
        if level := self.cleaned_data["level"]:
            branches = branches.filter(level=level)
        return branches.in_tree_order()


class DatedForm(forms.Form):
    """A change of the tree acts at once, so its day is not after today."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("on", "opened_on"):
            if (day := given.get(name)) is not None and day > self.today:
                label = self.fields[name].label
                self.add_error(name, f"{label} {day} 还没有到。调整当天生效，请填今天（{self.today}）或以前的日期。")
        return given


class EditForm(DatedForm, forms.ModelForm):
    code = forms.CharField(label="区划代码", validators=[DIVISION_CODE])
    opened_on = day_field("成立日期", required=False)

    class Meta:
        model = Organization
        fields = ["code", "division_name", "kind", "opened_on"]


class BranchForm(DatedForm):
    division_name = forms.CharField(label="所在区划", max_length=60, help_text="例如 杨柳村、石桥社区、青石镇")
    code = forms.CharField(label="区划代码", validators=[DIVISION_CODE])
    opened_on = day_field("成立日期")

    def __init__(self, *args: Any, parent: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parent = parent
        levels = [(level.value, level.label) for level in levels_below(parent)]
        self.fields["level"] = forms.ChoiceField(label="层级", choices=levels)
        self.order_fields(["division_name", "code", "level"])

    def open(self, *, by: User) -> Organization:
        given = self.cleaned_data
        name, short_name = organizing.federation_name(given["division_name"], given["level"])
        return organizing.open_branch(by=by, parent=self.parent, name=name, short_name=short_name, **given)


def levels_below(parent: Organization) -> list[Level]:
    return _BELOW.get(Level(parent.level), [])


class RenameForm(DatedForm):
    name = forms.CharField(label="新名称", max_length=60)
    short_name = forms.CharField(label="新简称", max_length=40)
    on = day_field("启用日期")


class ClosingForm(DatedForm):
    on = day_field("撤销日期")


class ReopeningForm(DatedForm):
    on = day_field("恢复日期")


class MoveForm(DatedForm):
    on = day_field("划转日期")

    def __init__(self, *args: Any, branch: Organization, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = Organization.objects.visible_to(user).filter(
            closed_on=None, level=branch.parent.level if branch.parent else ""
        )
        parents = parents.exclude(pk=branch.parent_id or 0).order_by("code")
        self.fields["parent"] = BranchChoiceField(parents, label="划转到")
        self.order_fields(["parent"])


class MergeForm(DatedForm):
    on = day_field("合并日期")

    def __init__(self, *args: Any, branch: Organization, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [Level.VILLAGE, Level.COMMUNITY] if branch.is_village else [branch.level]
        targets = Organization.objects.visible_to(user).filter(closed_on=None, level__in=levels)
        # Neighbours first: most mergers stay within a township.
        near = Case(When(parent=branch.parent_id, then=0), default=1)
        targets = targets.exclude(pk=branch.pk).order_by(near, "parent__code", "code")
        self.fields["into"] = BranchChoiceField(targets, label="并入")
        self.order_fields(["into"])


class StopForm(forms.Form):
    reason = forms.CharField(label="不办的理由", max_length=200, error_messages={"required": "请写一句理由。"})
