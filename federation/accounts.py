"""Accounts: closed sign-up, invitation by the branch above, password change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from federation import audit
from federation.models import Invitation, Organization, RoleGrant, User
from federation.permissions import Role


class PortalAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        user.must_change_password = False
        user.password_changed_at = timezone.now()
        super().set_password(user, password)


@transaction.atomic
def invite(*, display_name: str, organization: Organization, role: Role, by: User, at: datetime) -> str:
    """The token of a one-time link, valid seven days. It is shown once and never stored."""
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
        raise ValidationError("这个邀请已用过或已过期，请邀请您的上级妇联重新发一个。")
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
