"""The second factor at sign-in: who needs it, who has it, how its secrets are kept."""

from __future__ import annotations

import base64
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from federation import sealed
from federation.models import User

_PLACE = "second-factor"
TRIAL_NOTICE = "试用：演示账号在这台电脑上登录不要动态口令。正式运行时，这个岗位登录必须用动态口令。"


class PortalMFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "您的岗位必须用动态口令，不能停用。",
        "cannot_generate_recovery_codes": "先设好动态口令，才能生成备用码。",
        "incorrect_code": "口令不对。请看手机上现在显示的 6 位数字。",
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(sealed.seal_bytes(text.encode(), place=_PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealed.unseal_bytes(base64.b64decode(encrypted_text), place=_PLACE).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        user: User = authenticator.user
        return not user.needs_second_factor()


def has_second_factor(request: HttpRequest, user: User) -> bool:
    """Set up, or not asked for. Looked up once a session: who needs it cannot take it away again."""
    if is_excused(request, user):
        return True
    key = "second_factor"
    if request.session.get(key) != user.pk and is_mfa_enabled(user):
        request.session[key] = user.pk
    return bool(request.session.get(key) == user.pk)


def goes_without(request: HttpRequest, user: User) -> bool:
    """Excused, and has not set one up of her own accord."""
    return is_excused(request, user) and not user.has_set_up_second_factor


def is_excused(request: HttpRequest, user: User) -> bool:
    """The trial lets its demo accounts in without, from this machine only; the page says so (TRIAL_NOTICE)."""
    from_here = request.META.get("REMOTE_ADDR", "") in ("127.0.0.1", "::1")
    return bool(settings.DEMO_LOOPBACK_WITHOUT_TOTP and user.is_demo and from_here and user.needs_second_factor())
