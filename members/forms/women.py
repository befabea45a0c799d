from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from federation.forms.lists import ListFilter
from federation.forms.organizations import day_field
from federation.models import Organization, User
from federation.permissions import masked_for
from members.codes import Departure, Education, Hardship
from members.forms.choosing import (
    NOTHING,
    AsksAboutTwins,
    NameField,
    NumberField,
    PhoneField,
    branch_field,
    of_model,
    on_file,
)
from members.identity import OLDEST_AGE, normalized
from members.models import Household, Woman
from members.registering import ExistingFile, file_with
from members.twins import twins_of

ALL = [("", "全部")]
# Bands the work asks for: 35 to 64 is the age of the two-cancer screening.
AGE_BANDS = {
    "0-17": (0, 17, "未满 18 岁"),
    "18-34": (18, 34, "18 至 34 岁"),
    "35-64": (35, 64, "35 至 64 岁"),
    "65-": (65, 120, "65 岁以上"),
}
STANDINGS = [("", "在册"), ("left", "已离开"), ("all", "全部")]
NUMBER_LENGTH = 15


def looks_like_number(text: str) -> bool:
    """Most of an ID number's digits, however they are written."""
    return sum(sign.isdigit() for sign in normalized(text)) >= NUMBER_LENGTH - 3


class WomanFilter(ListFilter):
    q = forms.CharField(
        label="姓名",
        required=False,
        max_length=40,
        widget=forms.TextInput({"placeholder": "姓名或拼音首字母"}),
    )
    age = forms.ChoiceField(label="年龄", required=False, choices=[*ALL, *((k, v[2]) for k, v in AGE_BANDS.items())])
    hardship = forms.ChoiceField(label="困难类别", required=False, choices=[*ALL, *Hardship.choices])
    education = forms.ChoiceField(label="文化程度", required=False, choices=[*ALL, *Education.choices])
    standing = forms.ChoiceField(label="在册", required=False, choices=STANDINGS)
    field_order = ["q", "branch"]

    def clean_q(self) -> str:
        """A number in the address would stay in histories and logs; it has a form of its own."""
        text: str = self.cleaned_data["q"]
        if looks_like_number(text):
            raise forms.ValidationError("这里按姓名查。身份证号请填在“按身份证号查”里，那里不会把号码留在网址里。")
        return text

    def rows(self, *, on: date) -> QuerySet[Woman]:
        if not self.is_valid():
            return Woman.objects.none()
        given = self.cleaned_data
        women = Woman.objects.visible_to(self.user).named_like(given["q"])
        if given["standing"] != "all":
            women = women.departed() if given["standing"] == "left" else women.living_here()
        if given.get("branch"):
            women = women.within(given["branch"])
        if given["age"]:
            low, high, _ = AGE_BANDS[given["age"]]
            women = women.aged(low, high, on=on)
        equal = {name: given[name] for name in ("hardship", "education") if given[name]}
        return women.filter(**equal).select_related("organization").order_by("pinyin", "id")


class NumberSearchForm(forms.Form):
    number = NumberField(required=True)


