"""Behind the second wall a list still goes by its index: PostgreSQL's own plans on a filled table."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from federation import scoping
from federation.models import Organization, User
from members.models import Woman
from members.models.woman import WomanQuerySet

TODAY = date(2026, 11, 24)
FILL = """
INSERT INTO members_woman (public_id, organization_id, township_id, name, pinyin, initials, no_id_reason, sex, ethnic,
    education, political, marriage, hardship, address, left_reason, created_at)
SELECT gen_random_uuid(), CASE mod(n, 50) WHEN 0 THEN %(village)s ELSE %(other)s END,
    CASE mod(n, 50) WHEN 0 THEN %(township)s ELSE %(other_township)s END,
    chr(19968 + mod(n, 5000)) || chr(19968 + mod(n, 313)),
    chr(97 + mod(n, 26)) || 'a ' || chr(97 + mod(n, 17)) || 'an ' || chr(97 + mod(n, 11)) || 'e',
    chr(97 + mod(n, 26)) || chr(97 + mod(n, 17)) || chr(97 + mod(n, 11)),
    'pending', '2', '01', '', '', '', 'none', '', '', now()
FROM generate_series(1, 20000) AS n
"""


@pytest.fixture
def _filled(
    village: Organization, township: Organization, other_village: Organization, other_township: Organization
) -> None:
    places = {
        "village": village.pk,
        "township": township.pk,
        "other": other_village.pk,
        "other_township": other_township.pk,
    }
    with scoping.everything("fill the table"), connection.cursor() as cursor:
        cursor.execute(FILL, places)
        cursor.execute("ANALYZE members_woman")


def rows(person: User, search: str) -> WomanQuerySet:
    return Woman.objects.visible_to(person).named_like(search).order_by("pinyin", "id")[:21]


def plan_of(person: User, search: str) -> str:
    with scoping.of_user(person, on=TODAY):
        return rows(person, search).explain()


@pytest.mark.usefixtures("_filled")
@pytest.mark.parametrize("search", ["", "一", "ab"], ids=["list", "name", "initials"])
@pytest.mark.parametrize(
    ("who", "prefix"), [("village_director", "branch"), ("township_officer", "township"), ("city_officer", "")]
)
def test_index_serves_the_list_in_every_scope(
    request: pytest.FixtureRequest, who: str, prefix: str, search: str
) -> None:
    plan = plan_of(request.getfixturevalue(who), search)
    column = {"": "pinyin", "一": "name", "ab": "initials"}[search]
    index = "_".join(part for part in ("woman", prefix, column) if part)
    # A rare name is found as well by the index over the whole city; the whole list is not.
    served = {index} if search == "" else {index, f"woman_{column}"}
    assert any(f"{name} " in plan for name in served), plan
    assert search == "" or "Index Cond: " in plan and f"({column})::text >= '{search}'" in plan, plan
    assert "Seq Scan on members_woman" not in plan, plan


@pytest.mark.usefixtures("_filled")
def test_scope_bounds_the_search(village_director: User, city_officer: User) -> None:
    found = {}
    for person in (village_director, city_officer):
        with scoping.of_user(person, on=TODAY):
            found[person.username] = Woman.objects.visible_to(person).named_like("ab").count()
    assert 0 < found["village"] < found["city"]
