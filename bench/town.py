"""Rows to measure on: the demo city's tree, a few accounts, and as many visits as asked."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from federation import divisions, scoping
from federation.models import Level, Organization, RoleGrant, User
from federation.permissions import Role
from outreach.models import Need
from reports.demo import places
from reports.demo.register import fill_register
from reports.demo.stage import Stage

TODAY = date(2026, 11, 24)
_BEGAN = date(2020, 1, 1)


def build() -> None:
    """Once a database: tree, register of women, and one account for each level and for the administrator."""
    if Organization.objects.exists():
        return
    with transaction.atomic(), scoping.everything("the benchmark arranges its rows"):
        divisions.load(places.read(), on=_BEGAN, by=None)
        fill_register(Stage(TODAY))
        city = Organization.objects.get(parent=None)
        township = Organization.objects.townships().in_tree_order()[3]
        village = Organization.objects.villages().filter(parent=township).in_tree_order()[3]
        for name, grants in {
            "bench_city": [(city, Role.CITY_OFFICER)],
            "bench_township": [(township, Role.TOWNSHIP_OFFICER)],
            "bench_village": [(village, Role.VILLAGE_DIRECTOR)],
            "bench_admin": [(city, Role.SYSTEM_ADMINISTRATOR), (city, Role.CITY_OFFICER)],
        }.items():
            _account(name, grants)


def _account(name: str, grants: list[tuple[Organization, Role]]) -> None:
    is_admin = name == "bench_admin"
    user = User.objects.create(
        username=name,
        display_name="周小燕",
        password=make_password(None),
        is_demo=True,
        is_staff=is_admin,
        is_superuser=is_admin,
    )
    for organization, role in grants:
        RoleGrant.objects.create(user=user, organization=organization, role=role, starts_on=_BEGAN)


def fill_visits(count: int) -> None:
    """Bring the table to that many visits, spread over five years, all villages and the women living there."""
    with transaction.atomic(), scoping.everything("the benchmark arranges its rows"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outreach_visit")
        present = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM members_woman")
        # A number of its own: read from the joined rows it would keep the join from hashing.
        women = cursor.fetchone()[0]
        cursor.execute(
            """
            INSERT INTO outreach_visit (organization_id, township_id, submission_id, visited_on, mode, woman_id,
                household_id, subject, target_group, situation, confirmation, made_by_id, received_at)
            SELECT woman.organization_id, woman.township_id, gen_random_uuid(),
                %s::date - (number * 7919 %% 1825)::int, 'home', woman.id, woman.household_id, '', 'ordinary',
                '家里老人身体还好，孩子在镇上读书。', 'spoken', %s, now()
            FROM generate_series(%s::bigint, %s) AS number
            JOIN (SELECT row_number() OVER (ORDER BY id) AS place, * FROM members_woman) AS woman
                ON woman.place = number * 104729 %% %s + 1
            """,
            [TODAY, User.objects.get(username="bench_township").pk, present + 1, count, women],
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outreach_visit, members_woman")


def fill_needs() -> None:
    """Every third visit heard a need. Those of the last weeks are open; of the older ones, one in fifty still is."""
    with transaction.atomic(), scoping.everything("the benchmark arranges its rows"), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO outreach_need (organization_id, township_id, visit_id, woman_id, category, words, urgency,
                raised_on, due_on, desk, outcome, answer, answered_on, answered_by_id, confirmed_on, satisfaction,
                times_reopened)
            SELECT organization_id, township_id, id, woman_id,
                (%s::text[])[1 + (id / 3) %% %s], '想学一门手艺，在家门口挣钱。', 'ordinary', visited_on, visited_on + 15,
                'village', CASE WHEN is_closed THEN 'solved' ELSE '' END, '', CASE WHEN is_closed THEN visited_on + 7 END,
                CASE WHEN is_closed THEN made_by_id END, CASE WHEN is_closed THEN visited_on + 14 END, '', 0
            FROM (SELECT *, visited_on < %s::date - 20 AND id %% 50 > 0 AS is_closed FROM outreach_visit) AS visit
            WHERE id %% 3 = 0 AND NOT EXISTS (SELECT FROM outreach_need WHERE visit_id = visit.id)
            """,
            [list(Need.Category.values), len(Need.Category.values), TODAY],
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outreach_need")


def levels() -> dict[Level, User]:
    names = {Level.CITY: "bench_city", Level.TOWNSHIP: "bench_township", Level.VILLAGE: "bench_village"}
    return {level: User.objects.get(username=name) for level, name in names.items()}
