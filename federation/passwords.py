"""Password rules of domain.md §12.2: ten characters, three of four classes, none of the last five."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from federation.models import User

SHORTEST = 10
REMEMBERED = 5
_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)


class LengthAndClasses:
    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(f"密码至少 {SHORTEST} 位，现在是 {len(password)} 位。", code="too_short")
        kinds = sum(any(char in group for char in password) for group in _CLASSES)
        kinds += any(char not in "".join(_CLASSES) for char in password)
        if kinds < 3:
            raise ValidationError(
                "密码要含大写字母、小写字母、数字、符号中的三种，例如 Lanhe-2026ab。", code="too_plain"
            )

    def get_help_text(self) -> str:
        return f"至少 {SHORTEST} 位，含大写字母、小写字母、数字、符号中的三种。"


class NotRecentlyUsed:
    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        used = [past.password for past in user.past_passwords.all()[:REMEMBERED]]
        if any(check_password(password, hashed) for hashed in [user.password, *used] if hashed):
            raise ValidationError(f"不能和最近 {REMEMBERED} 次用过的密码相同。", code="reused")

    def password_changed(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        user.past_passwords.create(password=user.password)
        for past in list(user.past_passwords.all()[REMEMBERED:]):
            past.delete()

    def get_help_text(self) -> str:
        return f"不能和最近 {REMEMBERED} 次用过的密码相同。"
