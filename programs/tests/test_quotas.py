"""The year's task handed down: whole, with reasons, by quarter, never changed afterwards."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from federation import scoping
from federation.models import Organization, User
from members.models import Woman
from programs.models import Campaign, QuotaIssue, Screening, ScreeningQuota
from programs.screening import campaigning, quotas
from programs.tests.build import build_campaign, build_woman

pytestmark = pytest.mark.usefixtures("policy")
Asking = Callable[[User], Client]
ON = date(2016, 2, 20)
PERCENTS = [10, 20, 30, 40]


@pytest.fixture
def campaign(city: Organization, village: Organization, other_village: Organization) -> Campaign:
    """Three women due in one township, one in the other."""
    with scoping.everything("builds"):
        for place, branch in enumerate((village, village, village, other_village)):
            Woman.objects.create(organization=branch, name=f"张{place}", birth_on=date(1975, 5, 6), no_id_reason="lost")
    return build_campaign(city, quota=40)


def issue(campaign: Campaign, by: User, given: list[int] | None = None, **options: object) -> QuotaIssue:
    shares = quotas.shares_of(campaign, anew="anew" in options)
    if given is not None:
        numbers = {share.branch.pk: number for share, number in zip(shares, given, strict=True)}
        shares = quotas.changed(shares, quotas=numbers, reasons=dict.fromkeys(numbers, "停诊一个季度"))
    latest = quotas.current_issue(campaign)
    return quotas.issue(
        campaign, shares=shares, percents=PERCENTS, follows=latest.pk if latest else None, document_number="",
        reason="调整" if latest else "", on=ON, by=by,
    )  # fmt: skip


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**5), min_size=1, max_size=30))
def test_shares_add_up_and_keep_within_one_of_the_exact_part(total: int, weights: list[int]) -> None:
    shares = quotas.largest_remainder(total, dict(enumerate(weights)))
    assert sum(shares.values()) == total
    if sum(weights):
        assert all(abs(shares[at] - total * weight / sum(weights)) < 1 for at, weight in enumerate(weights))


def test_shares_go_by_the_women_due_and_by_quarter(campaign: Campaign, city_officer: User) -> None:
    with scoping.of_user(city_officer):
        issued = issue(campaign, city_officer)
        lines = issued.lines.order_by("organization__code")
        assert [(line.women_due, line.proposed, line.quota, line.by_quarter) for line in lines] == [
            (3, 30, 30, (3, 6, 9, 12)), (1, 10, 10, (1, 2, 3, 4)),
        ]  # fmt: skip


def test_total_is_the_citys_task(campaign: Campaign, city_officer: User) -> None:
    with scoping.of_user(city_officer), pytest.raises(ValidationError, match="合计 39 人，比全市任务 40 人少 1 人"):
        issue(campaign, city_officer, [29, 10])
    assert not QuotaIssue.objects.exists()


def test_changed_number_keeps_its_reason_and_the_proposed_one(campaign: Campaign, city_officer: User) -> None:
    with scoping.of_user(city_officer):
        lines = issue(campaign, city_officer, [20, 20]).lines.order_by("organization__code")
        assert [(line.proposed, line.quota, line.reason) for line in lines] == [
            (30, 20, "停诊一个季度"), (10, 20, "停诊一个季度"),
        ]  # fmt: skip


def test_postgresql_asks_for_the_reason(campaign: Campaign, township: Organization, everything: None) -> None:
    issued = QuotaIssue.objects.create(campaign=campaign, number=1, issued_on=ON)
    with pytest.raises(IntegrityError, match="quota_changed_with_reason"):
        ScreeningQuota.objects.create(issue=issued, organization=township, proposed=30, quota=29)


@pytest.mark.parametrize("quarters", [{"q1": 1, "q2": 1, "q3": 1, "q4": 1}, {"q1": 5}])
def test_postgresql_adds_the_quarters_up(
    campaign: Campaign, township: Organization, everything: None, quarters: dict[str, int]
) -> None:
    issued = QuotaIssue.objects.create(campaign=campaign, number=1, issued_on=ON)
    with pytest.raises(IntegrityError, match="quarters_add_up"):
        ScreeningQuota.objects.create(issue=issued, organization=township, proposed=5, quota=5, **quarters)


def test_issued_task_stays_as_it_is(campaign: Campaign, city_officer: User) -> None:
    with scoping.of_user(city_officer):
        line = issue(campaign, city_officer).lines.first()
        assert line is not None
        for change in (lambda: ScreeningQuota.objects.filter(pk=line.pk).update(q1=0, q2=9), line.delete):
            with pytest.raises(IntegrityError, match="只能再下达一次"), transaction.atomic():
                change()


def test_next_issue_counts_and_the_first_one_can_still_be_read(campaign: Campaign, city_officer: User) -> None:
    with scoping.of_user(city_officer):
        first, second = issue(campaign, city_officer), issue(campaign, city_officer, [25, 15])
        now = ScreeningQuota.objects.visible_to(city_officer).current().order_by("organization__code")
        assert [line.quota for line in now] == [25, 15]
        assert [(row.before, row.difference) for row in quotas.changes_of(second, user=city_officer)] == [
            (30, "-5"), (10, "+5"),
        ]  # fmt: skip
        assert [row.line.quota for row in quotas.changes_of(first, user=city_officer)] == [30, 10]


def test_two_officers_do_not_issue_over_each_other(campaign: Campaign, city_officer: User) -> None:
    with scoping.of_user(city_officer):
        shares = quotas.shares_of(campaign, anew=True)
        issue(campaign, city_officer)
        with pytest.raises(ValidationError, match="已经重新下达过"):
            quotas.issue(
                campaign, shares=shares, percents=PERCENTS, follows=None, document_number="", reason="", on=ON,
                by=city_officer,
            )  # fmt: skip


def test_equal_tasks_over_unequal_women_are_called_unfair(campaign: Campaign, city_officer: User) -> None:
    with scoping.of_user(city_officer):
        shares = quotas.shares_of(campaign, anew=True)
        assert quotas.unfair(shares, on=ON) is None
        equal = quotas.changed(shares, quotas={share.branch.pk: 20 for share in shares}, reasons={})
        words = str(quotas.unfair(equal, on=ON))
        assert words.startswith("各乡镇任务几乎一样多，应查妇女却相差很大：南塘镇应查 1 名、任务 20 名")


def test_quarters_of_progress_and_what_is_missing(
    campaign: Campaign, village: Organization, city_officer: User
) -> None:
    with scoping.of_user(city_officer):
        issue(campaign, city_officer)
        Screening.objects.create(
            organization=village, campaign=campaign, woman=build_woman(village), attended_on=date(2016, 4, 2)
        )
        first, other = campaigning.progress_below(campaign, campaign.organization)
        assert [(quarter.attended, quarter.quota) for quarter in first.quarters] == [(0, 3), (1, 6), (0, 9), (0, 12)]
        assert [first.short_by(campaign, on=date(2016, *day)) for day in ((3, 31), (4, 1), (7, 1))] == [None, 3, 8]
        assert other.short_by(campaign, on=date(2017, 1, 1)) == 10


def posting(campaign: Campaign, quota: list[int], **fields: object) -> dict[str, object]:
    towns = quotas.townships_of(campaign)
    numbers = {f"quota_{town.pk}": number for town, number in zip(towns, quota, strict=True)}
    return {**numbers, **{f"percent_{place}": share for place, share in enumerate(PERCENTS, start=1)}, **fields}


def test_officer_gives_reasons_and_says_that_she_knows(
    campaign: Campaign, city_officer: User, client_of: Asking
) -> None:
    client, url = client_of(city_officer), reverse("programs:campaign_quotas", args=[campaign.pk])
    assert "青石镇由 30 名改为 20 名，请写理由" in client.post(url, posting(campaign, [20, 20])).content.decode()
    towns = quotas.townships_of(campaign)
    told = posting(campaign, [20, 20], **{f"reason_{town.pk}": "卫生院停诊" for town in towns})
    assert "每 100 名只查 667 名" in client.post(url, told).content.decode()
    client.post(url, told | {"knows_shown": "1"})
    assert not QuotaIssue.objects.exists()
    answer = client.post(url, told | {"knows_shown": "1", "knows": "on"})
    issued = QuotaIssue.objects.get()
    assert (answer.status_code, answer["Location"], issued.issued_by) == (302, issued.get_absolute_url(), city_officer)


def test_township_reads_its_own_line_only(
    campaign: Campaign, city_officer: User, township_officer: User, client_of: Asking
) -> None:
    with scoping.of_user(city_officer):
        issued = issue(campaign, city_officer)
    page = client_of(township_officer).get(issued.get_absolute_url()).content.decode()
    assert ("青石镇" in page, "南塘镇" in page) == (True, False)


def test_usual_percents_follow_the_days(city: Organization) -> None:
    whole = build_campaign(city, starts_on=date(2016, 4, 1), ends_on=date(2016, 12, 31))
    assert quotas.usual_percents(whole) == [0, 33, 34, 33]


def test_a_woman_screened_in_this_campaign_is_still_of_its_women_due(
    campaign: Campaign, village: Organization, city_officer: User
) -> None:
    earlier = build_campaign(campaign.organization, year=2015, name="2015年")
    with scoping.of_user(city_officer):
        for place, one in enumerate(Woman.objects.visible_to(city_officer).filter(organization=village)[:2]):
            Screening.objects.create(
                organization=village, campaign=(campaign, earlier)[place], woman=one, attended_on=ON,
                cervical_due_on=date(2019, 2, 20),
            )  # fmt: skip
        assert quotas.women_due(campaign)[village.township_id] == 2
