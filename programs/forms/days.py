from __future__ import annotations

from typing import Any

from django import forms

from federation.forms.organizations import day_field
from federation.models import Organization, User


class DayForm(forms.Form):
    organization = forms.ModelChoiceField(Organization.objects.none(), label="村（社区）")
    day = day_field("日期")
    place = forms.CharField(label="地点", max_length=60, help_text="例如 村卫生室、镇卫生院二楼")
    quota = forms.IntegerField(label="当天最多（人）", min_value=1, max_value=1000, help_text="以医院当天能查的为准")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        villages = Organization.objects.visible_to(user).villages().filter(closed_on=None).in_tree_order()
        chosen = villages.get() if villages.count() == 1 else None
        self.fields["organization"] = forms.ModelChoiceField(
            villages, label="村（社区）", initial=chosen, error_messages={"required": "请选一个村（社区）。"}
        )
        self.order_fields(["organization"])


class MarkForm(forms.Form):
    came = forms.TypedChoiceField(
        label="到了没有",
        choices=[("yes", "到了"), ("no", "没到")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    consented = forms.BooleanField(required=False)

    def __init__(self, *args: Any, version: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consented"].label = f"本人已签知情同意书（{version}）"
