from __future__ import annotations

import uuid
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from federation.scoping import ScopedBulkModel, ScopedManager, ScopedQuerySet
from federation.sealed import SealedTextField, blind_index
from members.codes import ETHNIC_CHOICES, Departure, Education, Hardship, Marriage, NoIDReason, Political, Sex
from members.identity import NationalID
from members.models.household import Household
from members.pinyin import LAST, beginning_with, initials_of, pinyin_of

ID_PURPOSE = "woman.id_number"
PHONE_PURPOSE = "woman.phone"


class WomanQuerySet(ScopedQuerySet["Woman"]):
    def living_here(self) -> Self:
        """Residents of the register: neither moved away nor dead."""
        return self.filter(left_on=None)

    def departed(self) -> Self:
        return self.exclude(left_on=None)

    def handed_over(self, *, on: date) -> Self:
        return self.all()

    def needing_a_branch(self) -> Self:
        return self.living_here()

    def with_id_number(self, text: str) -> Self:
        return self.filter(id_index=blind_index(ID_PURPOSE, text))

    def named_like(self, text: str) -> Self:
        """By the beginning of the name or of the pinyin initials; these bound the pinyin, by which the lists go, too."""
        text, first = text.strip(), text.strip()[:1].lower()
        if not text.isascii():
            return self.filter(beginning_with(text))
        return self.filter(
            beginning_with(text), **({"pinyin__gte": first, "pinyin__lt": first + LAST} if first else {})
        )

    def aged(self, low: int, high: int, *, on: date) -> Self:
        """Whole years of age on that day, both bounds included."""
        return self.filter(birth_on__gt=_years_before(on, high + 1), birth_on__lte=_years_before(on, low))


def _years_before(on: date, years: int) -> date:
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


class Woman(ScopedBulkModel):
    """A woman served. Her branch is the village where she lives, not where she is registered."""

    # Sealed values are bound to it. Nobody looks a row up by it, so no index of 122 random bits is kept.
    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField("姓名", max_length=40, db_collation="C")
    pinyin = models.CharField(max_length=120, editable=False, db_collation="C")
    initials = models.CharField(max_length=40, editable=False, db_collation="C")
    id_number = SealedTextField("身份证号", null=True, blank=True)
    id_index = models.BinaryField(null=True, editable=False)
    no_id_reason = models.CharField("无证件原因", max_length=20, choices=NoIDReason.choices, blank=True)
    birth_on = models.DateField("出生日期", null=True, blank=True)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices, default=Sex.FEMALE)
    ethnic = models.CharField("民族", max_length=2, choices=ETHNIC_CHOICES, default="01")
    education = models.CharField("文化程度", max_length=2, choices=Education.choices, blank=True)
    political = models.CharField("政治面貌", max_length=2, choices=Political.choices, blank=True)
    marriage = models.CharField("婚姻状况", max_length=2, choices=Marriage.choices, blank=True)
    hardship = models.CharField("困难类别", max_length=20, choices=Hardship.choices, default=Hardship.NONE)
    phone = SealedTextField("手机号", null=True, blank=True)
    address = models.CharField("住址", max_length=120, blank=True)
    household = models.ForeignKey(
        Household, models.SET_NULL, null=True, blank=True, related_name="women", verbose_name="家庭",
        db_constraint=False, db_index=False,
    )  # fmt: skip
    left_on = models.DateField("离开日期", null=True, blank=True)
    left_reason = models.CharField("离开原因", max_length=40, choices=Departure.choices, blank=True)
    created_at = models.DateTimeField("建档时间", auto_now_add=True)

    objects = ScopedManager.from_queryset(WomanQuerySet)()

    class Meta:
        verbose_name = "妇女"
        verbose_name_plural = "妇女"
        # A list goes by the whole pinyin. A name, rare by itself, is found in the whole city, and then the scope narrows.
        indexes = [
            models.Index(fields=["township", "pinyin", "id"], name="woman_township_pinyin"),
            models.Index(fields=["organization", "pinyin", "id"], name="woman_branch_pinyin"),
            models.Index(fields=["pinyin", "id"], name="woman_pinyin"),
            models.Index(fields=["initials", "id"], name="woman_initials"),
            models.Index(fields=["name", "id"], name="woman_name"),
            models.Index(fields=["household"], name="woman_household", condition=Q(household__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_index"], name="one_woman_per_id_number", violation_error_message="这个身份证号已有档案"
            ),
            models.CheckConstraint(
                condition=Q(id_index__isnull=False) | ~Q(no_id_reason=""),
                name="id_number_or_a_reason",
                violation_error_message="没有身份证号时，请选一个原因",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:woman_detail", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pinyin, self.initials = pinyin_of(self.name), initials_of(self.name)
        if self.id_number:
            number = NationalID(self.id_number)
            self.id_number, self.id_index = number.text, blind_index(ID_PURPOSE, number.text)
            self.birth_on, self.sex, self.no_id_reason = number.birth_on, number.sex, ""
        else:
            self.id_number = self.id_index = None
        super().save(*args, **kwargs)

    def age(self, *, on: date) -> int | None:
        """Whole years on that day."""
        if self.birth_on is None:
            return None
        return on.year - self.birth_on.year - ((on.month, on.day) < (self.birth_on.month, self.birth_on.day))
