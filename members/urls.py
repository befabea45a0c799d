from django.urls import path

from members.views import cadres, households, picking, women

app_name = "members"
urlpatterns = [
    path("desk/women/", women.woman_list, name="woman_list"),
    path("desk/women/find/", women.woman_find, name="woman_find"),
    path("desk/women/export/", women.woman_export, name="woman_export"),
    path("desk/women/pick/", picking.woman_pick, name="woman_pick"),
    path("desk/women/new/", women.woman_new, name="woman_new"),
    path("desk/women/<int:pk>/", women.woman_detail, name="woman_detail"),
    path("desk/women/<int:pk>/edit/", women.woman_edit, name="woman_edit"),
    path("desk/women/<int:pk>/leave/", women.woman_leave, name="woman_leave"),
    path("desk/women/<int:pk>/return/", women.woman_return, name="woman_return"),
    path("desk/women/<int:pk>/move/", women.woman_move, name="woman_move"),
    path("desk/households/", households.household_list, name="household_list"),
    path("desk/households/export/", households.household_export, name="household_export"),
    path("desk/households/new/", households.household_new, name="household_new"),
    path("desk/households/<int:pk>/", households.household_detail, name="household_detail"),
    path("desk/households/<int:pk>/edit/", households.household_edit, name="household_edit"),
    path("desk/cadres/", cadres.cadre_list, name="cadre_list"),
    path("desk/cadres/export/", cadres.cadre_export, name="cadre_export"),
    path("desk/cadres/new/", cadres.cadre_new, name="cadre_new"),
    path("desk/cadres/<int:pk>/", cadres.cadre_detail, name="cadre_detail"),
    path("desk/cadres/<int:pk>/edit/", cadres.cadre_edit, name="cadre_edit"),
    path("desk/cadres/<int:pk>/appoint/", cadres.appointment_new, name="appointment_new"),
    path("desk/appointments/<int:pk>/end/", cadres.appointment_end, name="appointment_end"),
]
