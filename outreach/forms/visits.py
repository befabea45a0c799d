"""The questions about a visit. The phone asks them page by page, the desk all at once; the rules are the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from federation.forms.days import PastDayField
from federation.models import Organization, User
from members.codes import NoIDReason
from members.forms.choosing import AsksAboutTwins, NameField
from members.models import Woman
from members.twins import twins_of
from outreach import visiting
from outreach.models import Need, Visit
from outreach.permissions import desk_of
from outreach.visiting import NewNeed

MOST_SECONDS = 4 * 60 * 60
# Violence has its own page with the numbers to call first; it is chosen there.
CATEGORIES = [choice for choice in Need.Category.choices if choice[0] != Need.Category.VIOLENCE]
# The fields of each page of the phone.
PAGES = {
    "who": ["woman", "subject"],
    "how": ["visited_on", "mode", "target_group", "situation"],
    "needs": ["categories"],
    "words": [*(f"words_{category}" for category in Need.Category.values), "urgency", "desk"],
}
_ABOVE = {
    Need.Desk.VILLAGE: (Need.Desk.TOWNSHIP, "请镇里办"),
    Need.Desk.TOWNSHIP: (Need.Desk.CITY, "请市里办"),
}
_OWN = {Need.Desk.VILLAGE: "村里先办", Need.Desk.TOWNSHIP: "镇里先办", Need.Desk.CITY: "市里办"}


def desk_choices(user: User) -> list[tuple[str, str]]:
    """Her own level first, then the one above."""
    own = desk_of(user) or Need.Desk.VILLAGE
    choices = [(own.value, _OWN[own])]
    if own in _ABOVE:
        above, label = _ABOVE[own]
        choices.append((above.value, label))
    return choices


class VisitForm(forms.Form):
    """All answers about one visit. `only` leaves the fields of one page."""

    woman = forms.ModelChoiceField(
        Woman.objects.none(),
        label="走访谁",
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "这份档案已经不在您的范围内，请重新选走访谁。"},
    )
    subject = forms.CharField(
        label="怎样称呼她", required=False, max_length=40, help_text="没有建档或不愿留名时写，例如 村口超市女店主"
    )
    visited_on = PastDayField("走访日期")
    mode = forms.ChoiceField(label="方式", choices=Visit.Mode.choices, widget=forms.RadioSelect)
    target_group = forms.ChoiceField(label="对象类别", choices=Visit.TargetGroup.choices, widget=forms.RadioSelect)
    situation = forms.CharField(
        label="情况",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一两句话即可",
    )
    categories = forms.MultipleChoiceField(
        label="哪方面的事", required=False, choices=Need.Category.choices, widget=forms.CheckboxSelectMultiple
    )
    urgency = forms.ChoiceField(label="急不急", choices=Need.Urgency.choices, widget=forms.RadioSelect)
    desk = forms.ChoiceField(label="谁来办", widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, user: User, only: Iterable[str] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        woman = self.fields["woman"]
        assert isinstance(woman, forms.ModelChoiceField)
        woman.queryset = Woman.objects.visible_to(user).living_here().select_related("organization", "household")
        desk = self.fields["desk"]
        assert isinstance(desk, forms.ChoiceField)
        desk.choices = desk_choices(user)
        for category, label in Need.Category.choices:
            self.fields[f"words_{category}"] = forms.CharField(
                label=f"{label}：她的话", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
            )
        if only is not None:
            for name in set(self.fields) - set(only):
                del self.fields[name]

    @staticmethod
    def ordinary(user: User, *, on: date) -> dict[str, Any]:
        """What stands before she has said anything else."""
        return {
            "visited_on": on.isoformat(),
            "mode": Visit.Mode.HOME.value,
            "target_group": Visit.TargetGroup.ORDINARY.value,
            "urgency": Need.Urgency.ORDINARY.value,
            "desk": desk_choices(user)[0][0],
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        asked = "woman" in self.fields and "woman" not in self.errors and "subject" not in self.errors
        if asked and not given.get("woman") and not given.get("subject"):
            self.add_error("subject", "请选走访谁；没有建档或不愿留名时，写怎样称呼她，例如 村口超市女店主。")
        if day := given.get("visited_on"):
            woman = given.get("woman")
            for words in visiting.problems_of_day(
                day, born=woman.birth_on if woman else None, today=timezone.localdate()
            ):
                self.add_error("visited_on", words)
        return given

    def needs(self) -> list[NewNeed]:
        given = self.cleaned_data
        return [
            NewNeed(category, given[f"words_{category}"].strip(), given["urgency"], given["desk"])
            for category in given["categories"]
        ]

    def visit(self, user: User) -> dict[str, Any]:
        """Arguments of `log_visit`."""
        given = self.cleaned_data
        woman: Woman | None = given["woman"]
        organization = woman.organization if woman else user.organization
        names = ("woman", "visited_on", "mode", "target_group", "situation")
        subject = "" if woman else given["subject"]
        said = {name: given[name] for name in names}
        return {**said, "subject": subject, "organization": organization, "needs": self.needs()}


class SubmissionForm(VisitForm):
    """The page that hands everything in: every answer again in hidden fields, so that it can be sent a second time."""

    written_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    seconds_spent = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean_seconds_spent(self) -> int | None:
        seconds: int | None = self.cleaned_data["seconds_spent"]
        return None if seconds is None else min(seconds, MOST_SECONDS)

    def visit(self, user: User) -> dict[str, Any]:
        given = self.cleaned_data
        return super().visit(user) | {"written_at": given["written_at"], "seconds_spent": given["seconds_spent"]}


class NewWomanForm(AsksAboutTwins):
    """A file in two answers, for a woman met at the door; the rest is filled in later."""

    name = NameField()
    no_id_reason = forms.ChoiceField(
        label="为什么没有身份证号",
        choices=NoIDReason.choices,
        initial=NoIDReason.PENDING,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user, self.own = user, user.organization
        if self.own is None or not self.own.is_village:
            villages = Organization.objects.visible_to(user).villages().filter(closed_on=None)
            self.fields["organization"] = forms.ModelChoiceField(villages.in_tree_order(), label="住在哪个村（社区）")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            self.ask_about(twins_of(self.user, name=given["name"], organization=self.village()))
        return given

    def village(self) -> Organization:
        chosen = self.cleaned_data.get("organization") or self.own
        assert chosen is not None
        return chosen


class WhoFilterForm(forms.Form):
    q = forms.CharField(label="姓名或拼音首字母", required=False, max_length=40)
