"""Uploaded lists past their days, each once, and nothing before its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from federation import audit, scoping
from federation.models import Organization, PolicyRule, User
from programs.models import Batch, BatchProblem
from programs.screening import clearing
from programs.tests.build import AT, build_batch, build_campaign, previewed, results_rows

LATER = AT + timedelta(days=15, minutes=1)
MUCH_LATER = AT + timedelta(days=30, minutes=1)
Callbacks = Callable[..., Any]


@pytest.fixture
def preview(city: Organization, village: Organization, hospital: User, everything: scoping.Scope) -> Batch:
    rows = results_rows(village, 3)
    rows[1]["身份证号"] = "123"
    return previewed(build_campaign(city), rows, by=hospital)


def stories(batch: Batch) -> list[str]:
    return [line.what for line in audit.timeline(batch)]


def test_abandoned_preview_ends_and_nothing_of_it_stays(
    preview: Batch, django_capture_on_commit_callbacks: Callbacks
) -> None:
    files = [preview.file.name, preview.error_book.name]
    assert all(default_storage.exists(name) for name in files)
    with django_capture_on_commit_callbacks(execute=True):
        assert clearing.clear(at=LATER) == (1, 0)
    preview.refresh_from_db()
    assert (preview.state, preview.file.name, preview.error_book.name) == (Batch.State.CANCELLED, "", "")
    assert (preview.problems.count(), preview.changes.count(), preview.rows_rejected) == (0, 0, 1)
    assert [default_storage.exists(name) for name in files] == [False, False]
    assert stories(preview)[0] == "放置太久没有确认，按期限取消，文件已删去"
    assert clearing.clear(at=LATER) == (0, 0)


def test_nothing_goes_before_its_day(preview: Batch) -> None:
    assert clearing.clear(at=AT + timedelta(days=14, hours=23)) == (0, 0)
    preview.refresh_from_db()
    assert (preview.state, preview.problems.count()) == (Batch.State.PREVIEWED, 1)


def test_list_that_is_being_read_is_left_alone(preview: Batch) -> None:
    Batch.objects.filter(pk=preview.pk).update(state=Batch.State.READING)
    assert preview.job is not None
    assert preview.job.is_unfinished
    assert clearing.clear(at=LATER) == (0, 0)


def test_settled_list_keeps_its_counts_and_forgets_its_problems(
    city: Organization, city_officer: User, client_of: Callable[[User], Client]
) -> None:
    with scoping.everything("a test arranges a settled list"):
        batch = build_batch(build_campaign(city), city, by=city_officer, state=Batch.State.COMMITTED, committed_at=AT)
        assert clearing.clear(at=LATER) == (0, 0)
        assert clearing.clear(at=MUCH_LATER) == (0, 1)
        batch.refresh_from_db()
        assert (batch.state, batch.error_book.name, batch.rows_rejected) == (Batch.State.COMMITTED, "", 1)
        assert BatchProblem.objects.within(city).filter(batch=batch).count() == 0
    assert "过了保留期限，错误簿和预览已删去" in client_of(city_officer).get(batch.get_absolute_url()).content.decode()


def test_days_are_policy(preview: Batch) -> None:
    PolicyRule.objects.filter(code=clearing.PREVIEW_DAYS).update(value="1")
    assert clearing.clear(at=AT + timedelta(days=2)) == (1, 0)
