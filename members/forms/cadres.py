from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from federation.forms.days import PastDayField
from federation.forms.lists import ListFilter
from federation.forms.organizations import day_field
from federation.models import User
from federation.permissions import masked_for
from members.codes import EndReason
from members.forms.choosing import NOTHING, NameField, PhoneField, branch_field, of_model, on_file
from members.models import Appointment, Cadre

# A term is looked at this long before its end (domain.md §1.4: six months).
SOON_DAYS = 183
TERMS = [
    ("", "全部"),
    ("serving", "在任"),
    ("soon", "半年内届满"),
    ("over", "超过届满日期"),
    ("none", "现无任职"),
]


# Cadres of long standing took up their first posts before the paper registers.
FIRST_POSTS = date(1970, 1, 1)


class CadreFilter(ListFilter):
    q = forms.CharField(
        label="姓名",
        required=False,
        max_length=40,
        widget=forms.TextInput({"placeholder": "姓名或拼音首字母"}),
    )
    post = forms.ChoiceField(label="职务", required=False, choices=[("", "全部"), *Appointment.Post.choices])
    term = forms.ChoiceField(label="任期", required=False, choices=TERMS)
    committees = forms.BooleanField(label="进村（社区）两委", required=False)
    field_order = ["q", "branch"]

    def rows(self, *, on: date) -> QuerySet[Cadre]:
        if not self.is_valid():
            return Cadre.objects.none()
        given = self.cleaned_data
        cadres = Cadre.objects.visible_to(self.user).named_like(given["q"])
        if given.get("branch"):
            cadres = cadres.within(given["branch"])
        if given["committees"]:
            cadres = cadres.filter(in_two_committees=True)
        if given["post"]:
            held = Appointment.objects.visible_to(self.user).in_office(on=on).filter(post=given["post"])
            cadres = cadres.holding(held)
        cadres = _by_term(cadres, given["term"], user=self.user, on=on)
        return cadres.with_posts(on=on).order_by("pinyin", "id")


def _by_term(cadres: Any, term: str, *, user: User, on: date) -> Any:
    posts = Appointment.objects.visible_to(user)
    match term:
        case "serving":
            return cadres.serving(on=on)
        case "none":
            return cadres.exclude(pk__in=posts.in_office(on=on).values("cadre"))
        case "soon":
            return cadres.holding(posts.ending_within(SOON_DAYS, on=on))
        case "over":
            return cadres.holding(posts.ending_before(on))
        case _:
            return cadres


class CadreForm(forms.Form):
    name = NameField()
    birth_on = day_field("出生日期", required=False)
    education = of_model(Cadre, "education")
    political = of_model(Cadre, "political")
    phone = PhoneField()
    in_two_committees = of_model(Cadre, "in_two_committees")

    def __init__(self, *args: Any, user: User, cadre: Cadre | None = None, **kwargs: Any) -> None:
        self.cadre = cadre
        if cadre is not None:
            plain = [name for name in self.base_fields if name != "phone"]
            kwargs["initial"] = {name: getattr(cadre, name) for name in plain}
        super().__init__(*args, **kwargs)
        if cadre is None:
            self.fields["organization"] = branch_field(user, villages_only=False)
            self.order_fields(["organization"])
        else:
            self.fields["phone"].help_text = on_file(masked_for(user, cadre, "phone"))

    def clean_birth_on(self) -> date | None:
        born: date | None = self.cleaned_data["birth_on"]
        if born is not None and born > timezone.localdate():
            raise forms.ValidationError(f"出生日期 {born:%Y-%m-%d} 还没有到，请核对年份，例如 1985-03-08。")
        if born is not None and not 16 <= timezone.localdate().year - born.year <= 100:
            raise forms.ValidationError(f"出生日期 {born:%Y-%m-%d} 不像真的，请核对年份，例如 1985-03-08。")
        return born

    def fields_given(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        phone = given.pop("phone")
        if phone or self.cadre is None:
            given["phone"] = None if phone in NOTHING else phone or None
        return given


class AppointmentForm(forms.Form):
    post = of_model(Appointment, "post")
    mode = of_model(Appointment, "mode")
    starts_on = PastDayField("任职日期", earliest=FIRST_POSTS)
    term_ends_on = day_field("届满日期", required=False, help_text="任期的最后一天，没有任期就不填")

    def __init__(self, *args: Any, user: User, cadre: Cadre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"] = branch_field(user, villages_only=False, label="任职的组织")
        self.fields["organization"].initial = cadre.organization_id
        self.order_fields(["organization"])


class EndForm(forms.Form):
    reason = forms.ChoiceField(label="离任原因", choices=EndReason.choices, widget=forms.RadioSelect)
    on = PastDayField("离任日期", earliest=FIRST_POSTS, help_text="从这一天起不再任职")
