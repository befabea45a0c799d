"""Caring mothers and companions of the demo city, their children, and the contacts between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from federation import copying
from federation.models import Organization, User
from federation.sealed import seal_many
from programs.models import CareContact, Child, ChildWish, Mentor, MentorVetting, Pairing
from reports.demo import people
from reports.demo.stage import SAMPLE_YEAR, Stage

_OF_VILLAGE, _EACH = 4, 4
_MENTOR = [
    "id", "public_id", "organization_id", "township_id", "name", "sex", "kind", "work_unit", "phone", "recruited_on",
    "vetted_on", "vetted_until", "trained_on", "left_on", "leave_reason",
]  # fmt: skip
_VETTING = [
    "organization_id", "township_id", "mentor_id", "checked_on", "check_number", "result", "pledged_on", "passed",
    "valid_until",
]  # fmt: skip
_PAIRING = [
    "id", "organization_id", "township_id", "child_id", "mentor_id", "kind", "mentor_name", "vetted_on", "starts_on",
    "ends_on", "end_reason", "agreed_until", "last_contact_on", "last_meeting_on", "contact_due_on", "meeting_due_on",
    "review_words",
]  # fmt: skip
_CONTACT = ["organization_id", "township_id", "pairing_id", "contacted_on", "way", "words"]
_WORK = ("村小学教师", "乡镇卫生院", "个体工商户", "退休干部", "农商银行", "超市职工", "")
_WISHES = ("想要一个新书包", "想要一双球鞋", "想看一场电影", "想要一套《西游记》", "想和妈妈拍一张合照")
_SPONSOR_CHILDREN = 3


@dataclass(frozen=True)
class _Mentor:
    pk: int
    name: str
    kind: str
    village: Organization
    vetted_on: date
    checks: tuple[date, ...]
    left_on: date | None

    @property
    def vetted_until(self) -> date:
        return _valid_until(self.checks[-1])


def fill_pairings(stage: Stage, homes: list[tuple[int, Organization]], first: int) -> None:
    """Four mentors a village, up to four children each; one child in five waits for a mentor."""
    mentors = _mentors(stage, first)
    keys = [pk for pk, _ in homes]
    rows = Child.objects.filter(pk__gte=min(keys), pk__lte=max(keys)).values_list("pk", "opened_on", "closed_on")
    spans = {pk: (opened, closed) for pk, opened, closed in rows}
    paired = [home for home in homes if stage.random.random() < 0.8]
    ids = copying.reserve_ids(Pairing, len(paired))
    made = list(_pairings(stage, mentors, paired, ids, spans, first))
    copying.insert(Pairing, _PAIRING, made)
    if first > SAMPLE_YEAR:
        copying.insert(CareContact, _CONTACT, _contacts(stage, made))
        _wishes(stage, paired[:300])
        taken = {pk for pk, _ in paired}
        _sponsor(stage, [home for home in homes if home[0] not in taken])


def _valid_until(checked_on: date) -> date:
    return checked_on.replace(year=checked_on.year + 1) - timedelta(days=1)


def _mentors(stage: Stage, first: int) -> dict[int, list[_Mentor]]:
    ids = iter(copying.reserve_ids(Mentor, len(stage.villages) * _OF_VILLAGE))
    found: dict[int, list[_Mentor]] = defaultdict(list)
    begun, again = date(first, 9, 15), date(first + 1, 9, 10)
    for village in stage.villages:
        for _ in range(_OF_VILLAGE):
            kind = stage.random.choice(("caring_mother", "caring_mother", "companion"))
            renewed = again <= stage.on and stage.random.random() < 0.93
            left_on = None if first > SAMPLE_YEAR else date(SAMPLE_YEAR + 4, 12, 31)
            checks = (begun, again) if renewed else (begun,)
            name = people.woman_name(stage.random)
            found[village.pk].append(_Mentor(next(ids), name, kind, village, begun, checks, left_on))
    everybody = [mentor for group in found.values() for mentor in group]
    copying.insert(Mentor, _MENTOR, _mentor_rows(stage, everybody, first))
    copying.insert(MentorVetting, _VETTING, _vetting_rows(everybody))
    return found


def _mentor_rows(stage: Stage, mentors: list[_Mentor], first: int) -> Iterator[tuple[Any, ...]]:
    public_ids = [stage.uuid() for _ in mentors]
    phones = seal_many(((key, people.phone(stage.random)) for key in public_ids), place="programs_mentor.phone")
    for mentor, key, phone in zip(mentors, public_ids, phones, strict=True):
        yield (
            mentor.pk, key, mentor.village.pk, mentor.village.township_id, mentor.name, "2", mentor.kind,
            stage.random.choice(_WORK), phone, date(first, 6, 1) + timedelta(days=stage.random.randrange(80)),
            mentor.checks[-1], mentor.vetted_until, date(first, 9, 25), mentor.left_on,
            "本人不便继续" if mentor.left_on else "",
        )  # fmt: skip


def _vetting_rows(mentors: list[_Mentor]) -> Iterator[tuple[Any, ...]]:
    numbers = count(1)
    for mentor in mentors:
        for checked_on in mentor.checks:
            yield (
                mentor.village.pk, mentor.village.township_id, mentor.pk, checked_on,
                f"兰公查{checked_on:%Y}{next(numbers):05}", "clear", checked_on, True, _valid_until(checked_on),
            )  # fmt: skip


def _pairings(
    stage: Stage,
    mentors: dict[int, list[_Mentor]],
    paired: list[tuple[int, Organization]],
    ids: list[int],
    spans: dict[int, tuple[date, date | None]],
    first: int,
) -> Iterator[tuple[Any, ...]]:
    placed: dict[int, int] = defaultdict(int)
    for pk, (child, village) in zip(ids, paired, strict=True):
        mentor = mentors[village.pk][min(placed[village.pk] // _EACH, _OF_VILLAGE - 1)]
        placed[village.pk] += 1
        opened_on, closed_on = spans[child]
        starts_on = max(date(first, 11, 1), opened_on)
        ends_on = min(filter(None, (closed_on, mentor.left_on)), default=None)
        ends_on = max(ends_on, starts_on) if ends_on else None
        reason = "" if ends_on is None else "儿童退出" if ends_on == closed_on else "约定期满"
        contact = meeting = None
        if first > SAMPLE_YEAR and ends_on is None:
            contact = max(starts_on, stage.on - timedelta(days=stage.random.randrange(2, 38)))
            meeting = max(starts_on, stage.on - timedelta(days=stage.random.randrange(38, 110)))
        agreed = date(stage.on.year + (stage.random.random() < 0.9), 11, 1) if first > SAMPLE_YEAR else ends_on
        yield (
            pk, village.pk, village.township_id, child, mentor.pk, mentor.kind, mentor.name, mentor.vetted_on, starts_on,
            ends_on, reason, agreed, contact, meeting, (contact or starts_on) + timedelta(days=31),
            (meeting or starts_on) + timedelta(days=92), "",
        )  # fmt: skip


def _contacts(stage: Stage, made: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for row in made:
        pairing = dict(zip(_PAIRING, row, strict=True))
        where = pairing["organization_id"], pairing["township_id"], pairing["id"]
        if pairing["last_contact_on"] is not None:
            way = stage.random.choice(("phone", "video", "video", "letter"))
            yield *where, pairing["last_contact_on"], way, ""
            yield *where, pairing["last_meeting_on"], "meeting", "一起去了儿童之家"


def _wishes(stage: Stage, homes: list[tuple[int, Organization]]) -> None:
    wished_on = date(stage.on.year, 5, 20)
    if wished_on > stage.on:
        return
    granted_on = stage.past(date(stage.on.year, 6, 1))
    ChildWish.objects.bulk_create(
        ChildWish(
            child_id=pk, organization=village, township_id=village.township_id, year=stage.on.year,
            words=stage.random.choice(_WISHES), wished_on=wished_on, granted_on=granted_on if place % 3 else None,
        )
        for place, (pk, village) in enumerate(homes)
    )  # fmt: skip


def _sponsor(stage: Stage, waiting: list[tuple[int, Organization]]) -> None:
    """The demo's sponsor has an account: a caring mother of the city, with three of the children who waited."""
    account = User.objects.filter(username="aixin").first()
    checked_on = stage.on - timedelta(days=120)
    mentor = Mentor.objects.create(
        organization=stage.city, name="林爱心", sex="2", kind="caring_mother", work_unit="兰河商会", account=account,
        recruited_on=checked_on - timedelta(days=20), vetted_on=checked_on, vetted_until=_valid_until(checked_on),
        trained_on=checked_on + timedelta(days=10),
    )  # fmt: skip
    MentorVetting.objects.create(
        mentor=mentor, organization=stage.city, checked_on=checked_on, check_number="兰公查市00001", result="clear",
        pledged_on=checked_on, passed=True, valid_until=_valid_until(checked_on),
    )  # fmt: skip
    children = (
        Child.objects.in_care(on=stage.on).filter(pk__in=[pk for pk, _ in waiting]).select_related("organization")
    )
    for place, child in enumerate(children.order_by("pk")[:_SPONSOR_CHILDREN]):
        starts_on = max(checked_on + timedelta(days=20), child.opened_on)
        met_on = stage.on - timedelta(days=20 + 15 * place)
        pairing = Pairing.objects.create(
            child=child, organization=child.organization, mentor=mentor, mentor_name=mentor.name, kind=mentor.kind,
            vetted_on=checked_on, starts_on=starts_on, agreed_until=starts_on.replace(year=starts_on.year + 1),
            last_contact_on=met_on, last_meeting_on=met_on, contact_due_on=met_on + timedelta(days=31),
            meeting_due_on=met_on + timedelta(days=92),
        )  # fmt: skip
        CareContact.objects.create(
            pairing=pairing, organization=child.organization, contacted_on=met_on, way="meeting", words="一起做了手工"
        )
    _wishes(stage, [(child.pk, child.organization) for child in children.order_by("pk")[:2]])
