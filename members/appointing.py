"""Cadres and their posts: a file, an appointment with its term, and its end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit
from federation.models import Organization, User
from federation.sealed import masked_name
from members.models import Appointment, Cadre

Post = Appointment.Post


@transaction.atomic
def open_cadre(*, organization: Organization, by: User, **fields: Any) -> Cadre:
    cadre = Cadre(organization=organization, **fields)
    _require_village_for_committees(cadre)
    cadre.save()
    audit.record("members.cadre.opened", cadre, by=by)
    return cadre


@transaction.atomic
def edit_cadre(cadre: Cadre, *, by: User, **fields: Any) -> Cadre:
    cadre = Cadre.objects.select_for_update().get(pk=cadre.pk)
    changed = [name for name, value in fields.items() if (getattr(cadre, name) or None) != (value or None)]
    if not changed:
        return cadre
    for name in changed:
        setattr(cadre, name, fields[name])
    _require_village_for_committees(cadre)
    cadre.save()
    labels = "、".join(str(field.verbose_name) for field in Cadre._meta.fields if field.name in changed)
    audit.record("members.cadre.edited", cadre, by=by, fields=labels)
    return cadre


def _require_village_for_committees(cadre: Cadre) -> None:
    if cadre.in_two_committees and not cadre.organization.is_village:
        raise ValidationError({"in_two_committees": "只有村（社区）的干部登记“进两委”，请先核对所属妇联。"})


@transaction.atomic
def appoint(
    cadre: Cadre,
    *,
    organization: Organization,
    post: str,
    mode: str,
    starts_on: date,
    term_ends_on: date | None,
    by: User,
) -> Appointment:
    """The branch is locked, so that two chairs cannot be appointed at once."""
    branch = Organization.objects.select_for_update().get(pk=organization.pk)
    if term_ends_on is not None and term_ends_on <= starts_on:
        raise ValidationError({"term_ends_on": f"届满日期要晚于任职日期 {starts_on:%Y-%m-%d}。"})
    held = cadre.appointments.filter(organization=branch, post=post, ended_on=None).first()
    if held is not None:
        raise ValidationError({"post": f"她已在任这个职务（{held.starts_on:%Y-%m-%d} 起），不用重复登记。"})
    _require_no_other_chair(branch, post)
    appointment = Appointment.objects.create(
        cadre=cadre, organization=branch, post=post, mode=mode, starts_on=starts_on, term_ends_on=term_ends_on
    )
    audit.record("members.cadre.appointed", cadre, by=by, post=Post(post).label, branch=branch.short_name)
    return appointment


def _require_no_other_chair(branch: Organization, post: str) -> None:
    if post != Post.CHAIR:
        return
    chair = Appointment.objects.filter(organization=branch, post=post, ended_on=None).first()
    if chair is None:
        return
    # A cadre of another branch may hold the post; her name is for those who see her file.
    holder = Cadre.objects.filter(pk=chair.cadre_id).first()
    name = masked_name(holder.name) if holder else ""
    words = f"{branch.short_name}已有在任主席{name}（{chair.starts_on:%Y-%m-%d} 起），请先登记她离任。"
    raise ValidationError({"post": words})


@transaction.atomic
def end_appointment(appointment: Appointment, *, on: date, reason: str, by: User) -> None:
    """The day itself is no longer in office."""
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if appointment.ended_on is not None:
        raise ValidationError(f"这个任职已登记离任（{appointment.ended_on:%Y-%m-%d}）。")
    if on < appointment.starts_on:
        raise ValidationError({"on": f"离任日期不能早于任职日期 {appointment.starts_on:%Y-%m-%d}。"})
    appointment.ended_on, appointment.end_reason = on, reason
    appointment.save()
    audit.record(
        "members.cadre.left_post",
        appointment.cadre,
        by=by,
        post=appointment.get_post_display(),
        branch=appointment.organization.short_name,
    )
