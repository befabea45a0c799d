"""Accounts of the demo city: one a role with a known password, and one for every branch without any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from federation.models import Organization, RoleGrant, User
from federation.permissions import Role
from reports.demo import people
from reports.demo.places import CITY
from reports.demo.stage import Stage

PASSWORD = "Lanhe@2026"
_BEGAN = date(2013, 1, 1)


@dataclass(frozen=True)
class DemoAccount:
    username: str
    display_name: str
    role: Role
    place: str
    shows: str


ACCOUNTS = (
    DemoAccount("yangliu", "刘春梅", Role.VILLAGE_DIRECTOR, "杨柳村", "手机页：今天要做、记走访"),
    DemoAccount("qingshi", "周小燕", Role.TOWNSHIP_OFFICER, "青石镇", "本镇走访、诉求、名册"),
    DemoAccount("nantang", "彭桂英", Role.TOWNSHIP_OFFICER, "南塘镇", "邻镇：看不到青石镇的任何记录"),
    DemoAccount("shifulian", "孙丽华", Role.CITY_OFFICER, CITY, "全市项目、年度总结"),
    DemoAccount("zuzhi", "杨慧", Role.CITY_OFFICER, CITY, "确认组织的划转、合并和撤销（提出和确认须两人）"),
    DemoAccount("quanyi", "何静", Role.RIGHTS_OFFICER, CITY, "权益诉求：婚姻家庭、人身安全、土地"),
    DemoAccount("fuyou", "陈医生", Role.SCREENING_HOSPITAL, CITY, "上传筛查结果，只有医院看得到结果"),
    DemoAccount("caiwu", "钱敏", Role.FINANCE_OFFICER, CITY, "救助资金拨付"),
    DemoAccount("fuhe", "吴芳", Role.FINANCE_REVIEWER, CITY, "拨付复核"),
    DemoAccount("lingdao", "赵敏", Role.LEADER, CITY, "全年情况、下载年度总结"),
    DemoAccount("shenji", "郑洁", Role.AUDITOR, CITY, "查阅（隐去个人信息）、留痕"),
    DemoAccount("aixin", "林爱心", Role.SPONSOR, CITY, "结对孩子的编号卡片、提醒、记联系"),
    DemoAccount("guanli", "高洁", Role.SYSTEM_ADMINISTRATOR, CITY, "账号与系统设置"),
)


def open_accounts(stage: Stage) -> None:
    by_division = {branch.division_name: branch for branch in Organization.objects.in_tree_order()}
    # One hash serves all: deriving it is slow by design.
    password = make_password(PASSWORD)
    known = [
        (
            _user(account.username, account.display_name, password, account.role),
            by_division[account.place],
            account.role,
        )
        for account in ACCOUNTS
    ]
    taken = {branch.pk for _, branch, role in known if role in (Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_OFFICER)}
    others = [
        (_user(f"d{branch.code}", people.woman_name(stage.random), make_password(None), role), branch, role)
        for branches, role in ((stage.townships, Role.TOWNSHIP_OFFICER), (stage.villages, Role.VILLAGE_DIRECTOR))
        for branch in branches
        if branch.pk not in taken
    ]
    User.objects.bulk_create(user for user, _, _ in known + others)
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, organization=branch, role=role, starts_on=_BEGAN) for user, branch, role in known + others
    )


def _user(username: str, display_name: str, password: str, role: Role) -> User:
    return User(
        username=username,
        display_name=display_name,
        password=password,
        is_demo=True,
        is_staff=role == Role.SYSTEM_ADMINISTRATOR,
        password_changed_at=timezone.now(),
    )
