from __future__ import annotations

from typing import Any

from django import forms

from outreach.models import FollowUp

# What a village can say of a recall: whether the message reached her, never what the hospital found.
RECALL_RESULTS = [
    (FollowUp.Result.DONE, "告诉她了，她会去"),
    (FollowUp.Result.NOT_REACHED, "没有联系上，过几天再找"),
    (FollowUp.Result.DECLINED, "告诉她了，她不愿意去"),
    (FollowUp.Result.PASSED_ON, "她不在本地，请上级联系"),
]


class OutcomeForm(forms.Form):
    result = forms.ChoiceField(label="怎么样", widget=forms.RadioSelect)
    note = forms.CharField(label="说明", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, follow_up: FollowUp) -> None:
        super().__init__(data)
        result = self.fields["result"]
        assert isinstance(result, forms.ChoiceField)
        recall = follow_up.kind == FollowUp.Kind.RECALL
        result.choices = [(key.value, label) for key, label in RECALL_RESULTS] if recall else FollowUp.Result.choices
