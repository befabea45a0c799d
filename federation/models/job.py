from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

MOST_ATTEMPTS = 5


def _abandoned(at: datetime) -> Q:
    return Q(state="running", lease_until__lt=at)


class JobQuerySet(models.QuerySet["Job"]):
    def owned_by(self, user: Any) -> Self:
        return self.filter(owner=user)

    def claimable(self, *, at: datetime) -> Self:
        """Jobs nobody works on: waiting ones, and running ones whose worker let the lease run out."""
        return self.filter(Q(state=Job.State.WAITING) | Q(attempt__lt=MOST_ATTEMPTS) & _abandoned(at))

    def given_up(self, *, at: datetime) -> Self:
        """Jobs that took their worker down each time; another try would take down the next one."""
        return self.filter(_abandoned(at), attempt__gte=MOST_ATTEMPTS)

    def unclaimed(self, *, at: datetime, kinds: Iterable[str], since: datetime) -> Self:
        """Jobs of other kinds than these that have waited since then without anybody to do them."""
        return self.claimable(at=at).filter(created_at__lt=since).exclude(kind__in=kinds)

    def unfinished(self) -> Self:
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])


class Job(models.Model):
    """Background work. This row, not the queue, is the truth: a worker owns it while its fence number stands."""

    class State(models.TextChoices):
        WAITING = "waiting", "排队中"
        RUNNING = "running", "正在办理"
        DONE = "done", "已完成"
        FAILED = "failed", "没有完成"
        CANCELLED = "cancelled", "已取消"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("事项", max_length=60)
    params = models.JSONField("参数", default=dict, help_text="只放编号")
    owner = models.ForeignKey("federation.User", models.PROTECT, related_name="jobs", verbose_name="发起人")
    organization = models.ForeignKey("federation.Organization", models.PROTECT, related_name="+", verbose_name="范围")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    lease_until = models.DateTimeField(null=True)
    attempt = models.PositiveIntegerField("第几次", default=0)
    fence = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    done = models.PositiveIntegerField("已办", default=0)
    total = models.PositiveIntegerField("共计", default=0)
    message = models.CharField("进展", max_length=300, blank=True)
    result = models.FileField("成果", upload_to="jobs/%Y/%m", blank=True, max_length=200)
    result_name = models.CharField("文件名", max_length=200, blank=True)
    result_sha256 = models.CharField(max_length=64, blank=True)
    downloads = models.PositiveSmallIntegerField("下载次数", default=0)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "后台事项"
        verbose_name_plural = "后台事项"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "lease_until"], name="job_by_state_and_lease")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])

    @property
    def label(self) -> str:
        from federation import jobs

        return jobs.label_of(self.kind)

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0
