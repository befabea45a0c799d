"""Is the portal alive, and is it ready? (reliability.md §8) Red means: send no people here. Degraded says so and works on."""

from __future__ import annotations

import hmac
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import caches
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from redis import RedisError

from federation import access
from federation.models import Job

LEAST_FREE_DISK = 0.10
LONGEST_SILENCE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(minutes=10)
LARGEST_SKEW_SECONDS = 5.0


@dataclass(frozen=True)
class Finding:
    """`fatal` decides between red and degraded when the check does not hold."""

    name: str
    holds: bool
    words: str
    fatal: bool = False


def database() -> Finding:
    """Reading and writing: a replica would answer reads only."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_read_only') = 'on' FROM pg_current_xact_id()")
            read_only = cursor.fetchone()[0]
    except Error as error:
        return Finding("database", False, f"数据库不能读写：{str(error).strip().splitlines()[0]}", fatal=True)
    return Finding("database", not read_only, "数据库只能读取，不能写入" if read_only else "数据库可以读写", fatal=True)


def migrations() -> Finding:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding(
            "migrations", False, f"有 {len(waiting)} 个库表变更没有执行，请运行 manage.py migrate", fatal=True
        )
    return Finding("migrations", True, "库表已是最新")


def disk() -> Finding:
    settings.PORTAL_VAR.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(settings.PORTAL_VAR)
    share = usage.free / usage.total
    words = f"磁盘剩余 {share:.0%}（{usage.free // 2**30} GB）"
    return Finding("disk", share >= LEAST_FREE_DISK, words, fatal=True)


def clock() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        skew = abs(float(cursor.fetchone()[0]) - time.time())
    return Finding("clock", skew <= LARGEST_SKEW_SECONDS, f"与数据库时钟相差 {skew:.1f} 秒")


def queue() -> Finding:
    try:
        caches["queue"].set("readiness", 1, timeout=60)
        holds = caches["queue"].get("readiness") == 1
    except (RedisError, OSError):
        holds = False
    return Finding(
        "queue",
        holds,
        "后台队列可用" if holds else "后台队列连不上：后台事项等它恢复再办；登录和办事照常，登录次数先记在数据库里",
    )


def beat() -> Finding:
    """The mark is set by a worker each time beat asks for it, so it proves both."""
    try:
        marked = caches["queue"].get("beat")
    except (RedisError, OSError):
        return Finding("beat", False, "后台进程的动静记在后台队列里，现在问不到")
    if marked is None:
        return Finding("beat", False, "还没有后台进程办理过定时事项")
    silence = timezone.now() - datetime.fromisoformat(marked)
    return Finding("beat", silence <= LONGEST_SILENCE, f"后台进程 {int(silence.total_seconds())} 秒前有动静")


def waiting_jobs() -> Finding:
    waiting = Job.objects.filter(state=Job.State.WAITING)
    oldest = waiting.order_by("created_at").values_list("created_at", flat=True).first()
    if oldest is None:
        return Finding("jobs", True, "没有积压的后台事项")
    waited = timezone.now() - oldest
    return Finding("jobs", waited <= LONGEST_WAIT, f"最早的后台事项已等候 {int(waited.total_seconds())} 秒")


# In this order; after a fatal one the rest are not asked.
CHECKS: tuple[Callable[[], Finding], ...] = (database, migrations, disk, clock, queue, beat, waiting_jobs)


def findings() -> list[Finding]:
    found: list[Finding] = []
    for check in CHECKS:
        found.append(check())
        if found[-1].fatal and not found[-1].holds:
            break
    return found


def state_of(found: list[Finding]) -> str:
    failed = [finding for finding in found if not finding.holds]
    if any(finding.fatal for finding in failed):
        return "unavailable"
    return "degraded" if failed else "ready"


def may_see_details(request: HttpRequest) -> bool:
    """Asked from this very machine without a proxy between, or by a monitor that knows HEALTH_TOKEN."""
    token = os.environ.get("HEALTH_TOKEN", "")
    given = request.headers.get("X-Health-Token", "")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    local = request.META.get("REMOTE_ADDR", "") in ("127.0.0.1", "::1")
    return local and "X-Forwarded-For" not in request.headers


@access.public
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@access.public
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    found = findings()
    state = state_of(found)
    answer: dict[str, object] = {"state": state}
    if may_see_details(request):
        answer["checks"] = [{"name": each.name, "holds": each.holds, "words": each.words} for each in found]
    return JsonResponse(
        answer, status=503 if state == "unavailable" else 200, json_dumps_params={"ensure_ascii": False}
    )
