"""The system administrator's pages: rules and accounts, in Chinese, audited, and no case content."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from federation.models import AuditEntry, DayAdjustment, PolicyRule, User
from federation.models.policy import RULE_NAMES

ClientOf = Callable[[User], Client]


@pytest.fixture
def rule(db: None) -> PolicyRule:
    return PolicyRule.objects.create(code="test.days", value="30", source="测试依据")


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULE_NAMES, "test.days", "测试天数")


def test_only_rules_and_accounts_are_registered() -> None:
    assert {model._meta.label for model in admin.site._registry} & {"members.Woman", "outreach.Need"} == set()
    own = {model for model in admin.site._registry if model._meta.app_label in ("federation", "members", "outreach")}
    assert own == {DayAdjustment, PolicyRule, User}


def test_administrator_changes_a_rule_and_it_is_audited(
    rule: PolicyRule, administrator: User, client_of: ClientOf
) -> None:
    url = reverse("admin:federation_policyrule_change", args=[rule.pk])
    answer = client_of(administrator).post(url, {"code": "test.days", "value": "20", "source": "测试依据"})
    assert answer.status_code == 302
    rule.refresh_from_db()
    entry = AuditEntry.objects.get(action="federation.policy.changed")
    assert (rule.value, entry.actor, entry.details) == (
        "20",
        administrator,
        {"code": "test.days", "name": "test.days", "value": "20"},
    )


def test_rule_is_never_deleted(rule: PolicyRule, administrator: User, client_of: ClientOf) -> None:
    url = reverse("admin:federation_policyrule_delete", args=[rule.pk])
    assert client_of(administrator).post(url, {"post": "yes"}).status_code == 403
    assert PolicyRule.objects.filter(pk=rule.pk).exists()


@pytest.mark.parametrize("name", ["index", "federation_policyrule_changelist", "federation_user_changelist"])
def test_pages_are_for_administrators(name: str, administrator: User, city_officer: User, client_of: ClientOf) -> None:
    url = reverse(f"admin:{name}")
    assert client_of(administrator).get(url).status_code == 200
    assert client_of(city_officer).get(url).status_code == 403


def test_rules_leave_as_a_workbook(rule: PolicyRule, administrator: User, client_of: ClientOf) -> None:
    answer = client_of(administrator).get(reverse("admin:federation_policyrule_export"))
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active.rows]
    assert rows[0] == ["规则", "代码", "取值", "施行日期", "失效日期", "依据", "已核对原文"]
    assert ["test.days", "30"] in [row[1:3] for row in rows]


def test_every_rule_in_the_table_has_a_name(db: None) -> None:
    assert {code for code in PolicyRule.objects.values_list("code", flat=True) if code not in RULE_NAMES} == set()


@pytest.mark.usefixtures("named")
def test_rule_is_chosen_by_its_meaning_and_keeps_it(rule: PolicyRule, administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    form = client.get(reverse("admin:federation_policyrule_add")).context["adminform"].form
    assert ("test.days", "测试天数") in form.fields["code"].choices
    page = client.get(reverse("admin:federation_policyrule_change", args=[rule.pk])).content.decode()
    assert "测试天数" in page
    assert 'name="code"' not in page


def test_password_is_changed_on_the_portal_page_only(administrator: User, client_of: ClientOf) -> None:
    assert client_of(administrator).get(reverse("admin:password_change")).status_code == 403


# Words that the browser shows or reads out, by where they stand; our own codes and accounts apart.
SPOKEN = re.compile(r'(?:alt|title|placeholder|aria-label|summary)="([^"]*)"|>([^<]+)<')
# Rule codes, account names, and what Chinese documents themselves write in Latin letters.
OWN = re.compile(r"[a-z_]+(?:\.[a-z_]+)+|HPV|LPR|xlsx|administrator|&\w+;|(?<![A-Za-z])[ABC]′?(?![A-Za-z])")


@pytest.mark.parametrize(
    "name",
    [
        "index",
        "federation_policyrule_changelist",
        "federation_policyrule_add",
        "federation_user_changelist",
        "federation_dayadjustment_add",
    ],
)
def test_no_english_on_the_pages(name: str, rule: PolicyRule, administrator: User, client_of: ClientOf) -> None:
    page = client_of(administrator).get(reverse(f"admin:{name}")).content.decode()
    page = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.S)
    said = {OWN.sub("", " ".join(found)).strip() for found in SPOKEN.findall(page)}
    assert {words for words in said if re.search("[A-Za-z]", words)} == set()


def test_closing_an_account_is_audited(village_director: User, administrator: User, client_of: ClientOf) -> None:
    url = reverse("admin:federation_user_change", args=[village_director.pk])
    assert client_of(administrator).post(url, {"display_name": "刘春梅"}).status_code == 302
    village_director.refresh_from_db()
    assert not village_director.is_active
    assert AuditEntry.objects.get(action="federation.account.changed").details == {"state": "停用"}


def test_two_accounts_of_one_person_are_joined(
    village_director: User, township_officer: User, administrator: User, client_of: ClientOf
) -> None:
    url = reverse("admin:federation_user_change", args=[village_director.pk])
    typed = {"display_name": "刘春梅", "is_active": "on", "same_person_as": "nobody"}
    refused = client_of(administrator).post(url, typed).content.decode()
    assert "没有“nobody”这个账号" in refused
    typed["same_person_as"] = township_officer.username
    assert client_of(administrator).post(url, typed).status_code == 302
    village_director.refresh_from_db()
    assert village_director.person == township_officer.person
    assert AuditEntry.objects.filter(action="federation.account.joined").count() == 1
