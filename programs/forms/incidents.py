from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from federation.forms.lists import ListFilter
from federation.forms.organizations import day_field
from federation.models import Organization, User
from programs.forms.sunflower import BranchField
from programs.models import Incident, IncidentEntry, IncidentReport
from programs.models.incident import IncidentQuerySet


class IncidentFilter(ListFilter):
    state = forms.ChoiceField(
        label="办到哪里",
        required=False,
        choices=[
            ("", "全部"),
            ("waiting", "还没有报告"),
            ("told", "已报告，在跟进"),
            ("check", "到了过问的日子"),
            ("closed", "已办结"),
        ],
    )
    about = forms.ChoiceField(label="受侵害的是", required=False, choices=[("", "全部"), *Incident.Whom.choices])

    def rows(self, *, on: date) -> IncidentQuerySet:
        rows = Incident.objects.visible_to(self.user).with_report().select_related("organization", "township")
        rows = rows.defer("facts", "signs").order_by("-recorded_at", "-id")
        if not self.is_valid():
            return rows
        given = self.cleaned_data
        if branch := given.get("branch"):
            rows = rows.within(branch)
        if given["about"]:
            rows = rows.filter(about=given["about"])
        match given["state"]:
            case "waiting":
                return rows.waiting()
            case "told":
                return rows.told()
            case "check":
                return rows.to_check(on=on)
            case "closed":
                return rows.closed()
        return rows


def _moment(label: str, **options: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "时间写作 2026-11-24T14:30 的样子。", "required": f"请填{label}。"},
        **options,
    )


class IncidentForm(forms.Form):
    submission = forms.UUIDField(
        label="这次填写",
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages=dict.fromkeys(("required", "invalid"), "请从疑似侵害的页面填写，再点“写下来”。"),
    )
    about = forms.ChoiceField(label="疑似受侵害的是", choices=Incident.Whom.choices, widget=forms.RadioSelect)
    signs = forms.MultipleChoiceField(
        label="未成年人有下面哪些情形",
        required=False,
        choices=Incident.Sign.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="有一项就必须立即报告公安，拿不准也要报告",
    )
    facts = forms.CharField(
        label="看到、听到的情况",
        max_length=1000,
        help_text="谁、什么时候、在哪里、什么伤；只写看到听到的，不追问孩子。加密保存，只有权益干部和领导能看",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    reported_to = forms.ChoiceField(
        label="已经报告给", required=False, choices=[("", "还没有报告"), *IncidentReport.To.choices]
    )
    reported_at = _moment("报告时间", required=False)
    receipt_number = forms.CharField(label="回执号、接警员警号", required=False, max_length=60)

    def __init__(self, *args: Any, user: User, place: Organization | None, **kwargs: Any) -> None:
        """Without a record to stand beside, the branch is asked for."""
        super().__init__(*args, **kwargs)
        if place is None:
            branches = Organization.objects.visible_to(user).open_on(timezone.localdate()).in_tree_order()
            self.fields["organization"] = BranchField(
                branches.select_related("township"), label="发生在", initial=user.organization
            )
            self.order_fields(["organization"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("reported_to") and not given.get("reported_at") and "reported_at" not in self.errors:
            self.add_error("reported_at", "报告过的，请写什么时候报告的，例如 2026-11-24T14:30")
        told = given.get("reported_at")
        if told is not None and told > timezone.now():
            self.add_error("reported_at", "报告时间还没有到，不能晚于现在")
        if told is not None and not given.get("reported_to") and "reported_to" not in self.errors:
            self.add_error("reported_to", "写了报告时间，请选报告给哪里")
        return given


class ReportForm(forms.Form):
    reported_to = forms.ChoiceField(label="报告给", choices=IncidentReport.To.choices, widget=forms.RadioSelect)
    reported_at = _moment("报告时间")
    receipt_number = forms.CharField(label="回执号、接警员警号", max_length=60)


class EntryForm(forms.Form):
    """What happened after the report; the closing names the outcome, everything else the next day to ask."""

    submission = forms.UUIDField(
        label="这次填写",
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages=dict.fromkeys(("required", "invalid"), "请从疑似侵害的页面填写，再点“登记”。"),
    )
    kind = forms.ChoiceField(label="记什么", choices=IncidentEntry.Kind.choices, widget=forms.RadioSelect)
    happened_on = day_field("哪一天")
    words = forms.CharField(
        label="情况",
        max_length=1000,
        help_text="答复的单位和经办人、做了什么、孩子现在怎样。加密保存",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    check_on = day_field("下次哪天过问", required=False, help_text="没有办结的要写")
    outcome = forms.ChoiceField(
        label="结果", required=False, choices=[("", "还没有办结"), *IncidentEntry.Outcome.choices], help_text="办结要选"
    )
