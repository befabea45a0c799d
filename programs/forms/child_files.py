"""Assessments, consents and growth plans of a child's file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from federation.forms.lists import ListFilter
from federation.forms.organizations import day_field
from programs.forms.sunflower import cleaned_name
from programs.models import Aspect, Child, ChildAssessment, GrowthPlan, GuardianConsent, PlanGoal
from programs.models.child_files import GrowthPlanQuerySet

LATE, SOON = "late", "soon"
SOON_DAYS = timedelta(days=30)


class ConsentForm(forms.ModelForm):
    signed_on = day_field("签字日期", help_text="以纸面签字的日期为准，不能晚于今天")

    class Meta:
        model = GuardianConsent
        fields = ["version", "signed_by", "relation", "signed_on"]

    def clean_signed_by(self) -> str:
        return cleaned_name(self.cleaned_data["signed_by"])


class WithdrawalForm(forms.Form):
    withdrawn_on = day_field("撤回日期")


class AssessmentForm(forms.ModelForm):
    assessed_on = day_field("评估日期")

    class Meta:
        model = ChildAssessment
        fields = ["assessed_on", *Aspect.values, "risk", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in Aspect.values:
            self.fields[name] = _one_of(ChildAssessment.Level.choices, label=str(Aspect(name).label))
        self.fields["risk"] = _one_of(Child.Risk.choices, label="风险等级")


def _one_of(choices: Sequence[tuple[str, Any]], *, label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


class PlanForm(forms.Form):
    """A goal an aspect; left empty, the aspect has none."""

    starts_on = day_field("开始日期")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for aspect in Aspect:
            self.fields[f"goal_{aspect.value}"] = forms.CharField(
                label=f"{aspect.label}目标", required=False, max_length=100, help_text=_EXAMPLES[aspect]
            )

    @property
    def goals(self) -> dict[str, str]:
        return {aspect.value: self.cleaned_data[f"goal_{aspect.value}"] for aspect in Aspect}


_EXAMPLES = {
    Aspect.LIFE: "例如 每天吃上热的早饭",
    Aspect.STUDY: "例如 期末语文及格",
    Aspect.MIND: "例如 每周和妈妈视频一次",
    Aspect.SAFETY: "例如 会背监护人手机号，知道防溺水“六不准”",
    Aspect.MEDICAL: "例如 今年配好眼镜",
}


class PlanReviewForm(forms.Form):
    reviewed_on = day_field("评估日期")

    def __init__(self, *args: Any, plan: GrowthPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan_goals = list(plan.goals.order_by("id"))
        for goal in self.plan_goals:
            self.fields[f"goal_{goal.pk}"] = forms.ChoiceField(
                label=f"{goal.get_aspect_display()}：{goal.words}",
                choices=PlanGoal.Progress.choices,
                widget=forms.RadioSelect,
            )
        self.fields["words"] = forms.CharField(
            label="学期小结", max_length=200, widget=forms.Textarea(attrs={"rows": 3})
        )
        self.fields["ends"] = forms.BooleanField(label="这份计划到此结束，另订新的", required=False)

    @property
    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        progress = {goal.pk: given[f"goal_{goal.pk}"] for goal in self.plan_goals}
        return {
            "reviewed_on": given["reviewed_on"],
            "words": given["words"],
            "ends": given["ends"],
            "progress": progress,
        }


class PlanFilter(ListFilter):
    state = forms.ChoiceField(
        label="期限", required=False, choices=[("", "全部在执行"), (LATE, "过期还没评估"), (SOON, "30 天内到期")]
    )

    def rows(self, *, on: date) -> GrowthPlanQuerySet:
        rows = GrowthPlan.objects.visible_to(self.user).in_force().with_children().order_by("next_review_on", "id")
        if not self.is_valid():
            return rows
        given = self.cleaned_data
        if branch := given.get("branch"):
            rows = rows.within(branch)
        if given["state"] == LATE:
            return rows.due_by(on - timedelta(days=1))
        return rows.filter(next_review_on__gte=on, next_review_on__lte=on + SOON_DAYS) if given["state"] else rows
