from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from federation import health
from federation.models import Job, Organization, User

NOWHERE = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}


@pytest.fixture
def fresh_beat() -> None:
    caches["queue"].set("beat", timezone.now().isoformat(), timeout=60)


def holding(check: Callable[[], health.Finding]) -> bool:
    return check().holds


def test_healthz_answers_without_the_database(client: Client) -> None:
    """No `db` fixture here: a query would fail the test."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_readyz_is_green(db: None, client: Client, fresh_beat: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["state"] == "ready"
    assert [check["holds"] for check in answer.json()["checks"]] == [True] * len(health.CHECKS)


def test_details_are_for_this_machine_only(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "checks" in client.get("/readyz").json()
    assert set(client.get("/readyz", headers={"X-Forwarded-For": "127.0.0.1"}).json()) == {"state"}
    assert set(client.get("/readyz", REMOTE_ADDR="198.51.100.7").json()) == {"state"}
    monkeypatch.setenv("HEALTH_TOKEN", "monitor-token")
    away = {"REMOTE_ADDR": "198.51.100.7"}
    assert set(client.get("/readyz", headers={"X-Health-Token": "wrong"}, **away).json()) == {"state"}
    assert "checks" in client.get("/readyz", headers={"X-Health-Token": "monitor-token"}, **away).json()


def test_read_only_database_is_red(db: None, client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == [{"name": "database", "holds": False, "words": "数据库只能读取，不能写入"}]


def test_missing_migration_is_red(db: None, client: Client) -> None:
    recorded = MigrationRecorder.Migration.objects.filter(app="federation").order_by("-name").first()
    assert recorded is not None
    recorded.delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"][-1]["name"] == "migrations"


def test_full_disk_is_red(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_DISK", 1.01)
    assert not holding(health.disk)
    assert health.state_of([health.disk()]) == "unavailable"


def test_clock_that_differs_is_degraded(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LARGEST_SKEW_SECONDS", -1.0)
    assert health.state_of([health.clock()]) == "degraded"


def test_lost_queue_is_degraded_not_red(db: None, client: Client, settings: Any) -> None:
    settings.CACHES = {**settings.CACHES, "queue": NOWHERE}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["state"]) == (200, "degraded")
    assert {check["name"] for check in answer.json()["checks"] if not check["holds"]} == {"queue", "beat"}


def test_silent_worker_is_degraded(db: None) -> None:
    caches["queue"].set("beat", (timezone.now() - timedelta(minutes=3)).isoformat(), timeout=60)
    assert health.state_of([health.beat()]) == "degraded"
    caches["queue"].delete("beat")
    assert not holding(health.beat)


def test_job_that_waits_long_is_degraded(city_officer: User, city: Organization) -> None:
    assert holding(health.waiting_jobs)
    job = Job.objects.create(kind="reports.annual_summary_pdf", owner=city_officer, organization=city)
    assert holding(health.waiting_jobs)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=11))
    assert not holding(health.waiting_jobs)
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    assert holding(health.waiting_jobs)


def test_var_is_made_when_missing(db: None, settings: Any, tmp_path: Path) -> None:
    settings.PORTAL_VAR = tmp_path / "new" / "var"
    assert health.disk().words.startswith("磁盘剩余")
