from django.urls import URLPattern, URLResolver, path

from outreach.views import follow_ups, lectures, needs, phone, visit_pages, visits

app_name = "outreach"
urlpatterns: list[URLPattern | URLResolver] = [
    path("m/", phone.today, name="today"),
    path("m/visits/", phone.visit_history, name="visit_history"),
    path("m/visits/<int:pk>/", phone.visit_on_phone, name="visit_on_phone"),
    path("m/visits/new/", visit_pages.visit_begin, name="visit_begin"),
    path("m/visits/new/who/", visit_pages.visit_who, name="visit_who"),
    path("m/visits/new/woman/", visit_pages.visit_woman, name="visit_woman"),
    path("m/visits/new/how/", visit_pages.visit_how, name="visit_how"),
    path("m/visits/new/needs/", visit_pages.visit_needs, name="visit_needs"),
    path("m/visits/new/words/", visit_pages.visit_words, name="visit_words"),
    path("m/visits/new/check/", visit_pages.visit_check, name="visit_check"),
    path("m/visits/new/drop/", visit_pages.visit_drop, name="visit_drop"),
    path("m/women/", phone.village_women, name="village_women"),
    path("m/needs/<int:pk>/", phone.need_on_phone, name="need_on_phone"),
    path("m/follow-ups/<int:pk>/", phone.follow_up_on_phone, name="follow_up_on_phone"),
    path("m/danger/", phone.danger, name="danger"),
    path("m/more/", phone.more, name="more"),
    path("desk/visits/", visits.visit_list, name="visit_list"),
    path("desk/visits/export/", visits.visit_export, name="visit_export"),
    path("desk/visits/<int:pk>/", visits.visit_detail, name="visit_detail"),
    path("desk/needs/", needs.need_list, name="need_list"),
    path("desk/needs/export/", needs.need_export, name="need_export"),
    path("desk/needs/<int:pk>/", needs.need_detail, name="need_detail"),
    path("desk/needs/<int:pk>/withdraw/", needs.need_withdraw, name="need_withdraw"),
    path("desk/follow-ups/", follow_ups.follow_up_list, name="follow_up_list"),
    path("desk/follow-ups/export/", follow_ups.follow_up_export, name="follow_up_export"),
    path("desk/follow-ups/<int:pk>/", follow_ups.follow_up_record, name="follow_up_record"),
    path("desk/lectures/", lectures.lecture_list, name="lecture_list"),
    path("desk/lectures/export/", lectures.lecture_export, name="lecture_export"),
    path("desk/lectures/new/", lectures.lecture_new, name="lecture_new"),
    path("desk/lectures/<int:pk>/", lectures.lecture_detail, name="lecture_detail"),
    path("desk/lectures/<int:pk>/edit/", lectures.lecture_edit, name="lecture_edit"),
]
