from __future__ import annotations

from django.contrib.admin import AdminSite, ModelAdmin
from django.urls import path

from federation.urls import handler403, handler404, handler500
from federation.urls import urlpatterns as portal_urls
from outreach.models import Visit

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


class VisitAdmin(ModelAdmin):
    """What a developer writes in five minutes: the same columns and filters as our page, and select_related."""

    list_display = ("visited_on", "woman", "organization", "mode", "target_group", "situation", "made_by")
    list_filter = ("mode", "target_group")
    list_select_related = ("woman", "organization", "made_by")
    search_fields = ("woman__name",)
    list_per_page = 50


site = AdminSite(name="admin")
site.register(Visit, VisitAdmin)
urlpatterns = [path("peer/", site.urls), *(entry for entry in portal_urls if getattr(entry, "app_name", "") != "admin")]
