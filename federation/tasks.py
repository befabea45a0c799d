from uuid import UUID

from celery import shared_task
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from federation import exporting, jobs

# Any constant that no other advisory lock of the portal uses.
REQUEUE_LOCK = 430281


@shared_task
def run_job(job_id: str) -> None:
    jobs.run(UUID(job_id))


@shared_task
def requeue_jobs() -> None:
    """Two beats at once do the round only once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [REQUEUE_LOCK])
        if not cursor.fetchone()[0]:
            return
        try:
            jobs.requeue()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [REQUEUE_LOCK])


@shared_task
def clear_exports() -> None:
    exporting.clear(at=timezone.now())


@shared_task
def mark_beat() -> None:
    """Readiness reads this: a beat and a worker were alive then."""
    caches["queue"].set("beat", timezone.now().isoformat(), timeout=None)
