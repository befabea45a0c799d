"""The lists of people that can be taken out as workbooks; sensitive columns are masked for everybody."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from federation import exporting
from federation.exporting import Listing
from federation.models import User
from federation.permissions import masked_for
from members.forms.cadres import CadreFilter
from members.forms.households import HouseholdFilter
from members.forms.women import WomanFilter
from members.models import Cadre, Household, Woman


def _age(woman: Woman, user: User) -> int | None:
    return woman.age(on=timezone.localdate())


def _posts(cadre: Any, user: User) -> str:
    return "；".join(f"{post.organization.short_name}{post.get_post_display()}" for post in cadre.posts)


def _terms(cadre: Any, user: User) -> str:
    return "；".join(post.term_in_words(on=timezone.localdate()) for post in cadre.posts)


def _branch(row: Woman | Household | Cadre, user: User) -> str:
    return row.organization.short_name


WOMEN = Listing(
    kind="members.women",
    title="妇女名册",
    unit="人",
    filter=WomanFilter,
    columns=(
        ("姓名", lambda woman, user: woman.name),
        ("村（社区）", _branch),
        ("年龄", _age),
        ("证件号", lambda woman, user: masked_for(user, woman, "id_number") or woman.get_no_id_reason_display()),
        ("手机号", lambda woman, user: masked_for(user, woman, "phone")),
        ("民族", lambda woman, user: woman.get_ethnic_display()),
        ("文化程度", lambda woman, user: woman.get_education_display()),
        ("政治面貌", lambda woman, user: woman.get_political_display()),
        ("婚姻状况", lambda woman, user: woman.get_marriage_display()),
        ("困难类别", lambda woman, user: woman.get_hardship_display()),
        ("住址", lambda woman, user: woman.address),
        ("离开日期", lambda woman, user: woman.left_on),
    ),
)
HOUSEHOLDS = Listing(
    kind="members.households",
    title="家庭名册",
    unit="户",
    filter=HouseholdFilter,
    columns=(
        ("户主", lambda household, user: household.head_name),
        ("村（社区）", _branch),
        ("村（居）民小组", lambda household, user: household.group),
        ("住址", lambda household, user: household.address),
        ("户编号", lambda household, user: household.number),
        ("困难类别", lambda household, user: household.get_hardship_display()),
        ("在册妇女", lambda household, user: "、".join(woman.name for woman in household.residents())),
    ),
)
CADRES = Listing(
    kind="members.cadres",
    title="妇联干部名册",
    unit="人",
    filter=CadreFilter,
    columns=(
        ("姓名", lambda cadre, user: cadre.name),
        ("所属妇联", _branch),
        ("现任职务", _posts),
        ("任期", _terms),
        ("手机号", lambda cadre, user: masked_for(user, cadre, "phone")),
        ("文化程度", lambda cadre, user: cadre.get_education_display()),
        ("政治面貌", lambda cadre, user: cadre.get_political_display()),
        ("进两委", lambda cadre, user: "是" if cadre.in_two_committees else "否"),
    ),
)


def register() -> None:
    for listing in (WOMEN, HOUSEHOLDS, CADRES):
        exporting.register(listing)
