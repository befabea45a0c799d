"""What a mentor with an account of her own reads on her home: alias cards of her children, and quiet reminders.

Her account opens no branch. These functions open the tree for her own pairings alone, and give out no model rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404

from federation import policy, scoping
from federation.models import User
from programs.models import Child, ChildWish, Mentor, Pairing
from programs.models.sunflower import PairingQuerySet
from programs.sunflower import companionship

_WHY = "a mentor reads the alias cards of her own children"
# What a stranger must not learn of a child; the card then says only that she is in hardship.
_UNSAID = {
    Child.Category.HARMED,
    Child.Category.ROAMING,
    Child.Category.PARENT_IN_CUSTODY,
    Child.Category.ILL,
    Child.Category.DISABLED,
}
_BANDS = ((6, "学龄前"), (12, "小学年龄"), (15, "初中年龄"), (18, "高中年龄"))


@dataclass(frozen=True)
class AliasCard:
    """A number, an age band, a kind of hardship. No name, place, school or picture."""

    pairing: int
    number: str
    band: str
    hardship: str
    since: date
    wish: str
    wish_granted_on: date | None
    last_contact_on: date | None
    reminders: list[str]


def cards_of(user: User, *, on: date) -> list[AliasCard]:
    with scoping.everything(_WHY):
        found = list(_pairings_of(user, on).select_related("child").defer("child__phone", "child__condition"))
        wishes = {
            wish.child_id: wish
            for wish in ChildWish.objects.filter(child__in=[each.child_id for each in found], year=on.year)
        }
        notice = timedelta(days=policy.whole_number("care.birthday_notice_days", on=on) if found else 0)
        return [_card(each, wishes.get(each.child_id), notice, on) for each in found]


def mentor_of(user: User, *, on: date) -> tuple[str, date | None] | None:
    """Her standing in the register: its stage in words and until when the vetting holds."""
    with scoping.everything(_WHY):
        mentor = Mentor.objects.filter(account=user).first()
        if mentor is None:
            return None
        return str(mentor.stage(on=on).label), mentor.vetted_until


def note_contact(user: User, pairing: int, *, contacted_on: date, way: str, words: str, on: date) -> None:
    """By the mentor herself, of a pairing of hers; another's does not exist."""
    with scoping.everything("a mentor writes down her own contact"):
        companionship.note_contact(
            _own(user, pairing, on), contacted_on=contacted_on, way=way, words=words, on=on, by=user
        )


def card_of(user: User, pairing: int, *, on: date) -> AliasCard:
    for card in cards_of(user, on=on):
        if card.pairing == pairing:
            return card
    raise Http404


def _pairings_of(user: User, on: date) -> PairingQuerySet:
    """While the guardian consents and her own vetting stands: with either gone, nothing of a child is shown to her."""
    mine = Pairing.objects.in_force(on=on).filter(mentor__account=user, child__consented_on__isnull=False)
    return mine.filter(mentor__vetted_until__gte=on).order_by("starts_on", "id")


def _own(user: User, pairing: int, on: date) -> Pairing:
    found = _pairings_of(user, on).filter(pk=pairing).first()
    if found is None:
        raise Http404
    return found


def _card(pairing: Pairing, wish: ChildWish | None, notice: timedelta, on: date) -> AliasCard:
    child = pairing.child
    age = child.age(on=on)
    category = Child.Category(child.category)
    return AliasCard(
        pairing=pairing.pk,
        number=child.number,
        band=next((band for below, band in _BANDS if age < below), "已满 18 周岁"),
        hardship="困境儿童" if category in _UNSAID else str(category.label),
        since=pairing.starts_on,
        wish=wish.words if wish else "",
        wish_granted_on=wish.granted_on if wish else None,
        last_contact_on=pairing.last_contact_on,
        reminders=_reminders(pairing, wish, notice, on),
    )


def _reminders(pairing: Pairing, wish: ChildWish | None, notice: timedelta, on: date) -> list[str]:
    found = []
    if pairing.contact_due_on is not None and pairing.contact_due_on <= on:
        found.append("有些日子没有联系了，方便时打个电话")
    if pairing.meeting_due_on is not None and pairing.meeting_due_on <= on:
        found.append("这个季度还没有见面，可请妇联安排")
    if _birthday_within(pairing.child.birth_on, notice, on):
        found.append("生日快到了，可请妇联转一句祝福")
    if wish is not None and wish.granted_on is None:
        found.append("有一个微心愿还没有实现")
    return found


def _birthday_within(birth_on: date, notice: timedelta, on: date) -> bool:
    return any(
        (day.month, day.day) == (birth_on.month, birth_on.day)
        for day in (on + timedelta(days=ahead) for ahead in range(notice.days + 1))
    )
