from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from federation import exporting
from federation.models import Job, Organization, User


def build_export(owner: User, organization: Organization, kind: str = exporting.KIND) -> Job:
    job = Job(kind=kind, owner=owner, organization=organization, state=Job.State.DONE, finished_at=timezone.now())
    job.result_name = "妇女名册.xlsx"
    job.result.save(str(job.pk), ContentFile(b"names"), save=False)
    job.save()
    return job


def test_exported_file_goes_after_its_days_and_other_results_stay(
    city: Organization, city_officer: User, client_of: Callable[[User], Client],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:  # fmt: skip
    job, paper = build_export(city_officer, city), build_export(city_officer, city, "reports.annual_summary_pdf")
    name, now = job.result.name, timezone.now()
    assert exporting.clear(at=now + timedelta(days=6)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert exporting.clear(at=now + timedelta(days=8)) == 1
    assert not default_storage.exists(name)
    job.refresh_from_db()
    paper.refresh_from_db()
    assert (job.result.name, bool(paper.result)) == ("", True)
    assert "过了保留期限" in client_of(city_officer).get(job.get_absolute_url()).content.decode()
    assert exporting.clear(at=now + timedelta(days=8)) == 0
