"""Uploaded lists: the file on its way in, what is wrong with it, what it would change."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from federation.models import Job, User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from programs.models.campaign import Campaign


class BatchQuerySet(ScopedQuerySet["Batch"]):
    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def abandoned(self, *, before: datetime) -> Self:
        """On their way for so long that nobody will confirm them any more."""
        return self.open().filter(uploaded_at__lt=before)

    def settled_with_problems(self, *, before: datetime) -> Self:
        """Settled long ago, and what was wrong with them is still on file."""
        settled = self.exclude(state__in=OPEN_STATES).annotate(settled_at=Coalesce("committed_at", "uploaded_at"))
        on_file = ~Q(error_book="") | _about(BatchProblem) | _about(BatchChange)
        return settled.filter(on_file, settled_at__lt=before)

    def with_people(self) -> Self:
        return self.select_related("campaign", "organization", "uploaded_by", "job")


class Batch(ScopedModel):
    """One uploaded list, from its reading to its commit. The file is sealed and goes when the batch is settled."""

    class Kind(models.TextChoices):
        RESULTS = "results", "筛查结果"
        ATTENDANCE = "attendance", "参检名单"

    class State(models.TextChoices):
        READING = "reading", "正在核对"
        PREVIEWED = "previewed", "待确认"
        REFUSED = "refused", "不能导入"
        COMMITTING = "committing", "正在导入"
        COMMITTED = "committed", "已导入"
        CANCELLED = "cancelled", "已取消"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="batches", verbose_name="筛查批次")
    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.READING)
    file = models.FileField("文件", upload_to="screening/%Y/%m", blank=True, max_length=200)
    file_name = models.CharField("文件名", max_length=200)
    file_sha256 = models.CharField(max_length=64)
    error_book = models.FileField("标错的文件", upload_to="screening/%Y/%m", blank=True, max_length=200)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", verbose_name="后台事项")
    refusal = models.CharField("不能导入的原因", max_length=300, blank=True)
    sheet_name = models.CharField("工作表", max_length=60, blank=True)
    rows_total = models.PositiveIntegerField("总行数", default=0)
    rows_new = models.PositiveIntegerField("新增", default=0)
    rows_changed = models.PositiveIntegerField("有变化", default=0)
    rows_same = models.PositiveIntegerField("没有变化", default=0)
    rows_rejected = models.PositiveIntegerField("不能导入", default=0)
    problems_total = models.PositiveIntegerField("要改的地方", default=0)
    notes_total = models.PositiveIntegerField("和档案不一致", default=0)
    committed_at = models.DateTimeField("导入时间", null=True, blank=True)

    objects = ScopedManager.from_queryset(BatchQuerySet)()

    class Meta:
        verbose_name = "上传的名单"
        verbose_name_plural = "上传的名单"
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "campaign", "kind", "file_sha256"],
                condition=Q(state__in=["reading", "previewed", "committing"]),
                name="one_open_batch_per_file",
                violation_error_message="同一个文件正在办理",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("programs:batch_detail", args=[self.pk])

    @property
    def rows_entering(self) -> int:
        return self.rows_new + self.rows_changed

    def is_working(self) -> bool:
        """A job reads or commits it at this moment."""
        busy = self.state in (self.State.READING, self.State.COMMITTING)
        return busy and self.job is not None and self.job.is_unfinished

    def is_stopped(self) -> bool:
        """Its job ended half-way; nothing of it was kept, and it may be tried again."""
        return self.state in (self.State.READING, self.State.COMMITTING) and not self.is_working()

    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def holds_results(self) -> bool:
        return self.kind == self.Kind.RESULTS


OPEN_STATES = (Batch.State.READING, Batch.State.PREVIEWED, Batch.State.COMMITTING)


class BatchProblemQuerySet(ScopedQuerySet["BatchProblem"]):
    """Cells that keep their rows out."""


class BatchProblem(ScopedModel):
    """One of the first problems of a list, masked as the preview shows it; the error book has them all."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="problems", verbose_name="名单")
    row = models.PositiveIntegerField("行")
    cell = models.CharField("单元格", max_length=12)
    title = models.CharField("列名", max_length=40)
    value = models.CharField("表里写的", max_length=60)
    reason = models.CharField("为什么不行", max_length=200)
    example = models.CharField("正确写法", max_length=120)

    objects = ScopedManager.from_queryset(BatchProblemQuerySet)()

    class Meta:
        verbose_name = "要改的地方"
        verbose_name_plural = "要改的地方"
        ordering = ["batch", "row", "id"]

    def __str__(self) -> str:
        return f"{self.cell} {self.title}"


class BatchChangeQuerySet(ScopedQuerySet["BatchChange"]):
    def notes(self) -> Self:
        return self.filter(is_note=True)

    def changes(self) -> Self:
        return self.filter(is_note=False)


class BatchChange(ScopedModel):
    """What a list would change, masked; as a note, what differs from the register and is left alone."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="changes", verbose_name="名单")
    row = models.PositiveIntegerField("行")
    woman = models.CharField("姓名", max_length=10)
    place = models.CharField("村（社区）", max_length=60)
    title = models.CharField("改哪一项", max_length=40)
    before = models.CharField("现在", max_length=60)
    after = models.CharField("改为", max_length=60)
    is_note = models.BooleanField("只提示", default=False)

    objects = ScopedManager.from_queryset(BatchChangeQuerySet)()

    class Meta:
        verbose_name = "会改动的地方"
        verbose_name_plural = "会改动的地方"
        ordering = ["batch", "row", "id"]

    def __str__(self) -> str:
        return f"{self.row} {self.title}"


def _about(model: type[BatchProblem | BatchChange]) -> Exists:
    return Exists(model._default_manager.filter(batch=OuterRef("pk")))
