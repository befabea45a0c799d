"""The whole demo city in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.apps import apps
from django.db import connection, transaction

from federation import audit, divisions, scoping
from federation.models import Organization
from reports.demo import accounts, aid, borrowing, leave, lending, places, register, screening, visits
from reports.demo.stage import EARLIEST_DAY, SAMPLE_YEAR, Stage


class DemoRefused(RuntimeError):
    """Why the demo city was not loaded, in words for the terminal."""


@transaction.atomic
def load(*, on: date, say: Callable[[str], object]) -> None:
    """Nothing is written unless all of it is."""
    if on < EARLIEST_DAY:
        raise DemoRefused(f"演示城市的“今天”不能早于 {EARLIEST_DAY:%Y-%m-%d}。")
    if Organization.objects.exists():
        raise DemoRefused("数据库里已经有组织，演示城市只能装进空的数据库。")
    with scoping.everything("the demo city spans all branches"):
        stage = Stage(on)
        say("组织和账号")
        divisions.load(places.read(), on=date(SAMPLE_YEAR - 6, 3, 8), by=None)
        accounts.open_accounts(stage)
        say("妇女、家庭和干部")
        residents = register.fill_register(stage)
        register.fill_offices(stage)
        say("两癌筛查")
        screening.fill_screening(stage, residents)
        say("走访、诉求和讲堂")
        visits.fill_visits(stage, residents)
        visits.fill_lectures(stage)
        visits.fill_today(stage, residents)
        say("贷款、救助和困境儿童")
        loans = aid.fill_loans(stage, residents)
        aid.fill_relief(stage, residents)
        aid.fill_sunflower(stage)
        leave.fill_leave(stage)
        aid.fill_ledger(stage)
        say("贷款变动和季度贴息")
        lending.fill_courses(stage, loans)
        lending.fill_batches(stage)
        say("贷款申请")
        borrowing.fill_applications(stage, residents)
        audit.record("federation.demo.loaded", stage.city, by=None)
        _tell_the_planner()


def _tell_the_planner() -> None:
    """Until autovacuum comes by, the first pages would be planned for empty tables."""
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in apps.get_models())
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
