"""Households, women and cadres."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from federation import copying
from federation.models import Organization
from federation.sealed import blind_index, seal_many
from members.models import Appointment, Cadre, Household, Woman
from members.models.woman import ID_PURPOSE
from members.pinyin import initials_of, pinyin_of
from reports.demo import people
from reports.demo.stage import SAMPLE_YEAR, Stage

# The two cohorts that are of screening age in the sample's year and today.
SCREENED_IN_SAMPLE_YEARS = 49_492
YOUNGER = 17_000
_HARDSHIPS = ["none"] * 90 + ["minimum_living"] * 4 + ["near_poverty"] * 3 + ["expense"] * 2 + ["extreme_poverty"]
_EDUCATIONS = ["70"] * 50 + ["80"] * 20 + ["60"] * 15 + ["40"] * 8 + ["30"] * 5 + ["20"] * 2
_MARRIAGES = ["20"] * 85 + ["40"] * 6 + ["30"] * 6 + ["10"] * 3
_HOUSEHOLD = [
    "id",
    "organization_id",
    "township_id",
    "number",
    "head_name",
    "address",
    "group",
    "hardship",
    "created_at",
]
_WOMAN = [
    "id", "public_id", "organization_id", "township_id", "household_id", "name", "pinyin", "initials", "id_number",
    "id_index", "no_id_reason", "birth_on", "sex", "ethnic", "education", "political", "marriage", "hardship", "phone",
    "address", "left_reason", "created_at",
]  # fmt: skip
_CADRE = [
    "id", "public_id", "organization_id", "township_id", "name", "pinyin", "initials", "birth_on", "education", "political",
    "phone", "in_two_committees", "user_id",
]  # fmt: skip
_APPOINTMENT = [
    "organization_id", "township_id", "cadre_id", "post", "mode", "starts_on", "term_ends_on", "ended_on", "end_reason",
]  # fmt: skip


class Resident(NamedTuple):
    """What later parts need of a woman."""

    pk: int
    village: Organization
    household_id: int
    birth_on: date


def fill_register(stage: Stage) -> list[Resident]:
    births = [
        people.born_between(stage.random, date(SAMPLE_YEAR - 64, 12, 31), date(SAMPLE_YEAR - 35, 1, 1))
        for _ in range(SCREENED_IN_SAMPLE_YEARS)
    ]
    births += [
        people.born_between(stage.random, date(SAMPLE_YEAR - 34, 1, 2), date(stage.on.year - 36, 1, 1))
        for _ in range(YOUNGER)
    ]
    stage.random.shuffle(births)
    households = _households(stage, len(births) * 5 // 8)
    homes = [households[place * 5 // 8 % len(households)] for place in range(len(births))]
    ids = copying.reserve_ids(Woman, len(births))
    residents = [
        Resident(pk, village, household_id, birth_on)
        for pk, (household_id, village), birth_on in zip(ids, homes, births, strict=True)
    ]
    copying.insert(Woman, _WOMAN, _women(stage, residents))
    return residents


def _households(stage: Stage, count: int) -> list[tuple[int, Organization]]:
    ids = copying.reserve_ids(Household, count)
    villages = [stage.villages[place * len(stage.villages) // count] for place in range(count)]
    created_at = stage.moment(date(SAMPLE_YEAR - 1, 1, 15))

    def rows() -> Iterator[tuple[Any, ...]]:
        for place, (pk, village) in enumerate(zip(ids, villages, strict=True)):
            group = f"第{place % 12 + 1}组"
            hardship = stage.random.choice(_HARDSHIPS)
            head = people.man_name(stage.random)
            yield pk, village.pk, village.township_id, f"H{place + 1:06}", head, "", group, hardship, created_at

    copying.insert(Household, _HOUSEHOLD, rows())
    return list(zip(ids, villages, strict=True))


def _women(stage: Stage, residents: list[Resident]) -> Iterator[tuple[Any, ...]]:
    random = stage.random
    public_ids = [stage.uuid() for _ in residents]
    numbers = [stage.id_numbers.of(resident.birth_on) for resident in residents]
    sealed_numbers = seal_many(zip(public_ids, numbers, strict=True), place="members_woman.id_number")
    phones = ((public_id, people.phone(random)) for public_id in public_ids)
    sealed_phones = seal_many(phones, place="members_woman.phone")
    created_at = stage.moment(date(SAMPLE_YEAR - 1, 1, 15))
    for place, woman in enumerate(residents):
        name = people.woman_name(random)
        yield (
            woman.pk, public_ids[place], woman.village.pk, woman.village.township_id, woman.household_id, name,
            pinyin_of(name), initials_of(name), sealed_numbers[place], blind_index(ID_PURPOSE, numbers[place]), "",
            woman.birth_on, "2", "01", random.choice(_EDUCATIONS), "13", random.choice(_MARRIAGES),
            random.choice(_HARDSHIPS), sealed_phones[place], woman.village.division_name, "", created_at,
        )  # fmt: skip


# Post, how many at a village, how many at a township or the city.
_POSTS = [("vice_chair", 2, 3), ("executive", 8, 20)]
# Branches without a chair today, so that vacancies have something to show.
_VACANT_EVERY = 97


def fill_offices(stage: Stage) -> None:
    """Chairs of the sample's years and of today, vice-chairs and executive members of the present term."""
    cadres: list[tuple[Any, ...]] = []
    appointments: list[tuple[Any, ...]] = []
    branches = [stage.city, *stage.townships, *stage.villages]
    term = date(stage.on.year - 5, 3, 8), date(stage.on.year, 12, 31)
    posts = 2 + sum(village for _, village, _ in _POSTS)
    ids = iter(copying.reserve_ids(Cadre, len(stage.villages) * posts + 25 * 30))
    for place, branch in enumerate(branches):
        past = (date(SAMPLE_YEAR - 3, 3, 8), None, term[0], "换届")
        offices: list[tuple[str, tuple[date, date | None, date | None, str], int | None]] = [("chair", past, None)]
        if place % _VACANT_EVERY != _VACANT_EVERY - 1:
            offices.append(("chair", (*term, None, ""), stage.directors.get(branch.pk)))
        for post, at_village, above in _POSTS:
            offices += [(post, (*term, None, ""), None)] * (at_village if branch.is_village else above)
        for post, span, user_id in offices:
            pk = next(ids)
            cadres.append(_cadre(stage, pk, branch, post, user_id))
            mode = "part_time" if branch.is_village or post != "chair" else "full_time"
            appointments.append((branch.pk, branch.filed_under_id, pk, post, mode, *span))
    copying.insert(Cadre, _CADRE, _with_sealed_phones(stage, cadres))
    copying.insert(Appointment, _APPOINTMENT, appointments)


def _cadre(stage: Stage, pk: int, branch: Organization, post: str, user_id: int | None) -> tuple[Any, ...]:
    random = stage.random
    name = people.woman_name(random)
    birth_on = people.born_between(random, date(stage.on.year - 58, 1, 1), date(stage.on.year - 27, 1, 1))
    in_committees = branch.is_village and post == "chair" and random.random() < 0.91
    political = "01" if post == "chair" and random.random() < 0.7 else "13"
    head = pk, stage.uuid(), branch.pk, branch.filed_under_id, name, pinyin_of(name), initials_of(name), birth_on
    return (*head, random.choice(_EDUCATIONS), political, None, in_committees, user_id)


def _with_sealed_phones(stage: Stage, cadres: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    place = _CADRE.index("phone")
    phones = seal_many(((row[1], people.phone(stage.random)) for row in cadres), place="members_cadre.phone")
    for row, phone in zip(cadres, phones, strict=True):
        yield (*row[:place], phone, *row[place + 1 :])
