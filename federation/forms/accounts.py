from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.validators import RegexValidator

from federation.forms.branches import BranchChoiceField
from federation.models import Level, Organization, User
from federation.permissions import INVITABLE, Role, may_invite

# At which level a role is held.
_LEVELS = {
    Role.VILLAGE_DIRECTOR: {Level.VILLAGE, Level.COMMUNITY},
    Role.TOWNSHIP_OFFICER: {Level.TOWNSHIP},
}


class InvitationForm(forms.Form):
    display_name = forms.CharField(label="姓名", max_length=40)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        roles = set().union(*(INVITABLE.get(role, frozenset()) for role in user.roles))
        open_branches = Organization.objects.visible_to(user).filter(closed_on=None)
        self.fields["organization"] = BranchChoiceField(open_branches.in_tree_order(), label="组织")
        choices = [(role.value, role.label) for role in Role if role in roles]
        self.fields["role"] = forms.TypedChoiceField(label="角色", choices=choices, coerce=Role)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        role, organization = given.get("role"), given.get("organization")
        if role and organization:
            if not may_invite(self.user, role, organization):
                self.add_error("organization", f"您不能在{organization.short_name}开通“{role.label}”账号。")
            levels = _LEVELS.get(role, {Level.CITY})
            if organization.level not in levels:
                wanted = "或".join(level.label for level in Level if level in levels)
                self.add_error("organization", f"“{role.label}”要设在{wanted}一级的组织。")
        return given


class AcceptanceForm(forms.Form):
    username = forms.CharField(
        label="账号",
        max_length=40,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9_.-]{2,39}$", "账号用小写字母开头的字母、数字，3 至 40 位，例如 qingshi_zhou。"
            )
        ],
    )
    password = forms.CharField(
        label="密码", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )
    repeated = forms.CharField(
        label="再输一次密码", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts()[:1])

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError("这个账号已有人使用，请换一个。")
        return username

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(username=self.cleaned_data.get("username", "")))
        return password

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password") and given.get("repeated") != given["password"]:
            self.add_error("repeated", "两次输入的密码不一样。")
        return given