class WomanForm(AsksAboutTwins):
    """A woman's file. `woman` is the one being changed; `household` the one she is entered into."""

    name = NameField()
    id_number = NumberField(help_text="18 位；出生日期由号码得出")
    no_id_reason = of_model(Woman, "no_id_reason", help_text="没有填身份证号的才选")
    birth_on = day_field("出生日期", required=False, help_text="填了身份证号就不用填")
    phone = PhoneField()
    ethnic = of_model(Woman, "ethnic")
    education = of_model(Woman, "education")
    political = of_model(Woman, "political")
    marriage = of_model(Woman, "marriage")
    hardship = of_model(Woman, "hardship")
    address = of_model(Woman, "address", help_text="到组或门牌，例如 3 组 12 号")

    def __init__(
        self,
        *args: Any,
        user: User,
        woman: Woman | None = None,
        household: Household | None = None,
        **kwargs: Any,
    ) -> None:
        self.user, self.woman, self.entered_into = user, woman, household
        self.existing: ExistingFile | None = None
        if woman is not None:
            kwargs["initial"] = {name: getattr(woman, name) for name in _PLAIN}
        super().__init__(*args, **kwargs)
        if woman is not None:
            for name in ("id_number", "phone"):
                self.fields[name].help_text = on_file(masked_for(user, woman, name)) or self.fields[name].help_text
        self._place(woman, household)

    def _place(self, woman: Woman | None, household: Household | None) -> None:
        """A new file says where she lives; a file on record keeps its village (moving is a step of its own)."""
        if woman is not None:
            self._offer_households(woman.organization, woman.household)
        elif household is not None:
            self._offer_households(household.organization, household)
        else:
            self.fields["organization"] = branch_field(self.user, villages_only=True, label="居住的村（社区）")
            self.order_fields(["organization"])

    def _offer_households(self, village: Organization, present: Household | None) -> None:
        households = Household.objects.visible_to(self.user).filter(organization=village).order_by("head_name", "id")
        self.fields["household"] = forms.ModelChoiceField(
            households, label="家庭", required=False, initial=present, empty_label="不登记到家庭"
        )

    def clean_id_number(self) -> Any:
        number = self.cleaned_data["id_number"]
        if number is None:
            return None
        number.require_born_by(timezone.localdate())
        if not number.is_female:
            raise forms.ValidationError("号码第 17 位是单数，是男性的号码。妇女档案只登记女性，请核对原件。")
        if self.woman is None or self.woman.id_number != number.text:
            self.existing = file_with(number, user=self.user)
            if self.existing is not None:
                raise forms.ValidationError(f"{self.existing.words}。")
        return number

    def clean_birth_on(self) -> date | None:
        born: date | None = self.cleaned_data["birth_on"]
        if born is not None and born > timezone.localdate():
            raise forms.ValidationError(f"出生日期 {born:%Y-%m-%d} 还没有到，请核对年份，例如 1985-03-08。")
        if born is not None and timezone.localdate().year - born.year > OLDEST_AGE:
            raise forms.ValidationError(f"出生日期 {born:%Y-%m-%d} 不像真的，请核对年份，例如 1985-03-08。")
        return born

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kept = self.woman is not None and bool(self.woman.id_number) and not self._takes_off("id_number")
        if "id_number" in given and given["id_number"] is None and not kept and not given.get("no_id_reason"):
            if "no_id_reason" not in self.errors:
                self.add_error("no_id_reason", "没有填身份证号，请选一个原因，例如“待补录”。")
        if self.woman is None and not self.errors:
            self.ask_about(self._twins(given))
        return given

    def _twins(self, given: dict[str, Any]) -> list[Woman]:
        number, household = given["id_number"], given.get("household")
        village = self.entered_into.organization if self.entered_into else given["organization"]
        born = number.birth_on if number else given["birth_on"]
        phone = "" if given["phone"] in NOTHING else given["phone"]
        return twins_of(
            self.user, name=given["name"], organization=village, birth_on=born, phone=phone, household=household
        )

    def _takes_off(self, name: str) -> bool:
        return self.data.get(name, "").strip() in NOTHING

    def fields_given(self) -> dict[str, Any]:
        """For the verb: sensitive fields only where something was typed."""
        given = dict(self.cleaned_data)
        number, phone = given.pop("id_number"), given.pop("phone")
        if number is not None or self.woman is None or self._takes_off("id_number"):
            given["id_number"] = number.text if number else None
        if phone or self.woman is None:
            given["phone"] = None if phone in NOTHING else phone or None
        on_file = self.woman is not None and "id_number" not in given and bool(self.woman.id_number)
        if given.get("id_number") or on_file:
            del given["birth_on"], given["no_id_reason"]
        return given


_PLAIN = (
    "name", "no_id_reason", "birth_on", "ethnic", "education", "political", "marriage", "hardship", "address",
)  # fmt: skip


class DepartureForm(forms.Form):
    reason = forms.ChoiceField(label="离开原因", choices=Departure.choices, widget=forms.RadioSelect)
    on = day_field("离开日期")

    def clean_on(self) -> date:
        return _not_in_future(self.cleaned_data["on"], "离开日期")


class MoveForm(forms.Form):
    on = day_field("迁入日期")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = branch_field(user, villages_only=True, label="迁到")
        self.order_fields(["to"])

    def clean_on(self) -> date:
        return _not_in_future(self.cleaned_data["on"], "迁入日期")


def _not_in_future(day: date, label: str) -> date:
    if day > timezone.localdate():
        raise forms.ValidationError(f"{label} {day:%Y-%m-%d} 还没有到，请等到那天再登记。")
    return day
