from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite, ModelAdmin, RelatedFieldListFilter
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html_join

from federation.models.organization import Level
from federation.sealed import masked_name
from federation.templatetags.days import due
from federation.urls import handler403, handler404, handler500
from federation.urls import urlpatterns as portal_urls
from outreach.models import Need, Visit
from outreach.templatetags.needs import visit_state

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


class TownshipFilter(RelatedFieldListFilter):
    """As many links as our select of branches has options, not one for each of the city's villages."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        townships = {"level": Level.TOWNSHIP, "closed_on": None}
        return field.get_choices(include_blank=False, ordering=("path",), limit_choices_to=townships)


class VisitAdmin(ModelAdmin):
    """The page that a developer writes with the stock ModelAdmin for the columns and filters of our list of visits.

    The same eleven columns, the same filters (the two dates are admin's own date filter), the same search, order and
    number of rows. Nothing makes it slow: every row's relations come in the same two queries as ours, and the second
    count of all rows is switched off. What our page has beyond it, it does without: tabs with counts, navigation with
    what waits, bounds of a person's scope. It runs in the portal's own server, behind the same middleware.
    """

    list_display = (
        "day",
        "code",
        "branch",
        "person",
        "mode",
        "target_group",
        "categories",
        "words",
        "due",
        "state",
        "visitor",
    )
    list_display_links = ("code",)
    list_filter = ("visited_on", ("township", TownshipFilter), "needs__category", "mode", "target_group")
    search_fields = ("woman__name", "woman__initials")
    ordering = ("-visited_on", "-id")
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Visit]:
        visits: Any = super().get_queryset(request)
        return visits.in_brief().prefetch_related(Prefetch("needs", Need.objects.order_by("pk"), to_attr="raised"))

    @admin.display(description="走访日期", ordering="visited_on")
    def day(self, visit: Visit) -> str:
        return f"{visit.visited_on:%Y-%m-%d}"

    @admin.display(description="编号")
    def code(self, visit: Visit) -> str:
        return visit.number

    @admin.display(description="村（社区）")
    def branch(self, visit: Visit) -> str:
        return visit.organization.short_name

    @admin.display(description="对象")
    def person(self, visit: Visit) -> str:
        return visit.whom()

    @admin.display(description="妇情类别")
    def categories(self, visit: Any) -> str:
        return "、".join(need.get_category_display() for need in visit.raised)

    @admin.display(description="情况与诉求")
    def words(self, visit: Any) -> str:
        return visit.situation + "".join(f" “{need.words}”" for need in visit.raised if need.words)

    @admin.display(description="承诺时限")
    def due(self, visit: Any) -> str:
        return format_html_join("", "<div>{}</div>", ((due(need.due_on),) for need in visit.raised if need.is_open()))

    @admin.display(description="状态")
    def state(self, visit: Any) -> str:
        today: date = timezone.localdate()
        return visit_state(visit.raised, today)

    @admin.display(description="走访人")
    def visitor(self, visit: Visit) -> str:
        return masked_name(visit.made_by.display_name)


site = AdminSite(name="admin")
site.register(Visit, VisitAdmin)
urlpatterns = [path("peer/", site.urls), *(entry for entry in portal_urls if getattr(entry, "app_name", "") != "admin")]
