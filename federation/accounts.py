"""Accounts: closed sign-up, invitation by the branch above, password change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from federation import audit
from federation.models import Invitation, Organization, RoleGrant, User
from federation.permissions import Role, may_invite


class PortalAccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "这个账号已停用，请找给您开通账号的上级妇联。",
        "enter_current_password": "请填现在的密码。",
        "incorrect_password": "现在的密码不对。",
        "invalid_login": "账号或密码不对。",
        "too_many_login_attempts": "错的次数太多，请 15 分钟后再试；忘了密码，请找给您开通账号的上级妇联。",
        "username_password_mismatch": "账号或密码不对。连错 5 次要等 15 分钟；忘了密码，请找给您开通账号的上级妇联。",
        "rate_limited": "点得太快了，请过一分钟再试。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        user.must_change_password = False
        user.password_changed_at = timezone.now()
        super().set_password(user, password)


@transaction.atomic
def invite(*, display_name: str, organization: Organization, role: Role, by: User, at: datetime) -> str:
    """The token of a one-time link, valid seven days. It is shown once and never stored."""
    if not may_invite(by, role, organization):
        raise PermissionDenied
    token = Invitation.new_token()
    invitation = Invitation.objects.create(
        token_hash=Invitation.hash_of(token),
        display_name=display_name,
        organization=organization,
        role=role,
        invited_by=by,
        invited_at=at,
    )
    audit.record("federation.invitation.sent", invitation, by=by, role=role.label, branch=organization.short_name)
    return token


@transaction.atomic
def accept(invitation: Invitation, *, username: str, password: str, at: datetime) -> User:
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not invitation.is_open(at=at):
        raise ValidationError("这个邀请已用过或已过期，请您的上级妇联重新发一个。")
    inviter, role = invitation.invited_by, Role(invitation.role)
    if not inviter.is_active or not may_invite(inviter, role, invitation.organization):
        raise ValidationError("邀请人已不能开通这个账号，请您的上级妇联重新发一个。")
    user = User.objects.create_user(username, password, display_name=invitation.display_name, password_changed_at=at)
    RoleGrant.objects.create(
        user=user,
        organization=invitation.organization,
        role=invitation.role,
        starts_on=timezone.localdate(at),
        granted_by=invitation.invited_by,
    )
    invitation.accepted_by, invitation.accepted_at = user, at
    invitation.save()
    audit.record("federation.invitation.accepted", invitation, by=user)
    return user


@transaction.atomic
def withdraw_grant(grant: RoleGrant, *, by: User, at: datetime) -> None:
    """The role ends today; scope and menus follow with the next request, jobs with their next step."""
    grant.ends_on = timezone.localdate(at)
    grant.save()
    audit.record("federation.grant.withdrawn", grant, by=by, role=Role(grant.role).label)
