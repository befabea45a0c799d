from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from federation.forms.lists import ListFilter
from federation.forms.organizations import day_field
from members.models import Woman
from programs.models import Campaign, ScreeningRecall
from programs.models.recall import ScreeningRecallQuerySet
from programs.screening.findings import LABELS

STATES = (("missing", "没有记录"), ("recorded", "有记录没做"), ("waiting", "没到期"), ("done", "已做"))
ALL = "all"


class StepForm(forms.Form):
    """One step of one woman's case: what was found, and when."""

    code = forms.ChoiceField(label="结果", widget=forms.RadioSelect)
    done_on = day_field("检查日期")
    institution = forms.CharField(label="机构", max_length=60, required=False, help_text="和登记过的一样就留空")

    def __init__(self, *args: Any, column: str, title: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        assert isinstance(code, forms.ChoiceField)
        code.label, code.choices = title, list(LABELS[column].items())


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(label="没做的原因", choices=ScreeningRecall.Reason.choices, widget=forms.RadioSelect)
    again_on = day_field("改到哪天", required=False, help_text="改期、身体原因暂缓要填；到那天再提醒")


class RecallFilter(ListFilter):
    state = forms.ChoiceField(label="情况", required=False, choices=[("", "未销号"), *STATES, (ALL, "全部")])
    q = forms.CharField(label="姓名", required=False, max_length=40)

    def __init__(self, *args: Any, campaign: Campaign, whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign, self.whole = campaign, whole

    def rows(self, *, on: date) -> ScreeningRecallQuerySet:
        """`whole`: each awaited step, for the hospital; else one row a woman. As it opens, what is still waited for."""
        rows = ScreeningRecall.objects.visible_to(self.user).filter(campaign=self.campaign)
        if not self.whole:
            rows = rows.one_a_woman()
        if not self.is_valid():
            return rows.none()
        given = self.cleaned_data
        if given["state"] not in ("", ALL):
            rows = rows.in_state(given["state"], on=on)
        elif not given["state"] and not given["q"]:
            rows = rows.open()
        if given.get("branch"):
            rows = rows.within(given["branch"])
        if given["q"]:
            rows = rows.filter(screening__woman__in=Woman.objects.visible_to(self.user).named_like(given["q"]))
        return rows
