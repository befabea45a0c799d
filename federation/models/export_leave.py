"""Leave to take a long list out of the portal: asked for with a reason, given or refused by another person."""

from __future__ import annotations

import base64
import json
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.http import QueryDict
from django.urls import reverse

from federation.models.job import Job
from federation.models.organization import Organization
from federation.models.user import User
from federation.permissions import OFFICERS, Role
from federation.sealed import seal_bytes, unseal_bytes

DECIDERS = (*OFFICERS, Role.LEADER)


class Purpose(models.TextChoices):
    REPORT = "report", "按规定上报"
    CHECK = "check", "核对名册"
    CALL = "call", "安排走访和服务"
    NOTIFY = "notify", "通知筛查或活动"
    ARCHIVE = "archive", "归档"


class Format(models.TextChoices):
    XLSX = "xlsx", "Excel 表（.xlsx）"
    CSV = "csv", "逗号分隔文本（.csv）"


class ExportLeaveQuerySet(models.QuerySet["ExportLeave"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(organization__in=Organization.objects.visible_to(user))

    def waiting(self) -> Self:
        return self.filter(decided_at=None)

    def to_decide_by(self, user: User) -> Self:
        """Asked by somebody of her own branch or below it, and not by herself."""
        home = user.organization
        if home is None or not user.has_role(*DECIDERS):
            return self.none()
        return self.waiting().filter(organization__path__startswith=home.path).exclude(person=user.person)

    def with_people(self) -> Self:
        return self.select_related("organization", "asked_by", "decided_by", "job")


class ExportLeave(models.Model):
    """What the conditions of the list were is kept sealed: there may be a name among them."""

    listing = models.CharField("名单", max_length=60)
    title = models.CharField("名单", max_length=40)
    query = models.TextField("条件", editable=False)
    form = models.CharField("文件", max_length=4, choices=Format.choices)
    purpose = models.CharField("用途", max_length=10, choices=Purpose.choices)
    reason = models.CharField("理由", max_length=200)
    rows = models.PositiveIntegerField("条数")
    unit = models.CharField(max_length=4)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="申请单位")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    person = models.UUIDField(editable=False)
    asked_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准人")
    decider = models.UUIDField(null=True, editable=False)
    decided_at = models.DateTimeField("批准时间", null=True)
    allowed = models.BooleanField("批准", null=True)
    answer = models.CharField("批准意见", max_length=200, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", verbose_name="导出")

    objects = ExportLeaveQuerySet.as_manager()

    class Meta:
        verbose_name = "导出申请"
        verbose_name_plural = "导出申请"
        indexes = [models.Index(fields=["asked_at", "id"], name="export_leave_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decider=None) | ~Q(decider=F("person")),
                name="export_allowed_by_another_person",
                violation_error_message="这是您本人的申请，请由另一位批准",
            ),
            models.CheckConstraint(
                condition=Q(job=None) | Q(allowed=True),
                name="export_runs_when_allowed",
                violation_error_message="还没有批准，不能导出",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="export_leave_says_why",
                violation_error_message="请写明理由",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.rows} {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("export_leave", args=[self.pk])

    @property
    def state(self) -> str:
        if self.decided_at is None:
            return "等批准"
        return "已批准" if self.allowed else "没有批准"

    def asked_for(self) -> QueryDict:
        return opened(self.query, listing=self.listing)


def closed(query: QueryDict, *, listing: str) -> str:
    """The conditions of a list as text that nobody reads without the keys."""
    words = seal_bytes(json.dumps(dict(query.lists())).encode(), place=_place(listing))
    return base64.b64encode(words).decode()


def opened(text: str, *, listing: str) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in json.loads(unseal_bytes(base64.b64decode(text), place=_place(listing))).items():
        query.setlist(name, values)
    return query


def _place(listing: str) -> str:
    return f"export.query:{listing}"
