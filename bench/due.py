"""The call list over 600,000 women: the database time of its first page, at each level."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import town
from bench.bars import Bar, within
from bench.lists import client_of
from federation import copying, scoping
from federation.models import Organization
from members.models import Woman
from members.pinyin import initials_of, pinyin_of
from programs.models import Campaign, Screening

WOMEN, TIMES = 600_000, 15
_NAMES = [
    f"{family}{given}"
    for family in "王李张刘陈杨黄赵周吴"
    for given in ("秀兰", "小燕", "丽华", "桂英", "玉珍", "春梅")
]
_WOMAN = (
    "organization_id", "township_id", "public_id", "name", "pinyin", "initials", "no_id_reason", "birth_on", "sex",
    "ethnic", "education", "political", "marriage", "hardship", "address", "left_reason", "created_at",
)  # fmt: skip
_SCREENING = (
    "organization_id", "township_id", "campaign_id", "woman_id", "number", "attended_on", "cervical", "breast",
    "cervical_due_on", "breast_due_on", "needs_contact",
)  # fmt: skip


def measure() -> list[Bar]:
    town.build()
    campaign = arrange()
    bars = []
    for name in ("bench_city", "bench_township", "bench_village"):
        for view in ("due", "not_due"):
            title = f"call list over {WOMEN} women, {name.removeprefix('bench_')}, {view}: first page, database time"
            bars.append(within(title, _database_ms(name, campaign, view), bar=50, unit="ms"))
    return bars


def arrange() -> Campaign:
    """Every third woman was screened within her cycle, every eighth came already."""
    city = Organization.objects.get(parent=None)
    campaigns = [_campaign(city, year) for year in (2025, 2026)]
    with transaction.atomic(), scoping.everything("the benchmark arranges its rows"):
        missing = WOMEN - Woman.objects.count()
        if missing > 0:
            villages = list(Organization.objects.villages().values_list("pk", "parent_id"))
            copying.insert(Woman, _WOMAN, _women(missing, villages))
            of_age = Woman.objects.filter(birth_on__gte=date(1962, 1, 1), birth_on__lte=date(1991, 1, 1)).order_by("pk")
            people = list(of_age.values_list("pk", "organization_id", "township_id"))
            copying.insert(Screening, _SCREENING, _attendances(campaigns, people))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE members_woman, programs_screening")
    return campaigns[1]


def _campaign(city: Organization, year: int) -> Campaign:
    days = {"starts_on": date(year, 3, 1), "ends_on": date(year, 12, 31)}
    return Campaign.objects.get_or_create(
        organization=city, year=year, name="该查测量", defaults={"quota": WOMEN, **days}
    )[0]


def _women(count: int, villages: list[tuple[int, int | None]]) -> Iterator[tuple[Any, ...]]:
    names = [(name, pinyin_of(name), initials_of(name)) for name in _NAMES]
    for number in range(count):
        branch, township = villages[number % len(villages)]
        born = date(1940, 1, 1) + timedelta(days=number * 7919 % 25_000)
        yield (
            branch, township, uuid.uuid4(), *names[number // len(villages) % len(names)], "lost", born, "2", "01", "",
            "", "", "none", "", "", town.TODAY,
        )  # fmt: skip


def _attendances(campaigns: list[Campaign], people: list[tuple[int, int, int | None]]) -> Iterator[tuple[Any, ...]]:
    last, this = campaigns
    for number, (woman, branch, township) in enumerate(people):
        campaign = last if number % 3 == 0 else this if number % 8 == 1 else None
        if campaign is not None:
            day = date(campaign.year, 5, 1)
            until = date(campaign.year + 3, 5, 1)
            yield branch, township, campaign.pk, woman, "", day, True, True, until, until, False


def _database_ms(name: str, campaign: Campaign, view: str) -> float:
    """All statements of the whole request, the count and the session's included; median of many."""
    client, url = client_of(name), f"{reverse('programs:due_list', args=[campaign.pk])}?view={view}"
    times = []
    for _ in range(TIMES):
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(url)
        assert answer.content.count(b"<tr") > 20, "the page shows its rows"
        times.append(sum(float(query["time"]) for query in caught) * 1000)
    return median(times)
