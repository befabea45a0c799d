"""公示: a list shown in public for some working days, and the objections that came. Names are masked, nothing else of a person."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from federation.models import User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField


class PublicNoticeQuerySet(ScopedQuerySet["PublicNotice"]):
    def running(self, *, on: date) -> Self:
        return self.filter(starts_on__lte=on, ends_on__gte=on)

    def objected(self) -> Self:
        """An objection waits for its decision."""
        return self.filter(Exists(NoticeObjection.objects.filter(notice=OuterRef("pk")).waiting()))


class PublicNotice(ScopedModel):
    """What hangs in public. Never changed once posted (notices_are_kept); `ends_on` is the last day on which it hangs.

    `rows` are lists of texts under `columns`, as they are read in public: masked name, place, sum.
    """

    title = models.CharField("公示名称", max_length=80)
    coverage = models.CharField("公示范围", max_length=120)
    columns = models.JSONField("栏目")
    rows = models.JSONField("名单")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    phone = models.CharField("受理电话", max_length=30)
    address = models.CharField("受理地址", max_length=120)
    hours = models.CharField("受理时间", max_length=60)
    email = models.CharField("受理邮箱", max_length=80, blank=True)
    posted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发布人")
    posted_at = models.DateTimeField("发布时间")

    objects = ScopedManager.from_queryset(PublicNoticeQuerySet)()

    class Meta:
        verbose_name = "公示"
        verbose_name_plural = "公示"
        indexes = [models.Index(fields=["starts_on", "id"], name="notice_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="notice_ends_after_it_starts",
                violation_error_message="结束日期不能早于开始日期",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("outreach:notice_detail", args=[self.pk])

    def obstacle(self, *, on: date) -> str:
        """Why what was posted cannot go on yet; empty when nothing stands in its way."""
        if on <= self.ends_on:
            return f"公示到 {self.ends_on}（含）才期满"
        objections = self.objections.all()
        if waiting := objections.waiting().count():
            return f"还有 {waiting} 件异议没有核查完"
        if upheld := objections.filter(upheld=True).count():
            return f"有 {upheld} 件异议成立，请退回改正以后重新公示"
        return ""


class NoticeObjectionQuerySet(ScopedQuerySet["NoticeObjection"]):
    def waiting(self) -> Self:
        return self.filter(decided_on=None)


class NoticeObjection(ScopedModel):
    """Somebody says by name that the list is wrong. One decision, by another person than the one who took it down."""

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections", verbose_name="公示")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # One for each sending of the form, so that a resend writes nothing twice.
    submission = models.UUIDField(unique=True, editable=False)
    received_on = models.DateField("收到日期")
    objector = SealedTextField("提出人姓名")
    contact = SealedTextField("联系方式")
    words = SealedTextField("异议内容")
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="受理人")
    receiver = models.UUIDField(null=True, editable=False)
    decided_on = models.DateField("核查完成日期", null=True)
    upheld = models.BooleanField("异议成立", null=True)
    finding = models.CharField("核查结论", max_length=300, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="核查人")
    decider = models.UUIDField(null=True, editable=False)

    objects = ScopedManager.from_queryset(NoticeObjectionQuerySet)()

    class Meta:
        verbose_name = "公示异议"
        verbose_name_plural = "公示异议"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decider=None) | ~Q(decider=F("receiver")),
                name="objection_decided_by_another",
                violation_error_message="这件异议是您受理的，请由另一位核查",
            ),
            models.CheckConstraint(
                condition=Q(decided_on=None, upheld=None, finding="", decided_by=None)
                | Q(decided_on__isnull=False, upheld__isnull=False, decided_by__isnull=False) & ~Q(finding=""),
                name="objection_decided_whole",
                violation_error_message="核查要写日期、结论和是否成立",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} 异议 {self.pk}"
