"""The system administrator's pages: policy rules and accounts. No case content is registered here, ever."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from import_export import resources
from import_export.admin import ExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import CSV, XLSX
from import_export.widgets import BooleanWidget

from federation import audit
from federation.models import PolicyRule, User
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
    code = Field("code", column_name="规则")
    value = Field("value", column_name="取值")
    valid_from = Field("valid_from", column_name="施行日期")
    valid_to = Field("valid_to", column_name="失效日期")
    source = Field("source", column_name="依据")
    verified = Field("verified", column_name="已核对原文", widget=BooleanWidget())

    class Meta:
        model = PolicyRule
        fields = ["code", "value", "valid_from", "valid_to", "source", "verified"]


@admin.register(PolicyRule)
class PolicyRuleAdmin(ForAdministrators, ExportMixin, admin.ModelAdmin):
    """Ages, cycles, ceilings and deadlines, each with its days and its source. A rule that cases used is never deleted."""

    resource_classes = [PolicyRuleResource]
    formats = [XLSX, CSV]
    list_display = ["code", "value", "valid_from", "valid_to", "source", "verified"]
    list_filter = ["verified"]
    search_fields = ["code", "source"]
    ordering = ["code", "valid_from"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def save_model(self, request: HttpRequest, obj: PolicyRule, form: ModelForm[PolicyRule], change: bool) -> None:
        super().save_model(request, obj, form, change)
        by = request.user
        assert isinstance(by, User)
        audit.record("federation.policy.changed", obj, by=by, code=obj.code, value=obj.value)


@admin.register(User)
class UserAdmin(ForAdministrators, admin.ModelAdmin):
    """Open and close an account; roles and passwords have pages of their own."""

    list_display = ["username", "display_name", "is_active", "joined_at"]
    list_filter = ["is_active"]
    search_fields = ["username", "display_name"]
    fields = ["username", "display_name", "is_active", "must_change_password"]
    readonly_fields = ["username"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        by = request.user
        assert isinstance(by, User)
        state = "启用" if obj.is_active else "停用"
        audit.record("federation.account.changed", obj, by=by, state=state)
