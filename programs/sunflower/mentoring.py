"""The register of caring mothers and growth companions: recruited, vetted, trained, left."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit, policy
from federation.models import Organization, User
from programs.models import Mentor, MentorVetting
from programs.refusing import in_words
from programs.trail import field_names

REFUSED = "结对人审核未通过"
LEFT = "结对人退出"


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@transaction.atomic
def recruit(*, organization: Organization, id_number: str, phone: str, by: User, **facts: Any) -> Mentor:
    mentor = Mentor(organization=organization, id_number=id_number or None, phone=phone or None, **facts)
    with in_words(Mentor):
        mentor.save()
    audit.record("programs.mentor.recruited", mentor, by=by)
    return mentor


@transaction.atomic
def correct(mentor: Mentor, *, id_number: str, phone: str, by: User, **facts: Any) -> None:
    """What is sealed is written without being read: left empty it stays as it is."""
    mentor = _locked(mentor)
    sealed = {name: value for name, value in (("id_number", id_number), ("phone", phone)) if value}
    given = {**facts, **sealed}
    changed = [name for name, value in given.items() if name in sealed or getattr(mentor, name) != value]
    for name in changed:
        setattr(mentor, name, given[name])
    with in_words(Mentor):
        mentor.save()
    audit.record("programs.mentor.corrected", mentor, by=by, fields=field_names(mentor, changed))


@transaction.atomic
def vet(mentor: Mentor, *, on: date, by: User, **facts: Any) -> MentorVetting:
    """The record check and the pledge. A record found ends every pairing at once."""
    mentor = _locked(mentor)
    checked_on: date = facts["checked_on"]
    pledged_on: date | None = facts["pledged_on"]
    if checked_on > on:
        raise ValidationError({"checked_on": f"查询日期不能晚于今天 {on:%Y-%m-%d}"})
    if pledged_on is not None and pledged_on > on:
        raise ValidationError({"pledged_on": f"签承诺书日期不能晚于今天 {on:%Y-%m-%d}"})
    latest = mentor.vettings.order_by("-checked_on", "-id").first()
    if latest is not None and checked_on < latest.checked_on:
        raise ValidationError({"checked_on": f"查询日期不能早于上一次查询 {latest.checked_on:%Y-%m-%d}"})
    passed = facts["result"] == MentorVetting.Result.CLEAR
    if passed and pledged_on is None:
        raise ValidationError({"pledged_on": "查询没有记录，还要签承诺书，审核才算通过"})
    months = policy.whole_number("care.vetting_months", on=checked_on)
    vetting = MentorVetting.objects.create(
        mentor=mentor, organization=mentor.organization, passed=passed, recorded_by=by,
        valid_until=months_later(checked_on, months) - timedelta(days=1), **facts,
    )  # fmt: skip
    mentor.refused_on = None if passed else checked_on
    mentor.vetted_on = max(checked_on, pledged_on) if passed and pledged_on else None
    mentor.vetted_until = vetting.valid_until if passed else None
    mentor.save()
    if not passed:
        _end_pairings(mentor, reason=REFUSED, on=on)
    audit.record("programs.mentor.vetted", mentor, by=by, result="通过" if passed else "未通过")
    return vetting


@transaction.atomic
def train(mentor: Mentor, *, trained_on: date, on: date, by: User) -> None:
    mentor = _locked(mentor)
    if not mentor.recruited_on <= trained_on <= on:
        raise ValidationError({"trained_on": f"培训日期应在报名 {mentor.recruited_on:%Y-%m-%d} 和今天之间"})
    mentor.trained_on = trained_on
    mentor.save()
    audit.record("programs.mentor.trained", mentor, by=by, on=f"{trained_on:%Y-%m-%d}")


@transaction.atomic
def leave(mentor: Mentor, *, reason: str, left_on: date, by: User) -> None:
    mentor = _locked(mentor)
    if mentor.left_on is not None:
        raise ValidationError(f"她已在 {mentor.left_on:%Y-%m-%d} 退出")
    if left_on < mentor.recruited_on:
        raise ValidationError({"left_on": f"退出日期不能早于报名日期 {mentor.recruited_on:%Y-%m-%d}"})
    mentor.left_on, mentor.leave_reason = left_on, reason
    with in_words(Mentor):
        mentor.save()
    _end_pairings(mentor, reason=LEFT, on=left_on)
    audit.record("programs.mentor.left", mentor, by=by, on=f"{left_on:%Y-%m-%d}")


@transaction.atomic
def give_account(mentor: Mentor, *, account: User | None, by: User) -> None:
    mentor = _locked(mentor)
    mentor.account = account
    mentor.save()
    audit.record("programs.mentor.account_given", mentor, by=by)


def why_not(mentor: Mentor, *, on: date) -> str:
    """In words, why she may not be paired on that day; empty if she may."""
    if mentor.left_on is not None and mentor.left_on <= on:
        return f"她已在 {mentor.left_on:%Y-%m-%d} 退出"
    if mentor.refused_on is not None:
        return f"{mentor.refused_on:%Y-%m-%d} 的审核没有通过"
    if mentor.vetted_on is None or mentor.vetted_until is None:
        return "还没有做资格审核（查询违法犯罪记录、签承诺书）"
    if on < mentor.vetted_on:
        return f"审核 {mentor.vetted_on:%Y-%m-%d} 才通过，结对不能早于这一天"
    if mentor.vetted_until < on:
        return f"审核有效期到 {mentor.vetted_until:%Y-%m-%d}，要先办年度复审"
    if mentor.trained_on is None or mentor.trained_on > on:
        return "还没有参加培训"
    return ""


def _end_pairings(mentor: Mentor, *, reason: str, on: date) -> None:
    for pairing in mentor.pairings.filter(ends_on=None):
        pairing.end(reason=reason, on=max(on, pairing.starts_on))
        pairing.save()


def _locked(mentor: Mentor) -> Mentor:
    return Mentor.objects.select_for_update(of=("self",)).get(pk=mentor.pk)
