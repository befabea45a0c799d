"""The account package's forms in the federation's words; what they check is the package's."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts


def _say(form: forms.Form, name: str, label: str, help_text: str = "") -> None:
    field = form.fields[name]
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)


class SignInForm(account.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", "账号")
        _say(self, "password", "密码")

    def add_error(self, field: str | None, error: Any) -> None:
        """What is wrong with the pair stands at the password, where the hand is."""
        super().add_error(field or "password", error)


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", "现在的密码")
        _say(self, "password1", "新密码", "".join(password_validators_help_texts()[:1]))
        _say(self, "password2", "再输一次新密码")


class ReauthenticateForm(account.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", "密码")


def _say_code(form: forms.Form, help_text: str) -> None:
    _say(form, "code", "验证码", help_text)
    form.fields["code"].widget.attrs.update(autocomplete="one-time-code", autofocus=True)


class CodeForm(mfa.AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self, "手机验证器上的 6 位数字，或一个没用过的备用码")


class CodeAgainForm(mfa.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self, "手机验证器上的 6 位数字，或一个没用过的备用码")


class SecondFactorForm(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self, "手机验证器上现在显示的 6 位数字")
