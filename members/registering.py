"""The register of women and households: opening a file, changing it, moving it, and noting that she has left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from federation import audit, scoping
from federation.models import Organization, User
from members.codes import Departure
from members.identity import NationalID
from members.models import Household, Woman
from members.twins import Difference

ELSEWHERE = "已在其他组织建档，请联系市妇联"
HERE = "这个身份证号在您这里已有档案，请打开原档案修改，不要重复建档"


@dataclass(frozen=True)
class ExistingFile:
    """A number that already has a file. `woman` is None where the file is outside the person's scope."""

    woman: Woman | None

    @property
    def words(self) -> str:
        return HERE if self.woman else ELSEWHERE


def file_with(number: NationalID, *, user: User) -> ExistingFile | None:
    """The register holds each number once in the whole city, so the whole tree is asked; no more than yes or no leaves here."""
    with scoping.everything("an ID number has one file in the whole city"):
        taken = Woman.objects.with_id_number(number.text).exists()
    if not taken:
        return None
    return ExistingFile(Woman.objects.visible_to(user).with_id_number(number.text).first())


def find_by_number(number: NationalID, *, by: User) -> Woman | None:
    """Asking whether a number is on file is an answer about a person, so the question itself is recorded."""
    assert by.organization is not None
    found = Woman.objects.visible_to(by).with_id_number(number.text).first()
    audit.record("members.woman.looked_up", found or by.organization, by=by, found="有档案" if found else "没有档案")
    return found


@transaction.atomic
def open_file(*, organization: Organization, by: User, other_person: str = "", **fields: Any) -> Woman:
    """`other_person` says how it is known that she is not the woman of her name who has a file already."""
    woman = Woman(organization=organization, **fields)
    _require_same_branch(woman)
    _save(woman)
    audit.record("members.woman.opened", woman, by=by)
    if other_person:
        audit.record("members.woman.opened_beside", woman, by=by, reason=Difference(other_person).label)
    return woman


@transaction.atomic
def edit_file(woman: Woman, *, by: User, **fields: Any) -> Woman:
    woman = Woman.objects.select_for_update().get(pk=woman.pk)
    changed = _assign(woman, fields)
    if not changed:
        return woman
    _require_same_branch(woman)
    _save(woman)
    audit.record("members.woman.edited", woman, by=by, fields=_labels(Woman, changed))
    return woman


@transaction.atomic
def record_departure(woman: Woman, *, on: date, reason: str, by: User) -> None:
    woman = Woman.objects.select_for_update().get(pk=woman.pk)
    if woman.left_on is not None:
        raise ValidationError(f"这份档案已登记离开（{woman.left_on:%Y-%m-%d}）。")
    if woman.birth_on is not None and on < woman.birth_on:
        raise ValidationError({"on": f"离开日期早于出生日期 {woman.birth_on:%Y-%m-%d}，请核对。"})
    woman.left_on, woman.left_reason = on, reason
    woman.save()
    audit.record("members.woman.departed", woman, by=by, on=str(on), reason=Departure(reason).label)


@transaction.atomic
def record_return(woman: Woman, *, by: User) -> None:
    """She is back, or the departure was noted by mistake."""
    woman = Woman.objects.select_for_update().get(pk=woman.pk)
    if woman.left_on is None:
        raise ValidationError("这份档案没有登记离开，不用恢复。")
    woman.left_on, woman.left_reason = None, ""
    woman.save()
    audit.record("members.woman.returned", woman, by=by)


@transaction.atomic
def move_file(woman: Woman, *, to: Organization, on: date, by: User) -> None:
    """She lives in another village now. What happened before stays where it happened; her household stays behind."""
    woman = Woman.objects.select_for_update().get(pk=woman.pk)
    if woman.organization_id == to.pk:
        raise ValidationError({"to": f"档案已经在{to.short_name}，请选另一个村（社区）。"})
    left = woman.organization.short_name
    woman.organization, woman.household = to, None
    woman.save()
    audit.record("members.woman.moved", woman, by=by, left=left, to=to.short_name, on=str(on))


@transaction.atomic
def open_household(*, organization: Organization, by: User, **fields: Any) -> Household:
    household = Household.objects.create(organization=organization, **fields)
    audit.record("members.household.opened", household, by=by)
    return household


@transaction.atomic
def edit_household(household: Household, *, by: User, **fields: Any) -> Household:
    household = Household.objects.select_for_update().get(pk=household.pk)
    changed = _assign(household, fields)
    if changed:
        household.save()
        audit.record("members.household.edited", household, by=by, fields=_labels(Household, changed))
    return household


def _assign(row: models.Model, fields: dict[str, Any]) -> list[str]:
    """Set what differs and name it. Sealed values compare as the text they hold, nothing as nothing."""
    changed = [name for name, value in fields.items() if (getattr(row, name) or None) != (value or None)]
    for name in changed:
        setattr(row, name, fields[name])
    return changed


def _labels(model: type[models.Model], names: list[str]) -> str:
    return "、".join(str(field.verbose_name) for field in model._meta.fields if field.name in names)


def _require_same_branch(woman: Woman) -> None:
    if woman.household is not None and woman.household.organization_id != woman.organization_id:
        raise ValidationError({"household": "家庭和她本人不在同一个村（社区），请先办迁入。"})


def _save(woman: Woman) -> None:
    """Two people may open the same file at once: the second is told in words, by the constraint."""
    try:
        with transaction.atomic():
            woman.save()
    except IntegrityError as refused:
        if "one_woman_per_id_number" not in str(refused):
            raise
        raise ValidationError({"id_number": ELSEWHERE}) from refused
