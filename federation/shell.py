"""The frame around every page: wordmark, working unit, navigation with what waits, the person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse

from federation import scoping
from federation.access import Mark, mark_of
from federation.models import Organization, User
from federation.permissions import Role
from federation.sealed import masked_name
from federation.second_factor import TRIAL_NOTICE, is_excused

# Section -> (label, route name, labels of its sub-items follow with a leading "·").
NAV: list[tuple[str, list[tuple[str, str]]]] = [
    ("", [("工作台", "reports:desk")]),
    (
        "服务妇女",
        [
            ("走访记录", "outreach:visit_list"),
            ("诉求台账", "outreach:need_list"),
            ("跟进任务", "outreach:follow_up_list"),
            ("妇女与家庭", "members:woman_list"),
        ],
    ),
    (
        "惠民项目",
        [
            ("两癌筛查", "programs:campaign_list"),
            ("小额贷款", "programs:loan_list"),
            ("两癌救助", "programs:relief_list"),
            ("救助金拨付", "programs:payment_list"),
            ("向日葵关爱", "programs:child_list"),
        ],
    ),
    (
        "组织",
        [
            ("组织树", "organization_tree"),
            ("妇联干部", "members:cadre_list"),
            ("培训与讲堂", "outreach:lecture_list"),
            ("账号与邀请", "account_list"),
        ],
    ),
    (
        "成果",
        [
            ("年度总结", "reports:summary_list"),
            ("统计", "reports:figures"),
            ("后台事项", "job_list"),
            ("留痕", "audit_list"),
        ],
    ),
]
# The four words at the bottom of the phone.
TABS: list[tuple[str, str]] = [
    ("今天", "outreach:today"),
    ("走访", "outreach:visit_history"),
    ("村里人", "outreach:village_women"),
    ("更多", "outreach:more"),
]
# Addresses that everything else of their kind begins with.
ROOTS = {"reports:desk", "outreach:today"}
Counter = Callable[[User], int]
COUNTERS: dict[str, Counter] = {}


def count_waiting(route: str, counter: Counter) -> None:
    """An app says how many things wait behind one of its routes; the counter must stop at a small cap."""
    COUNTERS[route] = counter


@dataclass
class Item:
    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass
class Section:
    title: str
    items: list[Item]


@dataclass
class Shell:
    wordmark: str
    unit: Organization | None = None
    nav: list[Section] = field(default_factory=list)
    tabs: list[Item] = field(default_factory=list)
    person: str = ""
    role_label: str = ""
    search_url: str = ""
    notice: str = ""


@cache
def _route(name: str) -> tuple[str, Mark | None] | None:
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    return url, mark_of(resolve(url).func, name)


def _items(entries: list[tuple[str, str]], request: HttpRequest, user: User) -> list[Item]:
    """Only what the person may open: the same marks that guard the routes."""
    found = []
    for label, name in entries:
        route = _route(name)
        if route is None or route[1] is None or not route[1].admits(request):
            continue
        counter = COUNTERS.get(name) if scoping.is_active() else None
        here = request.path == route[0] or (name not in ROOTS and request.path.startswith(route[0]))
        found.append(Item(label, route[0], here, (counter(user) or None) if counter else None))
    return found


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Anonymous pages get the wordmark only."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        city = Organization.objects.filter(parent=None).order_by("path").first()
        return {"shell": Shell(wordmark=wordmark(city))}
    sections = [Section(title, _items(entries, request, user)) for title, entries in NAV]
    home = user.home_grant
    route = _route("members:woman_find")
    return {
        "shell": Shell(
            wordmark=wordmark(user.organization.top if user.organization else None),
            unit=user.organization,
            nav=[section for section in sections if section.items],
            tabs=_items(TABS, request, user) if request.path.startswith("/m/") else [],
            person=masked_name(user.display_name),
            role_label=Role(home.role).label if home else "未授权",
            notice=TRIAL_NOTICE if is_excused(request, user) else "",
            search_url=route[0] if route and route[1] and route[1].admits(request) else "",
        )
    }


def wordmark(city: Organization | None) -> str:
    return f"{city.short_name if city else '妇联'}工作平台"
