from django.contrib import admin
from django.urls import include, path

from federation import health
from federation.views import accounts, audits, exports, jobs, organizations, pages, tree_changes
from federation.views.reveal import reveal

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("large-type/", pages.large_type, name="large_type"),
    path("home/", pages.home, name="home"),
    path("desk/search/", pages.list_search, name="list_search"),
    path("unit/", pages.unit_choose, name="unit_choose"),
    path("accounts/invitation/<str:token>/", accounts.invitation_accept, name="invitation_accept"),
    path("accounts/", include("allauth.urls")),
    path("system/", admin.site.urls),
    path("desk/accounts/", accounts.account_list, name="account_list"),
    path("desk/accounts/invite/", accounts.invitation_new, name="invitation_new"),
    path("desk/accounts/grants/<int:pk>/withdraw/", accounts.grant_withdraw, name="grant_withdraw"),
    path("desk/audit/", audits.audit_list, name="audit_list"),
    path("desk/organizations/", organizations.organization_tree, name="organization_tree"),
    path("desk/organizations/<int:pk>/", organizations.organization, name="organization"),
    path("desk/organizations/<int:pk>/edit/", organizations.organization_edit, name="organization_edit"),
    path("desk/organizations/<int:pk>/rename/", organizations.organization_rename, name="organization_rename"),
    path("desk/organizations/<int:pk>/move/", organizations.organization_move, name="organization_move"),
    path("desk/organizations/<int:pk>/merge/", organizations.organization_merge, name="organization_merge"),
    path("desk/organizations/<int:pk>/close/", organizations.organization_close, name="organization_close"),
    path("desk/organizations/<int:pk>/reopen/", organizations.organization_reopen, name="organization_reopen"),
    path("desk/organizations/changes/<int:pk>/", tree_changes.tree_change, name="tree_change"),
    path("desk/organizations/changes/<int:pk>/confirm/", tree_changes.tree_change_confirm, name="tree_change_confirm"),
    path("desk/organizations/<int:pk>/open/", organizations.organization_open, name="organization_open"),
    path("desk/exports/", exports.export_leave_list, name="export_leave_list"),
    path("desk/exports/<int:pk>/", exports.export_leave, name="export_leave"),
    path("desk/jobs/", jobs.job_list, name="job_list"),
    path("desk/jobs/<uuid:pk>/", jobs.job, name="job"),
    path("desk/jobs/<uuid:pk>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("desk/jobs/<uuid:pk>/retry/", jobs.job_retry, name="job_retry"),
    path("desk/jobs/<uuid:pk>/download/", jobs.job_download, name="job_download"),
    path("desk/reveal/<str:model>/<int:pk>/<str:field>/", reveal, name="reveal"),
    path("", include("members.urls")),
    path("", include("outreach.urls")),
    path("", include("programs.urls")),
    path("", include("reports.urls")),
]

handler400 = "federation.views.pages.bad_request"
handler403 = "federation.views.pages.forbidden"
handler404 = "federation.views.pages.not_found"
handler500 = "federation.views.pages.server_error"
