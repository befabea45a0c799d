"""The system administrator's pages: rules and accounts, in Chinese, audited, and no case content."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from federation.models import AuditEntry, PolicyRule, User

ClientOf = Callable[[User], Client]


@pytest.fixture
def rule(db: None) -> PolicyRule:
    return PolicyRule.objects.create(code="test.days", value="30", source="测试依据")


def test_only_rules_and_accounts_are_registered() -> None:
    assert {model._meta.label for model in admin.site._registry} & {"members.Woman", "outreach.Need"} == set()
    own = {model for model in admin.site._registry if model._meta.app_label in ("federation", "members", "outreach")}
    assert own == {PolicyRule, User}


def test_administrator_changes_a_rule_and_it_is_audited(
    rule: PolicyRule, administrator: User, client_of: ClientOf
) -> None:
    url = reverse("admin:federation_policyrule_change", args=[rule.pk])
    answer = client_of(administrator).post(url, {"code": "test.days", "value": "20", "source": "测试依据"})
    assert answer.status_code == 302
    rule.refresh_from_db()
    entry = AuditEntry.objects.get(action="federation.policy.changed")
    assert (rule.value, entry.actor, entry.details) == ("20", administrator, {"code": "test.days", "value": "20"})


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
    fields = {f"policyruleresource_{name}": "on" for name in ("code", "value", "source")}
    answer = client_of(administrator).post(
        reverse("admin:federation_policyrule_export"), {"format": "1", "resource": "", **fields}
    )
    assert answer.status_code == 200
    assert "test.days" in answer.content.decode()


def test_closing_an_account_is_audited(village_director: User, administrator: User, client_of: ClientOf) -> None:
    url = reverse("admin:federation_user_change", args=[village_director.pk])
    assert client_of(administrator).post(url, {"display_name": "刘春梅"}).status_code == 302
    village_director.refresh_from_db()
    assert not village_director.is_active
    assert AuditEntry.objects.get(action="federation.account.changed").details == {"state": "停用"}
