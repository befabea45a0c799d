"""The frame around every page: wordmark, working unit, navigation with what waits, the person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import timezone

from federation import scoping
from federation.access import Mark, mark_of
from federation.models import Organization, RoleGrant, User
from federation.paging import kept_counts
from federation.permissions import Role
from federation.sealed import masked_name
from federation.second_factor import TRIAL_NOTICE, goes_without

# Section -> (label, route name, labels of its sub-items follow with a leading "·").
NAV: list[tuple[str, list[tuple[str, str]]]] = [
    ("", [("工作台", "reports:desk")]),
    (
        "服务妇女",
        [
            ("走访记录", "outreach:visit_list"),
            ("诉求台账", "outreach:need_list"),
            ("跟进任务", "outreach:follow_up_list"),
            ("疑似侵害", "programs:incident_list"),
            ("妇女与家庭", "members:woman_list"),
        ],
    ),
    (
        "惠民项目",
        [
            ("两癌筛查", "programs:campaign_list"),
            ("小额贷款", "programs:loan_list"),
            ("贷款贴息", "programs:subsidy_batch_list"),
            ("两癌救助", "programs:relief_list"),
            ("期次与资金", "programs:cycle_list"),
            ("向日葵关爱", "programs:child_list"),
            ("儿童档案查看", "programs:access_list"),
            ("资金支付", "programs:payment_list"),
            ("支付批次", "programs:payment_batch_list"),
            ("资金收支", "programs:fund_list"),
            ("公示", "outreach:notice_list"),
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
            ("导出审批", "export_leave_list"),
            ("留痕", "audit_list"),
            ("同一人经办", "programs:exception_list"),
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
# What the fault page says without asking a database that may be gone.
last_known = {"wordmark": "妇联工作平台"}
Waiting = Callable[[User], QuerySet[Any]]
WAITING: dict[str, Waiting] = {}
MOST_WAITING = 99


def count_waiting(route: str, waiting: Waiting) -> None:
    """An app says which rows wait behind one of its routes; counting them stops at 99.

    They may depend on the person's standing and on the day, and on nothing else that is not asked in their own query.
    """
    WAITING[route] = waiting


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


class Shell:
    """Each part is worked out when a template asks for it: a fragment or an error page has no navigation to count for."""

    def __init__(self, request: HttpRequest, user: User | None) -> None:
        self.request, self.user = request, user

    @cached_property
    def home(self) -> RoleGrant | None:
        return self.user.home_grant if self.user else None

    @property
    def other_grants(self) -> list[RoleGrant]:
        """Where else she works: the top bar lets her go there."""
        return [grant for grant in self.user.held_grants if grant != self.home] if self.user else []

    @property
    def unit(self) -> Organization | None:
        return self.home.organization if self.home else None

    @cached_property
    def wordmark(self) -> str:
        if self.home:
            name = self.home.city_name
        else:
            city = Organization.objects.filter(parent=None).order_by("path").first()
            name = city.short_name if city else "妇联"
        last_known["wordmark"] = f"{name}工作平台"
        return last_known["wordmark"]

    @cached_property
    def nav(self) -> list[Section]:
        if self.user is None:
            return []
        sections = [Section(title, self._items(entries)) for title, entries in NAV]
        return [section for section in sections if section.items]

    @cached_property
    def tabs(self) -> list[Item]:
        on_phone = self.request.path.startswith("/m/")
        return self._items(TABS) if self.user and on_phone else []

    @cached_property
    def counts(self) -> dict[str, int]:
        """How much waits behind each route that she may open, in one statement."""
        if self.user is None or not scoping.is_active():
            return {}
        user, opened = self.user, tuple(name for name in WAITING if self._opened(name))
        key = ("waiting", scoping.standing(user, on=timezone.localdate()))
        return kept_counts(MOST_WAITING, key, opened, lambda name: WAITING[name](user))

    def _opened(self, name: str) -> str:
        """The route's address if the person may open it: the same marks that guard the routes."""
        route = _route(name)
        return route[0] if route and route[1] and route[1].admits(self.request) else ""

    def _items(self, entries: list[tuple[str, str]]) -> list[Item]:
        found = []
        for label, name in entries:
            if url := self._opened(name):
                here = self.request.path == url or (name not in ROOTS and self.request.path.startswith(url))
                count = self.counts.get(name) if name in WAITING else None
                found.append(Item(label, url, here, count or None))
        return found

    @property
    def person(self) -> str:
        return masked_name(self.user.display_name) if self.user else ""

    @property
    def role_label(self) -> str:
        return Role(self.home.role).label if self.home else "未授权"

    @cached_property
    def notice(self) -> str:
        return TRIAL_NOTICE if self.user and goes_without(self.request, self.user) else ""

    @property
    def search_url(self) -> str:
        return self._opened("members:woman_find") if self.user else ""


@cache
def _route(name: str) -> tuple[str, Mark | None] | None:
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    return url, mark_of(resolve(url).func, name)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Anonymous pages have the wordmark only."""
    user = getattr(request, "user", None)
    return {"shell": Shell(request, user if user is not None and user.is_authenticated else None)}
