from __future__ import annotations

from datetime import date

from django import forms

from federation.forms.lists import ListFilter
from members.models import Woman
from members.models.woman import WomanQuerySet
from programs.models import Campaign, ScreeningExclusion
from programs.screening import due

VIEWS = (("due", "该查的"), ("not_due", "不用查的"), ("came", "已参检"), ("all", "全部适龄"))
PARTS = [("cervical", "宫颈癌"), ("breast", "乳腺癌")]


class DueFilter(ListFilter):
    view = forms.ChoiceField(required=False, choices=VIEWS, widget=forms.HiddenInput)
    q = forms.CharField(label="姓名", required=False, max_length=40)

    def chosen(self, campaign: Campaign, *, on: date) -> WomanQuerySet:
        """A name finds women of every age, so that the page can say why she is not called."""
        if not self.is_valid():
            return Woman.objects.visible_to(self.user).none()
        given = self.cleaned_data
        view = given["view"] or "due"
        if given["q"] and view == "all":
            women = Woman.objects.visible_to(self.user)
        else:
            women = due.women_of_age(campaign, user=self.user, on=on)
        if given["q"]:
            women = women.named_like(given["q"])
        if given.get("branch"):
            women = women.within(given["branch"])
        if view == "due":
            return due.due(women, campaign, user=self.user, on=on)
        if view == "not_due":
            return due.not_due(women, campaign, user=self.user, on=on)
        return due.came(women, campaign, user=self.user) if view == "came" else women


class ExclusionForm(forms.Form):
    parts = forms.MultipleChoiceField(label="不查哪一项", choices=PARTS, widget=forms.CheckboxSelectMultiple)
    reason = forms.ChoiceField(label="原因", choices=ScreeningExclusion.Reason.choices, widget=forms.RadioSelect)
    detail = forms.CharField(
        label="具体情况",
        max_length=100,
        required=False,
        help_text="医学原因要写，例如 全子宫切除（非宫颈病变）；封存，名单上不显示",
    )
