"""The system administrator's pages: policy rules and accounts. No case content is registered here, ever."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from import_export import resources
from import_export.admin import ExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import XLSX
from import_export.widgets import BooleanWidget

from federation import audit
from federation.models import DayAdjustment, PolicyRule, User
from federation.models.policy import RULE_NAMES
from federation.permissions import Role

admin.site.site_header = admin.site.site_title = "系统管理"
admin.site.index_title = "账号与设置"


class ForAdministrators:
    """The role decides, as everywhere; Django's own permissions are not handed out."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.has_role(Role.SYSTEM_ADMINISTRATOR)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PolicyRuleResource(resources.ModelResource):
    name = Field("name", column_name="规则")
    code = Field("code", column_name="代码")
    value = Field("value", column_name="取值")
    valid_from = Field("valid_from", column_name="施行日期")
    valid_to = Field("valid_to", column_name="失效日期")
    source = Field("source", column_name="依据")
    verified = Field("verified", column_name="已核对原文", widget=BooleanWidget())

    class Meta:
        model = PolicyRule
        fields = ["name", "code", "value", "valid_from", "valid_to", "source", "verified"]


@admin.register(PolicyRule)
class PolicyRuleAdmin(ForAdministrators, ExportMixin, admin.ModelAdmin):
    """Ages, cycles, ceilings and deadlines, each with its days and its source. A rule that cases used is never deleted."""

    resource_classes = [PolicyRuleResource]
    formats = [XLSX]
    skip_export_form = True
    show_facets = admin.ShowFacets.NEVER
    list_display = ["named", "value", "valid_from", "valid_to", "source", "is_verified"]
    list_filter = ["verified"]
    search_fields = ["source"]
    search_help_text = "按依据查，例如 财金〔2023〕75号"
    ordering = ["code", "valid_from"]
    fields = ["code", "value", "valid_from", "valid_to", "source", "verified"]
    # The browser's own calendar: the package's speaks of its days in English letters.
    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    }

    @admin.display(description="规则", ordering="code")
    def named(self, rule: PolicyRule) -> str:
        return rule.name

    @admin.display(description="已核对原文", ordering="verified")
    def is_verified(self, rule: PolicyRule) -> str:
        return "是" if rule.verified else "还没有"

    @admin.display(description="代码")
    def coded(self, rule: PolicyRule) -> str:
        return rule.code

    def get_fields(self, request: HttpRequest, obj: PolicyRule | None = None) -> list[Any]:
        """A rule keeps its meaning for good; what it allows is what changes."""
        return ["named", *(self.fields or [])[1:], "coded"] if obj else list(self.fields or [])

    def get_readonly_fields(self, request: HttpRequest, obj: PolicyRule | None = None) -> list[str]:
        return ["named", "coded"] if obj else []

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Only rules that the portal asks for can be added, chosen by what they mean."""
        if db_field.name == "code":
            known = sorted(RULE_NAMES.items(), key=lambda pair: pair[0])
            return forms.ChoiceField(label="规则", choices=[("", "请选择"), *known])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def save_model(self, request: HttpRequest, obj: PolicyRule, form: ModelForm[PolicyRule], change: bool) -> None:
        super().save_model(request, obj, form, change)
        by = request.user
        assert isinstance(by, User)
        audit.record("federation.policy.changed", obj, by=by, code=obj.code, name=obj.name, value=obj.value)


@admin.register(DayAdjustment)
class DayAdjustmentAdmin(ForAdministrators, admin.ModelAdmin):
    """Days worked or free otherwise than the published calendar has them. A day that limits were counted by stays."""

    show_facets = admin.ShowFacets.NEVER
    list_display = ["on", "state", "source"]
    search_fields = ["source"]
    search_help_text = "按依据查，例如 国办发明电"
    fields = ["on", "is_worked", "source"]
    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    }

    @admin.display(description="这一天", ordering="is_worked")
    def state(self, day: DayAdjustment) -> str:
        return "上班" if day.is_worked else "放假"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def save_model(self, request: HttpRequest, obj: DayAdjustment, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        by = request.user
        assert isinstance(by, User)
        audit.record("federation.day.adjusted", obj, by=by, on=f"{obj.on:%Y-%m-%d}", state=self.state(obj))


class AccountForm(forms.ModelForm):
    same_person_as = forms.CharField(
        label="与哪个账号是同一人",
        required=False,
        max_length=40,
        help_text="填另一个账号。经办和复核按人分开：同一人的几个账号算一个人",
    )

    def clean_same_person_as(self) -> User | None:
        username = self.cleaned_data["same_person_as"].strip()
        if not username:
            return None
        other = User.objects.exclude(pk=self.instance.pk).filter(username=username).first()
        if other is None:
            raise forms.ValidationError(f"没有“{username}”这个账号，请照账号名单填，例如 qingshi")
        return other


@admin.register(User)
class UserAdmin(ForAdministrators, admin.ModelAdmin):
    """Open and close an account; roles and passwords have pages of their own."""

    show_facets = admin.ShowFacets.NEVER
    list_display = ["username", "display_name", "is_open", "joined_at"]
    list_filter = ["is_active"]
    search_fields = ["username", "display_name"]
    form = AccountForm
    fields = ["username", "display_name", "is_active", "must_change_password", "others", "same_person_as"]
    readonly_fields = ["username", "others"]

    @admin.display(description="启用", ordering="is_active")
    def is_open(self, account: User) -> str:
        return "是" if account.is_active else "已停用"

    @admin.display(description="本人的其他账号")
    def others(self, account: User) -> str:
        others = User.objects.filter(person=account.person).exclude(pk=account.pk).order_by("username")
        return "、".join(others.values_list("username", flat=True)) or "没有"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        other: User | None = form.cleaned_data.get("same_person_as")
        if other is not None:
            obj.person = other.person
        super().save_model(request, obj, form, change)
        by = request.user
        assert isinstance(by, User)
        state = "启用" if obj.is_active else "停用"
        audit.record("federation.account.changed", obj, by=by, state=state)
        if other is not None:
            audit.record("federation.account.joined", obj, by=by, username=other.username)
