"""疑似侵害: what somebody saw of a child or woman being harmed, and to whom it was reported. Nothing here is taken back."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse

from federation.models import User
from federation.permissions import Role
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField
from outreach.models import Need, Visit
from programs.models.sunflower import Child

READERS = (Role.RIGHTS_OFFICER, Role.LEADER)


class IncidentQuerySet(ScopedQuerySet["Incident"]):
    def visible_to(self, user: User) -> Self:
        """Rights officers and the leader; whoever wrote it reads it no more than anybody else."""
        rows = super().visible_to(user)
        return rows if user.has_role(*READERS) else rows.none()

    def with_report(self) -> Self:
        """`told_at`: when the first authority was told; the federation telling itself does not stop the clock."""
        first = _to_authorities().order_by("reported_at").values("reported_at")[:1]
        return self.annotate(told_at=Subquery(first), is_closed=_closed())

    def told(self) -> Self:
        """Reported, and still followed."""
        return self.filter(_told(), ~_closed())

    def waiting(self) -> Self:
        """No authority knows yet."""
        return self.filter(~_told())

    def closed(self) -> Self:
        return self.filter(_closed())

    def to_check(self, *, on: date) -> Self:
        """Reported, not closed, and the day has come that the last entry named for asking again."""
        last = IncidentEntry.objects.filter(incident=OuterRef("pk")).order_by("-id").values("check_on")[:1]
        return self.told().annotate(check_on=Subquery(last)).filter(Q(check_on=None) | Q(check_on__lte=on))


class Incident(ScopedModel):
    """PostgreSQL refuses change and removal (incidents_are_appended_only). `due_at` is the end of the clock."""

    class Whom(models.TextChoices):
        CHILD = "child", "未成年人"
        WOMAN = "woman", "妇女"

    class Sign(models.TextChoices):
        """最高检等九部门《关于建立侵害未成年人案件强制报告制度的意见（试行）》, as domain.md §5.4 gives the nine situations."""

        GENITAL = "genital", "生殖器官、隐私部位受伤"
        UNDER_14 = "under_14", "不满十四周岁女孩遭性侵、怀孕、流产"
        OVER_14 = "over_14", "十四周岁以上女孩疑似遭性侵"
        INJURIES = "injuries", "多处伤、重伤、营养不良、意识不清"
        SELF_HARM = "self_harm", "自杀、自残、中毒等"
        ABANDONED = "abandoned", "被遗弃、长期没人照料"
        MISSING = "missing", "来历不明、失踪、被拐卖"
        BEGGING = "begging", "被组织乞讨"
        OTHER = "other", "其他严重侵害或危险"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # One for each sending of the form, so that a resend writes nothing twice.
    submission = models.UUIDField(unique=True, editable=False)
    about = models.CharField("疑似受侵害的是", max_length=10, choices=Whom.choices)
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="incidents", verbose_name="儿童档案")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="+", verbose_name="走访")
    need = models.ForeignKey(Need, models.PROTECT, null=True, related_name="+", verbose_name="诉求")
    # Codes of Sign with commas between: as telling as the facts, and as sealed.
    signs = SealedTextField("哪些情形", null=True)
    facts = SealedTextField("看到、听到的情况")
    reporter = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发现人")
    recorded_at = models.DateTimeField("记下时间")
    due_at = models.DateTimeField("上报时限")

    objects = ScopedManager.from_queryset(IncidentQuerySet)()

    class Meta:
        verbose_name = "疑似侵害"
        verbose_name_plural = "疑似侵害"
        indexes = [models.Index(fields=["recorded_at", "id"], name="incident_by_time")]
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gt=models.F("recorded_at")), name="incident_clock_runs_forward")
        ]

    def __str__(self) -> str:
        return f"疑似侵害 {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("programs:incident_detail", args=[self.pk])

    @property
    def signs_in_words(self) -> str:
        return "、".join(str(self.Sign(code).label) for code in str(self.signs or "").split(",") if code)

    def is_over(self, *, at: datetime) -> bool:
        return at > self.due_at

    def clock(self, *, at: datetime) -> str:
        """At this moment: 还剩 12 分钟, 超时 3 小时."""
        words = "超时" if self.is_over(at=at) else "还剩"
        minutes = abs(self.due_at - at) // timedelta(minutes=1)
        if minutes < 120:
            return f"{words} {minutes} 分钟"
        return f"{words} {minutes // 60} 小时" if minutes < 48 * 60 else f"{words} {minutes // (24 * 60)} 天"


class IncidentReportQuerySet(ScopedQuerySet["IncidentReport"]):
    """In the order they were made."""


class IncidentReport(ScopedModel):
    """One telling of the police or another office: to whom, when, and its receipt."""

    class To(models.TextChoices):
        POLICE = "police", "公安（110）"
        CIVIL_AFFAIRS = "civil_affairs", "民政"
        EDUCATION = "education", "教育"
        PROCURATORATE = "procuratorate", "检察院"
        FEDERATION = "federation", "市妇联权益部（12338）"

    # Whom 未成年人保护法 art. 11 and 反家庭暴力法 art. 14 name; only a report to one of them fulfils the duty.
    AUTHORITIES = (To.POLICE, To.CIVIL_AFFAIRS, To.EDUCATION, To.PROCURATORATE)

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="reports", verbose_name="疑似侵害")
    reported_to = models.CharField("报告给", max_length=20, choices=To.choices)
    reported_at = models.DateTimeField("报告时间")
    receipt_number = models.CharField("回执号、接警员警号", max_length=60, blank=True)
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="报告人")

    objects = ScopedManager.from_queryset(IncidentReportQuerySet)()

    class Meta:
        verbose_name = "侵害报告"
        verbose_name_plural = "侵害报告"
        ordering = ["reported_at", "id"]

    def __str__(self) -> str:
        return f"报告{self.get_reported_to_display()}"


class IncidentEntryQuerySet(ScopedQuerySet["IncidentEntry"]):
    """In the order they were written."""


class IncidentEntry(ScopedModel):
    """What happened after the report. Only added to (incidents_are_appended_only); the last one closes the incident.

    PostgreSQL holds to it: nothing follows the closing, which needs a report to an authority and another person than
    the one who wrote the incident down.
    """

    class Kind(models.TextChoices):
        ANSWER = "answer", "有关部门的答复"
        MEASURE = "measure", "妇联做了什么"
        CHECK = "check", "去看了、问了情况"
        CLOSE = "close", "办结"

    class Outcome(models.TextChoices):
        DEALT_WITH = "dealt_with", "有关部门已依法处理"
        IN_CARE = "in_care", "监护和照料已落实，转入日常关爱"
        NO_HARM = "no_harm", "有关部门查明没有侵害"
        HANDED_ON = "handed_on", "已移交外地办理，有回执"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="entries", verbose_name="疑似侵害")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # One for each sending of the form, so that a resend writes nothing twice.
    submission = models.UUIDField(unique=True, editable=False)
    kind = models.CharField("记什么", max_length=10, choices=Kind.choices)
    happened_on = models.DateField("哪一天")
    words = SealedTextField("情况")
    outcome = models.CharField("结果", max_length=12, choices=Outcome.choices, blank=True)
    check_on = models.DateField("下次哪天过问", null=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    written_at = models.DateTimeField("登记时间")

    objects = ScopedManager.from_queryset(IncidentEntryQuerySet)()

    class Meta:
        verbose_name = "侵害跟进"
        verbose_name_plural = "侵害跟进"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=Q(kind="close"),
                name="incident_closes_once",
                violation_error_message="这一件已经办结",
            ),
            models.CheckConstraint(
                condition=Q(kind="close", check_on=None) & ~Q(outcome="")
                | ~Q(kind="close") & Q(outcome="", check_on__isnull=False),
                name="incident_followed_until_its_outcome",
                violation_error_message="办结要选结果；没有办结要写下次哪天过问",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.get_kind_display()}"


def _closed() -> Exists:
    return Exists(IncidentEntry.objects.filter(incident=OuterRef("pk"), kind=IncidentEntry.Kind.CLOSE))


def _told() -> Exists:
    return Exists(_to_authorities())


def _to_authorities() -> IncidentReportQuerySet:
    return IncidentReport.objects.filter(incident=OuterRef("pk"), reported_to__in=IncidentReport.AUTHORITIES)
