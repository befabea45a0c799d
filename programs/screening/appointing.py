"""Appointments by village and day, the consent before the check, and who came on the day."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit, policy
from federation.models import Organization, User
from members.models import Woman
from outreach import following_up
from outreach.models import FollowUp
from programs.models import Campaign, Screening, ScreeningAppointment, ScreeningConsent, ScreeningDay
from programs.refusing import in_words
from programs.screening import due
from programs.screening.rules import Rules

State = ScreeningAppointment.State
VISIT_DAYS = 7
# The village reads it: it says that she may need help, never with what.
HELP_REASON = "上门看看她有什么要帮助的，需要救助的帮她申请"


@transaction.atomic
def open_day(
    campaign: Campaign, *, organization: Organization, day: date, place: str, quota: int, by: User
) -> ScreeningDay:
    if not campaign.starts_on <= day <= campaign.ends_on:
        raise ValidationError({"day": f"要在本次筛查的 {campaign.starts_on} 至 {campaign.ends_on} 之内。"})
    opened = ScreeningDay(campaign=campaign, organization=organization, day=day, place=place, quota=quota)
    with in_words(ScreeningDay):
        opened.save()
    audit.record("programs.screening_day.opened", opened, by=by, day=str(day), quota=quota)
    return opened


def _locked(day: ScreeningDay, by: User) -> ScreeningDay:
    return ScreeningDay.objects.visible_to(by).select_for_update(of=("self",)).get(pk=day.pk)


def free_places(day: ScreeningDay) -> int:
    return max(0, day.quota - day.appointments.count())


@transaction.atomic
def book(day: ScreeningDay, woman: Woman, *, by: User) -> ScreeningAppointment:
    """Whoever is not due, is down for another day or finds the day full is told so."""
    day = _locked(day, by)
    if woman.organization_id != day.organization_id:
        raise ValidationError(f"她的档案不在{day.organization.division_name}，请约她本村的日子。")
    if free_places(day) == 0:
        raise ValidationError(f"这一天最多 {day.quota} 人，已经约满，请约别的日子。")
    _require_not_booked(day, woman, by)
    verdict = due.verdicts([woman], day.campaign, user=by, on=day.day)[woman.pk]
    if not verdict.is_due:
        raise ValidationError(f"她不用叫：{'；'.join(verdict.words)}。")
    with in_words(ScreeningAppointment):
        booked = ScreeningAppointment.objects.create(day=day, woman=woman, organization=day.organization, booked_by=by)
    audit.record("programs.appointment.booked", day, by=by, count=1)
    return booked


def _require_not_booked(day: ScreeningDay, woman: Woman, by: User) -> None:
    others = ScreeningAppointment.objects.visible_to(by).filter(
        woman=woman, day__campaign=day.campaign_id, state=State.BOOKED
    )  # fmt: skip
    other = others.select_related("day").first()
    if other is not None:
        raise ValidationError(f"她已约在 {other.day.day}，先记那一天到没到。")


@transaction.atomic
def fill(day: ScreeningDay, *, by: User) -> int:
    """The whole village at a time: the due women by name until the day is full."""
    day = _locked(day, by)
    booked = ScreeningAppointment.objects.visible_to(by).filter(day__campaign=day.campaign_id)
    taken = booked.filter(state=State.BOOKED) | booked.filter(day=day)
    women = due.women_of_age(day.campaign, user=by, on=day.day).filter(organization=day.organization)
    called = due.due(women, day.campaign, user=by, on=day.day).exclude(pk__in=taken.values("woman"))
    chosen = list(called.order_by("pinyin", "pk")[: free_places(day)])
    ScreeningAppointment.objects.bulk_create(
        ScreeningAppointment(
            day=day, woman=woman, organization=day.organization, township_id=day.township_id, booked_by=by
        )
        for woman in chosen
    )
    if chosen:
        audit.record("programs.appointment.booked", day, by=by, count=len(chosen))
    return len(chosen)


def consent_version(*, on: date) -> str:
    return policy.rule("screening.consent_version", on=on).value


def consent_of(woman: Woman, campaign: Campaign, *, user: User, on: date) -> ScreeningConsent | None:
    """Of the version that is in force that day; an older sheet must be signed anew."""
    signed = ScreeningConsent.objects.visible_to(user).filter(woman=woman, campaign=campaign)
    return signed.filter(version=consent_version(on=on)).first()


@transaction.atomic
def mark(appointment: ScreeningAppointment, *, came: bool, consented: bool, on: date, by: User) -> None:
    """On the day. Who came has signed, and stands among those screened; nobody is screened twice in a cycle."""
    visible = ScreeningAppointment.objects.visible_to(by).select_related("day__campaign", "woman", "organization")
    appointment = visible.select_for_update(of=("self",)).get(pk=appointment.pk)
    day, woman = appointment.day, appointment.woman
    if appointment.state != State.BOOKED:
        raise ValidationError(f"已登记{appointment.get_state_display()}，以先登记的为准。")
    if on < day.day:
        raise ValidationError(f"{day.day} 还没有到，到那天再登记。")
    if came:
        if not consented and consent_of(woman, day.campaign, user=by, on=day.day) is None:
            raise ValidationError({"consented": "没有签知情同意书的不能查；签了再勾选。"})
        _sign(woman, day, by=by)
        _attend(woman, day, by=by)
    appointment.state = State.CAME if came else State.MISSED
    appointment.save()
    audit.record("programs.appointment.marked", day, by=by, what=appointment.get_state_display())


def _sign(woman: Woman, day: ScreeningDay, *, by: User) -> None:
    if consent_of(woman, day.campaign, user=by, on=day.day) is None:
        ScreeningConsent.objects.create(
            campaign=day.campaign, woman=woman, organization=woman.organization, signed_on=day.day, recorded_by=by,
            version=consent_version(on=day.day),
        )  # fmt: skip


def _attend(woman: Woman, day: ScreeningDay, *, by: User) -> Screening:
    parts = due.open_parts(woman, day.campaign, user=by, on=day.day)
    due.require_due(woman, day.campaign, parts=parts, on=day.day, by=by)
    rules = Rules().on(day.day)
    with in_words(Screening):
        screening = Screening.objects.create(
            campaign=day.campaign, woman=woman, organization=woman.organization, attended_on=day.day,
            cervical="cervical" in parts, breast="breast" in parts,
            cervical_due_on=rules.cytology_due_on if "cervical" in parts else None,
            breast_due_on=rules.breast_due_on if "breast" in parts else None,
        )  # fmt: skip
    audit.record("programs.screening.attended", screening, by=by)
    return screening


@transaction.atomic
def ask_for_help(screening: Screening, *, on: date, by: User) -> FollowUp:
    """One click: her village is to visit her. Neither a finding nor the kind of check goes with it."""
    screening = Screening.objects.visible_to(by).select_for_update(of=("self",)).get(pk=screening.pk)
    standing = FollowUp.objects.visible_to(by).open().filter(woman=screening.woman, kind=FollowUp.Kind.VISIT).first()
    if not screening.needs_help:
        screening.needs_help = True
        screening.save()
    due_on = on + timedelta(days=VISIT_DAYS)
    return standing or following_up.raise_visit(woman=screening.woman, due_on=due_on, reason=HELP_REASON, by=by)
