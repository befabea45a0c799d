"""The next step of a need: one question for whoever may take it, and what it does."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from federation.models import User
from outreach import needs
from outreach.models import Need
from outreach.permissions import can_confirm, can_handle, can_pass_on

_ABOVE = {Need.Desk.VILLAGE: "乡镇（街道）", Need.Desk.TOWNSHIP: "市妇联"}
_ANSWERS = {
    "solved": ("办好了，请别人回访她", Need.Outcome.SOLVED),
    "partly": ("办成一部分，请别人回访她", Need.Outcome.PARTLY),
    "explained": ("解释说明，请别人回访她", Need.Outcome.EXPLAINED),
    "impossible": ("办不了，说明原因", Need.Outcome.IMPOSSIBLE),
}


class NextStepForm(forms.Form):
    step = forms.ChoiceField(label="做什么", widget=forms.RadioSelect)
    text = forms.CharField(
        label="做了什么，结果怎样",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写做了什么、结果怎样，例如 已陪她到社保所打印发放记录。"},
    )
    next_on = forms.DateField(
        label="下次什么时候看",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="只有“登记进展”要填",
    )

    def __init__(self, data: Any = None, *, need: Need, user: User) -> None:
        super().__init__(data, initial={"next_on": need.due_on})
        self.need = need
        step = self.fields["step"]
        assert isinstance(step, forms.ChoiceField)
        step.choices = _steps(need, user)
        self.initial["step"] = step.choices[0][0]
        self.fields["text"].required = self.data.get("step") != "take"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("step") == "progress" and not given.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", f"请写下次什么时候看，例如 {self.need.due_on:%Y-%m-%d}。")
        return given

    def carry_out(self, *, on: date, by: User) -> None:
        step, text = self.cleaned_data["step"], self.cleaned_data["text"]
        if step == "take":
            needs.take(need=self.need, on=on, by=by)
        elif step == "progress":
            next_on = self.cleaned_data["next_on"]
            needs.record_progress(need=self.need, text=text, next_on=next_on, on=on, by=by)
        elif step == "pass_on":
            needs.pass_on(need=self.need, reason=text, on=on, by=by)
        else:
            needs.answer(need=self.need, outcome=_ANSWERS[step][1], answer=text, on=on, by=by)


def _steps(need: Need, user: User) -> list[tuple[str, str]]:
    steps = [] if need.handler_id else [("take", "接办（不用写）")]
    steps += [("progress", "登记进展"), *((key, label) for key, (label, _) in _ANSWERS.items())]
    if can_pass_on(user, need):
        steps.append(("pass_on", f"转{_ABOVE[Need.Desk(need.desk)]}办，说明原因"))
    return steps


class SatisfactionForm(forms.Form):
    """Asked of the woman by somebody else than the one who answered."""

    satisfaction = forms.ChoiceField(label="她满意吗", choices=Need.Satisfaction.choices, widget=forms.RadioSelect)
    words = forms.CharField(label="她怎么说", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, need: Need) -> None:
        super().__init__(data)
        self.need = need

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("satisfaction") == Need.Satisfaction.DISSATISFIED and not given.get("words"):
            self.add_error("words", "她不满意时，请写下她的话，重办的人要看，例如 只给了电话，没人接。")
        return given

    def carry_out(self, *, on: date, by: User) -> None:
        given = self.cleaned_data
        needs.confirm(need=self.need, satisfaction=given["satisfaction"], words=given["words"], on=on, by=by)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="她为什么撤回", max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text="例如 自己办好了"
    )


StepForm = NextStepForm | SatisfactionForm


def step_form(data: Any, *, need: Need, user: User) -> StepForm | None:
    """What she may do next about the need; nothing where it is somebody else's turn."""
    if can_confirm(user, need):
        return SatisfactionForm(data, need=need)
    return NextStepForm(data, need=need, user=user) if can_handle(user, need) else None
