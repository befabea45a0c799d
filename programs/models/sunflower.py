"""Sunflower child care (向日葵关爱培养行动): children on file, pairings, aid, and the donations it comes from."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.urls import reverse

from federation.models import User
from federation.periods import Period
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField
from members.codes import Sex
from members.models import Household
from programs.models.mentors import Mentor


class ChildQuerySet(ScopedQuerySet["Child"]):
    def in_care(self, *, on: date) -> Self:
        return self.filter(opened_on__lte=on).filter(Q(closed_on=None) | Q(closed_on__gt=on))

    def needing_a_branch(self) -> Self:
        return self.filter(closed_on=None)

    def handed_over(self, *, on: date) -> Self:
        """Files of this year; an older one has counted where it is filed, and the receiver goes on with it there."""
        return self.needing_a_branch().filter(opened_on__year__gte=on.year)

    def unpaired(self, *, on: date) -> Self:
        return self.in_care(on=on).exclude(pairings__in=Pairing.objects.in_force(on=on))

    def with_pairing(self, *, on: date) -> Self:
        """`is_paired` for the lists; the branch beside it."""
        paired = Pairing.objects.in_force(on=on).filter(child=OuterRef("pk"))
        return self.select_related("organization", "township").annotate(is_paired=Exists(paired))

    def of_category(self, category: str) -> Self:
        """As the main hardship or beside it."""
        return self.filter(Q(category=category) | Q(other_categories__contains=[category]))

    def numbered(self, text: str) -> Self:
        return self.filter(number=text.upper())

    def named_like(self, text: str) -> Self:
        """By the whole number, or by the beginning of the name (a range: `LIKE` leaves the index idle)."""
        return self.filter(Q(number=text.upper()) | Q(name__gte=text, name__lt=text + "\U0010ffff"))


class Child(ScopedModel):
    """A child in hardship. Sponsors and papers know her by `number` only."""

    class Category(models.TextChoices):
        """domain.md §5.1; the main one is kept here."""

        ORPHAN = "orphan", "孤儿"
        UNCARED = "uncared", "事实无人抚养"
        EXTREME_POVERTY = "extreme_poverty", "特困"
        ILL = "ill", "重病"
        DISABLED = "disabled", "重残"
        MINIMUM_LIVING = "minimum_living", "低保家庭"
        PARENT_IN_CUSTODY = "parent_in_custody", "服刑、强戒人员子女"
        LEFT_BEHIND = "left_behind", "农村留守"
        HARMED = "harmed", "受侵害、虐待"
        ROAMING = "roaming", "流浪"
        SUDDEN = "sudden", "突发困难"

    class Risk(models.TextChoices):
        LOW = "low", "低"
        MIDDLE = "middle", "中"
        HIGH = "high", "高"

    class Benefit(models.TextChoices):
        """What others pay; the federation only writes it down."""

        MINIMUM_LIVING = "minimum_living", "低保"
        EXTREME_POVERTY = "extreme_poverty", "特困供养"
        ORPHAN = "orphan", "孤儿基本生活费"
        UNCARED = "uncared", "事实无人抚养儿童补贴"
        DISABLED = "disabled", "残疾人两项补贴"
        SCHOOLING = "schooling", "助学金、营养餐"
        MEDICAL = "medical", "医疗救助"
        SUDDEN = "sudden", "临时救助"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("编号", max_length=20, unique=True)
    name = models.CharField("姓名", max_length=40, db_collation="C")
    sex = models.CharField("性别", max_length=1, choices=Sex.choices)
    birth_on = models.DateField("出生日期")
    category = models.CharField("主要困难", max_length=20, choices=Category.choices)
    other_categories = ArrayField(
        models.CharField(max_length=20, choices=Category.choices), verbose_name="其他困难", default=list, blank=True
    )
    household = models.ForeignKey(
        Household, models.SET_NULL, null=True, blank=True, related_name="children", verbose_name="家庭"
    )
    guardian_name = models.CharField("监护人", max_length=40)
    guardian_relation = models.CharField("与儿童关系", max_length=20)
    guardian_away = models.CharField("监护人外出地", max_length=40, blank=True)
    phone = SealedTextField("监护人手机号", null=True, blank=True)
    carer_name = models.CharField("实际照料人", max_length=40, blank=True)
    carer_relation = models.CharField("照料人与儿童关系", max_length=20, blank=True)
    school = models.CharField("学校", max_length=40, blank=True)
    grade = models.CharField("年级", max_length=20, blank=True)
    condition = SealedTextField("健康状况", null=True, blank=True)
    benefits = ArrayField(
        models.CharField(max_length=20, choices=Benefit.choices), verbose_name="已享受的政策", default=list, blank=True
    )
    # Of the latest assessment.
    risk = models.CharField("风险等级", max_length=10, choices=Risk.choices, blank=True)
    # Of the consent in force (GuardianConsent); empty again when it is withdrawn.
    consented_on = models.DateField("监护人同意日期", null=True, blank=True)
    opened_on = models.DateField("建档日期")
    closed_on = models.DateField("退出日期", null=True, blank=True)
    close_reason = models.CharField("退出原因", max_length=40, blank=True)

    objects = ScopedManager.from_queryset(ChildQuerySet)()

    class Meta:
        verbose_name = "困境儿童"
        verbose_name_plural = "困境儿童"
        indexes = [
            models.Index(fields=["township", "opened_on", "id"], name="child_by_township"),
            models.Index(fields=["organization", "opened_on", "id"], name="child_by_branch"),
            models.Index(fields=["opened_on", "id"], name="child_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | ~Q(close_reason=""),
                name="child_closed_for_a_reason",
                violation_error_message="请写明退出原因",
            ),
            models.CheckConstraint(
                condition=~Q(other_categories__contains=[F("category")]),
                name="child_main_category_stands_once",
                violation_error_message="主要困难不用在其他困难里再选一次",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("programs:child_detail", args=[self.pk])

    def is_open_to(self, user: User, *, at: datetime) -> bool:
        """Minors' files want another person's leave first (child_access.py)."""
        return self.accesses.open_for(user, at=at).exists()

    @property
    def categories_in_words(self) -> str:
        """The main one first."""
        return "、".join(str(self.Category(code).label) for code in (self.category, *self.other_categories))

    @property
    def benefits_in_words(self) -> str:
        return "、".join(str(self.Benefit(code).label) for code in self.benefits)

    def age(self, *, on: date) -> int:
        """Whole years on that day."""
        return on.year - self.birth_on.year - ((on.month, on.day) < (self.birth_on.month, self.birth_on.day))

    def is_in_care(self, *, on: date) -> bool:
        return self.opened_on <= on and (self.closed_on is None or self.closed_on > on)

    def has_consent(self, *, on: date) -> bool:
        return self.consented_on is not None and self.consented_on <= on

    def close(self, *, reason: str, on: date) -> None:
        if self.closed_on is not None:
            raise ValidationError(f"这份档案已在 {self.closed_on:%Y-%m-%d} 退出")
        if on < self.opened_on:
            raise ValidationError({"on": f"退出日期不能早于建档日期 {self.opened_on:%Y-%m-%d}"})
        self.closed_on, self.close_reason = on, reason


class PairingQuerySet(ScopedQuerySet["Pairing"]):
    def open(self) -> Self:
        return self.filter(ends_on=None)

    def with_people(self) -> Self:
        return self.select_related("child", "organization", "township")

    def birthday_within(self, days: int, *, on: date) -> Self:
        """Of the child, by month and day: the list then says that it is near and not when."""
        ahead = [on + timedelta(days=day) for day in range(days + 1)]
        near = (Q(child__birth_on__month=day.month, child__birth_on__day=day.day) for day in ahead)
        return self.filter(reduce(or_, near))

    def in_force(self, *, on: date) -> Self:
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gt=on))


class Pairing(ScopedModel):
    """A caring mother or companion beside a child."""

    Kind = Mentor.Kind

    child = models.ForeignKey(Child, models.CASCADE, related_name="pairings", verbose_name="儿童")
    kind = models.CharField("身份", max_length=20, choices=Kind.choices)
    # PostgreSQL refuses a pairing whose mentor is not vetted and trained on its first day, or whose child's guardian has
    # not consented (programs_pairing_guard). Pairings from before the register have a name only.
    mentor = models.ForeignKey(
        Mentor, models.PROTECT, null=True, blank=True, related_name="pairings", verbose_name="结对人"
    )
    mentor_name = models.CharField("结对人", max_length=40)
    vetted_on = models.DateField("审核日期", null=True, blank=True)
    starts_on = models.DateField("结对日期")
    agreed_until = models.DateField("约定到", null=True, blank=True)
    last_contact_on = models.DateField("最近联系", null=True, editable=False)
    last_meeting_on = models.DateField("最近见面", null=True, editable=False)
    contact_due_on = models.DateField("下次联系不晚于", null=True, editable=False)
    meeting_due_on = models.DateField("下次见面不晚于", null=True, editable=False)
    reviewed_on = models.DateField("续结评估日期", null=True, editable=False)
    review_words = models.CharField("续结评估", max_length=200, blank=True, editable=False)
    ends_on = models.DateField("解除日期", null=True, blank=True)
    end_reason = models.CharField("解除原因", max_length=60, blank=True)

    objects = ScopedManager.from_queryset(PairingQuerySet)()

    class Meta:
        verbose_name = "结对"
        verbose_name_plural = "结对"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="pairing_ends_after_it_starts",
                violation_error_message="解除日期不能早于结对日期",
            ),
            models.UniqueConstraint(
                fields=["child", "mentor"],
                condition=Q(ends_on=None),
                name="one_open_pairing_per_child_and_mentor",
                violation_error_message="她和这个孩子已经结对",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | ~Q(end_reason=""),
                name="pairing_ended_for_a_reason",
                violation_error_message="请写明解除原因",
            ),
        ]
        indexes = [
            models.Index(fields=["contact_due_on", "id"], condition=Q(ends_on=None), name="pairing_by_contact"),
            models.Index(
                fields=["township", "contact_due_on", "id"], condition=Q(ends_on=None), name="pairing_by_township"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def stage(self, *, on: date) -> str:
        """domain.md §5.2: in force, to be looked at again, dissolved."""
        if self.ends_on is not None:
            return "已解除"
        return "待评估" if self.agreed_until is not None and self.agreed_until <= on else "结对中"

    def end(self, *, reason: str, on: date) -> None:
        if self.ends_on is not None:
            raise ValidationError(f"这次结对已在 {self.ends_on:%Y-%m-%d} 解除")
        if on < self.starts_on:
            raise ValidationError({"on": f"解除日期不能早于结对日期 {self.starts_on:%Y-%m-%d}"})
        self.ends_on, self.end_reason = on, reason


class ChildAidQuerySet(ScopedQuerySet["ChildAid"]):
    def given_in(self, period: Period) -> Self:
        return self.filter(given_on__gte=period.start, given_on__lt=period.end)

    def with_children(self) -> Self:
        return self.select_related("organization", "township", "child")

    def children_count(self) -> int:
        """Children, not times."""
        return self.aggregate(children=models.Count("child", distinct=True))["children"]

    def total_fen(self) -> int:
        return self.aggregate(total=Sum("amount_fen"))["total"] or 0


class ChildAid(ScopedModel):
    """Money given to a child's guardian."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="aids", verbose_name="儿童")
    given_on = models.DateField("发放日期")
    amount_fen = models.BigIntegerField("金额（分）")
    list_number = models.CharField("审批名单号", max_length=40)
    received_by = models.CharField("领取人", max_length=40, blank=True)

    objects = ScopedManager.from_queryset(ChildAidQuerySet)()

    class Meta:
        verbose_name = "儿童资助"
        verbose_name_plural = "儿童资助"
        indexes = [
            models.Index(fields=["township", "given_on", "id"], name="aid_by_township"),
            models.Index(fields=["organization", "given_on", "id"], name="aid_by_branch"),
            models.Index(fields=["given_on", "id"], name="aid_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "list_number"],
                name="one_aid_per_child_and_list",
                violation_error_message="这个孩子在这份名单里已经登记过",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0), name="aid_of_some_money", violation_error_message="金额要大于 0 元"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_on:%Y-%m-%d} 资助"


