"""Days by village, consent by version, who came on the day, and the one click that asks for a visit."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from federation import scoping
from federation.models import Organization, PolicyRule, User
from members.models import Woman
from outreach.models import FollowUp
from programs.models import Campaign, Screening, ScreeningAppointment, ScreeningConsent, ScreeningDay
from programs.screening import appointing
from programs.tests.build import build_appointment, build_campaign, build_day, build_exclusion, build_result

Asking = Callable[[User], Client]
DAY, EVE = date(2016, 5, 1), date(2016, 4, 30)


@pytest.fixture
def campaign(city: Organization) -> Campaign:
    return build_campaign(city)


def woman_of(village: Organization, name: str = "张小兰") -> Woman:
    return Woman.objects.create(organization=village, name=name, birth_on=date(1975, 5, 6), no_id_reason="lost")


def day_of(campaign: Campaign, village: Organization, names: str = "") -> ScreeningDay:
    for name in names:
        woman_of(village, f"张{name}")
    return build_day(campaign, village)


def test_day_is_filled_up_to_its_quota(campaign: Campaign, village: Organization, village_director: User) -> None:
    with scoping.of_user(village_director):
        day = day_of(campaign, village, "甲乙丙")
        assert (appointing.fill(day, by=village_director), appointing.fill(day, by=village_director)) == (2, 0)
        with pytest.raises(ValidationError, match="最多 2 人，已经约满"):
            appointing.book(day, woman_of(village), by=village_director)


def test_nobody_is_down_for_two_days(campaign: Campaign, village: Organization, village_director: User) -> None:
    with scoping.of_user(village_director):
        day, other = day_of(campaign, village), build_day(campaign, village, day=date(2016, 5, 2))
        woman = woman_of(village)
        appointing.book(day, woman, by=village_director)
        with pytest.raises(ValidationError, match="她已约在 2016-05-01"):
            appointing.book(other, woman, by=village_director)
        assert appointing.fill(other, by=village_director) == 0


def test_excluded_woman_is_not_booked(campaign: Campaign, village: Organization, village_director: User) -> None:
    with scoping.of_user(village_director):
        woman = woman_of(village)
        build_exclusion(woman, by=village_director, breast=True)
        with pytest.raises(ValidationError, match="她不用叫：宫颈癌不查：医学原因"):
            appointing.book(day_of(campaign, village), woman, by=village_director)


def test_who_came_has_signed_and_is_screened(campaign: Campaign, village: Organization, hospital: User) -> None:
    with scoping.of_user(hospital):
        booked = build_appointment(day_of(campaign, village), woman_of(village), by=hospital)
        with pytest.raises(ValidationError, match="没有签知情同意书的不能查"):
            appointing.mark(booked, came=True, consented=False, on=DAY, by=hospital)
        appointing.mark(booked, came=True, consented=True, on=DAY, by=hospital)
        screening = Screening.objects.visible_to(hospital).get()
        consent = ScreeningConsent.objects.visible_to(hospital).get()
        assert (screening.attended_on, screening.cervical_due_on, consent.version) == (DAY, date(2019, 5, 1), "2022版")
        with pytest.raises(ValidationError, match="以先登记的为准"):
            appointing.mark(booked, came=False, consented=False, on=DAY, by=hospital)


def test_older_version_must_be_signed_anew(campaign: Campaign, village: Organization, hospital: User) -> None:
    PolicyRule.objects.filter(code="screening.consent_version").update(valid_to=DAY)
    PolicyRule.objects.create(code="screening.consent_version", value="2016修订版", valid_from=DAY, source="试")
    with scoping.of_user(hospital):
        woman = woman_of(village)
        ScreeningConsent.objects.create(
            campaign=campaign, woman=woman, organization=village, version="2022版", signed_on=EVE, recorded_by=hospital
        )
        assert appointing.consent_of(woman, campaign, user=hospital, on=EVE) is not None
        assert appointing.consent_of(woman, campaign, user=hospital, on=DAY) is None


def test_missed_is_called_again(campaign: Campaign, village: Organization, village_director: User) -> None:
    with scoping.of_user(village_director):
        booked = build_appointment(day_of(campaign, village), woman_of(village), by=village_director)
        with pytest.raises(ValidationError, match="还没有到"):
            appointing.mark(booked, came=False, consented=False, on=EVE, by=village_director)
        appointing.mark(booked, came=False, consented=False, on=DAY, by=village_director)
        assert appointing.fill(build_day(campaign, village, day=date(2016, 5, 2)), by=village_director) == 1


def test_help_is_asked_once_and_names_nothing(campaign: Campaign, village: Organization, hospital: User) -> None:
    with scoping.of_user(hospital):
        screening = build_result(campaign, woman_of(village)).screening
        first = appointing.ask_for_help(screening, on=DAY, by=hospital)
        assert appointing.ask_for_help(screening, on=DAY, by=hospital) == first
        assert (first.kind, first.reason) == (FollowUp.Kind.VISIT, "上门看看她有什么要帮助的，需要救助的帮她申请")
        assert Screening.objects.visible_to(hospital).get().needs_help


def test_attendance_leads_to_relief_and_visit(
    campaign: Campaign, village: Organization, village_director: User, client_of: Asking
) -> None:
    with scoping.everything("a test arranges rows"):
        screening = build_result(campaign, woman_of(village)).screening
    client = client_of(village_director)
    page = client.get(reverse("programs:attendance_list", args=[campaign.pk])).content.decode()
    assert "走访并申请救助" in page
    url = reverse("programs:attendance_visit", args=[screening.pk])
    places = [client.post(url, then)["Location"] for then in ({}, {"then": "relief"})]
    with scoping.of_user(village_director):
        visit = FollowUp.objects.visible_to(village_director).get()
    assert places == [visit.get_absolute_url(), f"{reverse('programs:relief_check')}?woman={screening.woman_id}"]


def test_day_page_lists_her_village_only(
    campaign: Campaign, village: Organization, hospital: User, village_director: User, outsider: User, client_of: Asking
) -> None:
    with scoping.everything("a test arranges rows"):
        booked = build_appointment(day_of(campaign, village), woman_of(village), by=hospital)
    address = booked.day.get_absolute_url()
    assert "张小兰" in client_of(village_director).get(address).content.decode()
    assert client_of(outsider).get(address).status_code == 404
    assert ScreeningAppointment.State.BOOKED == booked.state
