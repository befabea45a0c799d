from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from federation.models.organization import Organization
from federation.models.user import User


class TreeChangeQuerySet(models.QuerySet["TreeChange"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(branch__in=Organization.objects.visible_to(user))

    def waiting(self) -> Self:
        return self.filter(state=TreeChange.State.PROPOSED)

    def with_people(self) -> Self:
        return self.select_related("branch__parent", "target", "proposed_by", "decided_by")


class TreeChange(models.Model):
    """A branch moves, merges, closes or opens again: who asked for it, who confirmed it, and what went with it."""

    class Kind(models.TextChoices):
        MOVE = "move", "划转"
        MERGE = "merge", "并入"
        CLOSE = "close", "撤销"
        REOPEN = "reopen", "恢复"

    class State(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        DONE = "done", "已办"
        STOPPED = "stopped", "没有办"

    kind = models.CharField("事项", max_length=10, choices=Kind.choices)
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="changes", verbose_name="组织")
    target = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+", verbose_name="去向")
    on = models.DateField("日期")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PROPOSED)
    # [[label, rows], …] as it was when it was asked for, and again when it was done.
    counts = models.JSONField("涉及的记录", default=list)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    proposed_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    decided_at = models.DateTimeField("确认时间", null=True)
    reason = models.CharField("不办的理由", max_length=200, blank=True)
    # Ids of what was handed over, ended and granted, so that a mistake can be taken back.
    effects = models.JSONField("经办结果", default=dict, editable=False)

    objects = TreeChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "组织调整"
        verbose_name_plural = "组织调整"
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["branch"],
                condition=Q(state="proposed"),
                name="one_waiting_change_per_branch",
                violation_error_message="这个组织已有一件调整在等确认",
            ),
        ]

    def __str__(self) -> str:
        return self.in_words

    def get_absolute_url(self) -> str:
        return reverse("tree_change", args=[self.pk])

    @property
    def in_words(self) -> str:
        """杨柳村妇联并入石桥村妇联"""
        verb = {"move": "划转到", "merge": "并入"}.get(self.kind)
        tail = f"{verb}{self.target}" if verb else self.get_kind_display()
        return f"{self.branch}{tail}"

    @property
    def records(self) -> int:
        return sum(count for _, count in self.counts)

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.PROPOSED

    def ids(self, name: str) -> Any:
        return self.effects.get(name, [])