class CareDonationQuerySet(ScopedQuerySet["CareDonation"]):
    def received_in(self, period: Period) -> Self:
        return self.filter(received_on__gte=period.start, received_on__lt=period.end)

    def total_fen(self) -> int:
        return self.aggregate(total=Sum("amount_fen"))["total"] or 0


class CareDonation(ScopedModel):
    """Money raised for the children, received through a foundation or charity."""

    class DonorKind(models.TextChoices):
        ENTERPRISE = "enterprise", "企业"
        FOUNDATION = "foundation", "基金会"
        PERSON = "person", "个人"
        PUBLIC_BODY = "public_body", "机关单位"

    received_on = models.DateField("到账日期")
    donor = models.CharField("捐赠方", max_length=60)
    donor_kind = models.CharField("捐赠方类型", max_length=20, choices=DonorKind.choices)
    amount_fen = models.BigIntegerField("金额（分）")
    purpose = models.CharField("定向用途", max_length=60, blank=True)
    receipt_number = models.CharField("票据号", max_length=40, blank=True)

    objects = ScopedManager.from_queryset(CareDonationQuerySet)()

    class Meta:
        verbose_name = "关爱捐赠"
        verbose_name_plural = "关爱捐赠"
        indexes = [models.Index(fields=["received_on", "id"], name="donation_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0), name="donation_of_some_money", violation_error_message="金额要大于 0 元"
            )
        ]

    def __str__(self) -> str:
        return f"{self.received_on:%Y-%m-%d} 捐赠"
