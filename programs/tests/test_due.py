"""The call list: who is due, the reason in words, the guard on entry, and notices without a result."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from federation import scoping
from federation.models import Organization, User
from members.models import Woman
from programs.models import Campaign, ScreeningExclusion
from programs.screening import due
from programs.tests.build import build_campaign, build_exclusion, build_screening

Asking = Callable[[User], Client]
DAY = date(2016, 5, 1)


@pytest.fixture
def campaign(city: Organization) -> Campaign:
    return build_campaign(city)


def woman_of(village: Organization, name: str = "张小兰", birth_on: date = date(1975, 5, 6)) -> Woman:
    return Woman.objects.create(organization=village, name=name, birth_on=birth_on, no_id_reason="lost")


def lists(campaign: Campaign, by: User) -> dict[str, list[str]]:
    women = due.women_of_age(campaign, user=by, on=DAY)
    found = {
        "due": due.due(women, campaign, user=by, on=DAY),
        "not_due": due.not_due(women, campaign, user=by, on=DAY),
        "came": due.came(women, campaign, user=by),
    }
    return {name: sorted(rows.values_list("name", flat=True)) for name, rows in found.items()}


def words(woman: Woman, campaign: Campaign, by: User) -> tuple[bool, tuple[str, ...]]:
    verdict = due.verdicts([woman], campaign, user=by, on=DAY)[woman.pk]
    return verdict.is_due, verdict.words


def test_every_woman_of_age_stands_in_one_list(
    campaign: Campaign, city: Organization, village: Organization, village_director: User
) -> None:
    earlier = build_campaign(city, year=2014, name="2014年两癌筛查")
    until, past = date(2017, 5, 1), date(2015, 5, 1)
    with scoping.of_user(village_director):
        woman_of(village, "从没查过")
        woman_of(village, "太年轻", date(1990, 1, 1))
        build_screening(campaign, woman_of(village, "已来"))
        in_cycle, half, again = woman_of(village, "周期内"), woman_of(village, "只差乳腺"), woman_of(village, "周期满")
        build_screening(earlier, in_cycle, cervical_due_on=until, breast_due_on=until)
        build_screening(earlier, half, cervical_due_on=until, breast_due_on=past)
        build_screening(earlier, again, cervical_due_on=past, breast_due_on=past)
        build_exclusion(woman_of(village, "全不查"), by=village_director, breast=True)
        build_exclusion(woman_of(village, "只不查宫颈"), by=village_director)
        assert lists(campaign, village_director) == {
            "due": sorted(["从没查过", "只差乳腺", "周期满", "只不查宫颈"]),
            "not_due": sorted(["周期内", "全不查"]),
            "came": ["已来"],
        }


def test_reason_stands_beside_each(
    campaign: Campaign, city: Organization, village: Organization, village_director: User
) -> None:
    earlier = build_campaign(city, year=2014, name="2014年两癌筛查")
    with scoping.of_user(village_director):
        woman = woman_of(village)
        build_screening(earlier, woman, attended_on=date(2014, 5, 1), cervical_due_on=date(2017, 5, 1))
        build_exclusion(woman, by=village_director, cervical=False, breast=True)
        assert words(woman, campaign, village_director) == (
            False,
            ("宫颈癌在周期内，2017-05-01 起再查", "乳腺癌不查：医学原因"),
        )
        young = woman_of(village, birth_on=date(1990, 1, 1))
        assert words(young, campaign, village_director) == (False, ("满 26 岁，本项目是 35 至 59 岁",))
        new = woman_of(village)
        assert words(new, campaign, village_director) == (
            True,
            ("宫颈癌该查：没有查过的记录", "乳腺癌该查：没有查过的记录"),
        )


def test_exclusion_of_the_year_does_not_hold_next_year(
    campaign: Campaign, city: Organization, village: Organization, village_director: User
) -> None:
    later = build_campaign(city, year=2017, name="2017年两癌筛查", starts_on=date(2017, 3, 1), ends_on=date(2017, 9, 1))
    with scoping.of_user(village_director):
        due.exclude(
            woman_of(village), campaign, parts=["cervical", "breast"], reason="away", on=DAY, by=village_director
        )
        assert lists(campaign, village_director)["due"] == []
        assert lists(later, village_director)["due"] == ["张小兰"]


def test_medical_reason_is_asked_for_and_sealed(
    campaign: Campaign, village: Organization, village_director: User
) -> None:
    with scoping.of_user(village_director):
        woman = woman_of(village)
        with pytest.raises(ValidationError, match="医学原因要写具体情况"):
            due.exclude(woman, campaign, parts=["cervical"], reason="medical", on=DAY, by=village_director)
        due.exclude(
            woman, campaign, parts=["cervical"], reason="medical", detail="全子宫切除", on=DAY, by=village_director
        )
        raw = ScreeningExclusion.objects.visible_to(village_director).values_list("detail", flat=True).get()
        assert "全子宫切除".encode() not in bytes(raw)


def test_guard_on_entry(campaign: Campaign, city: Organization, village: Organization, village_director: User) -> None:
    earlier = build_campaign(city, year=2014, name="2014年两癌筛查")
    with scoping.of_user(village_director):
        woman = woman_of(village)
        build_screening(earlier, woman, cervical_due_on=date(2017, 5, 1))
        due.require_due(woman, campaign, parts=["breast"], on=DAY, by=village_director)
        with pytest.raises(ValidationError, match="宫颈癌筛查在周期内做过，2017-05-01 起才该再做"):
            due.require_due(woman, campaign, parts=["cervical"], on=DAY, by=village_director)


def test_page_shows_reasons_to_her_village_only(
    campaign: Campaign, village: Organization, village_director: User, outsider: User, client_of: Asking
) -> None:
    with scoping.everything("a test arranges rows"):
        woman_of(village)
    address = reverse("programs:due_list", args=[campaign.pk])
    assert "乳腺癌该查：没有查过的记录" in client_of(village_director).get(address).content.decode()
    assert "张小兰" not in client_of(outsider).get(address).content.decode()


def test_notices_name_no_check_and_no_result(
    campaign: Campaign, village: Organization, village_director: User, client_of: Asking
) -> None:
    with scoping.everything("a test arranges rows"):
        woman_of(village)
    page = client_of(village_director).get(reverse("programs:due_notices", args=[campaign.pk])).content.decode()
    slip = page[page.index("<article") : page.index("</article>")]
    assert "张小兰女士" in slip
    assert [word for word in ("癌", "宫颈", "乳腺", "HPV", "结果", "异常") if word in slip] == []


def test_same_queries_for_one_and_three(
    campaign: Campaign, village: Organization, village_director: User, client_of: Asking
) -> None:
    client, counts = client_of(village_director), []
    for name in ("一", "二", "三"):
        with scoping.everything("a test arranges rows"):
            woman_of(village, f"张{name}")
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("programs:due_list", args=[campaign.pk]))
        counts.append(len(captured))
    assert counts[1] == counts[2]
