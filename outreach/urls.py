from django.urls import URLPattern, URLResolver, path

from outreach.views import phone, visit_pages

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
    path("m/women/", phone.village_women, name="village_women"),
    path("m/needs/<int:pk>/", phone.need_on_phone, name="need_on_phone"),
    path("m/follow-ups/<int:pk>/", phone.follow_up_on_phone, name="follow_up_on_phone"),
    path("m/danger/", phone.danger, name="danger"),
    path("m/more/", phone.more, name="more"),
]
