from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from federation.forms.lists import ListFilter
from federation.models import User
from members.codes import Hardship
from members.forms.choosing import NameField, branch_field, of_model
from members.models import Household


class HouseholdFilter(ListFilter):
    q = forms.CharField(label="户主", required=False, max_length=40)
    hardship = forms.ChoiceField(label="困难类别", required=False, choices=[("", "全部"), *Hardship.choices])
    field_order = ["q", "branch"]

    def rows(self, *, on: date) -> QuerySet[Household]:
        if not self.is_valid():
            return Household.objects.none()
        given = self.cleaned_data
        households = Household.objects.visible_to(self.user).headed_by(given["q"])
        if given.get("branch"):
            households = households.within(given["branch"])
        if given["hardship"]:
            households = households.filter(hardship=given["hardship"])
        return households.with_women().order_by("-id")


class HouseholdForm(forms.Form):
    head_name = NameField(label="户主")
    group = of_model(Household, "group", help_text="例如 3 组")
    address = of_model(Household, "address", help_text="到门牌，例如 12 号")
    number = of_model(Household, "number", help_text="村（社区）自己的户编号，没有就不填")
    hardship = of_model(Household, "hardship")

    def __init__(self, *args: Any, user: User, household: Household | None = None, **kwargs: Any) -> None:
        if household is not None:
            kwargs["initial"] = {name: getattr(household, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        if household is None:
            self.fields["organization"] = branch_field(user, villages_only=True, label="所在村（社区）")
            self.order_fields(["organization"])
