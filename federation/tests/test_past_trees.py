"""Figures of a year use the tree of that year, whatever was moved, merged or closed since."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from federation import organizing
from federation.models import Level, Organization, RoleGrant, User
from federation.tests.cast import build_branch
from outreach.models import Visit

CHANGED = date(2020, 7, 1)
BEFORE, AFTER = date(2019, 12, 31), date(2020, 12, 31)


@pytest.fixture
def homes(
    everything: None, village: Organization, sister_village: Organization, other_village: Organization,
    city_officer: User,
) -> None:  # fmt: skip
    for branch, name in [(village, "杨柳户"), (sister_village, "石桥户"), (other_village, "上塘户")]:
        Visit.objects.create(organization=branch, subject=name, visited_on=date(2019, 6, 1), made_by=city_officer)


def homes_of(branch: Organization, on: date | None = None) -> set[str]:
    branch = Organization.objects.get(pk=branch.pk)
    return set(Visit.objects.within(branch, on=on).values_list("subject", flat=True))


def history(branch: Organization) -> list[set[str]]:
    return [homes_of(branch, BEFORE), homes_of(branch, AFTER), homes_of(branch)]


def test_moved_village_counts_where_it_stood(
    homes: None, village: Organization, township: Organization, other_township: Organization, city: Organization,
    city_officer: User,
) -> None:  # fmt: skip
    organizing.move(village, parent=other_township, on=CHANGED, by=city_officer)
    assert history(township) == [{"杨柳户", "石桥户"}, {"石桥户"}, {"石桥户"}]
    assert history(other_township) == [{"上塘户"}, {"上塘户", "杨柳户"}, {"上塘户", "杨柳户"}]
    assert history(city) == [{"杨柳户", "石桥户", "上塘户"}] * 3


def test_merged_village_counts_apart_before_and_with_its_successor_after(
    homes: None, village: Organization, sister_village: Organization, township: Organization, city_officer: User
) -> None:
    organizing.merge(village, into=sister_village, on=CHANGED, by=city_officer)
    assert history(sister_village) == [{"石桥户"}, {"石桥户", "杨柳户"}, {"石桥户", "杨柳户"}]
    assert history(village)[0] == {"杨柳户"}
    assert history(township) == [{"杨柳户", "石桥户"}] * 3


def test_merge_across_townships_moves_the_facts_that_day(
    homes: None, village: Organization, other_village: Organization, township: Organization,
    other_township: Organization, city_officer: User,
) -> None:  # fmt: skip
    organizing.merge(village, into=other_village, on=CHANGED, by=city_officer)
    assert history(township) == [{"杨柳户", "石桥户"}, {"石桥户"}, {"石桥户"}]
    assert history(other_township) == [{"上塘户"}, {"上塘户", "杨柳户"}, {"上塘户", "杨柳户"}]


def test_closed_village_still_counts_in_the_year_it_closed(
    homes: None, village: Organization, sister_village: Organization, township: Organization,
    other_township: Organization, city_officer: User,
) -> None:  # fmt: skip
    organizing.close(village, on=CHANGED, by=city_officer)
    organizing.move(sister_village, parent=other_township, on=date(2022, 1, 1), by=city_officer)
    assert history(township) == [{"杨柳户", "石桥户"}, {"杨柳户", "石桥户"}, {"杨柳户"}]


def test_merged_township_hands_on_its_villages(
    homes: None, village: Organization, township: Organization, other_township: Organization, city_officer: User
) -> None:
    organizing.merge(township, into=other_township, on=CHANGED, by=city_officer)
    village.refresh_from_db()
    assert (village.parent, village.township) == (other_township, other_township)
    assert history(township)[0] == {"杨柳户", "石桥户"}
    assert history(other_township) == [{"上塘户"}, {"上塘户", "杨柳户", "石桥户"}, {"上塘户", "杨柳户", "石桥户"}]


def test_closing_ends_names_places_and_grants_that_day(
    village: Organization, village_director: User, city_officer: User
) -> None:
    organizing.close(village, on=CHANGED, by=city_officer)
    assert [name.valid_to for name in village.names.all()] == [CHANGED]
    assert [placement.valid_to for placement in village.placements.all()] == [CHANGED]
    assert RoleGrant.objects.get(user=village_director).ends_on == CHANGED
    with pytest.raises(ValidationError, match="已经撤销"):
        organizing.close(village, on=CHANGED, by=city_officer)


def test_code_is_free_again_once_its_branch_is_closed(
    village: Organization, township: Organization, city_officer: User
) -> None:
    with pytest.raises(ValidationError, match="已有一个在用的组织"):
        build_branch(township, Level.VILLAGE, village.code, "新杨柳村")
    organizing.close(village, on=CHANGED, by=city_officer)
    again = build_branch(township, Level.VILLAGE, village.code, "新杨柳村")
    assert again.path != village.path


def test_branch_is_not_hung_below_itself_or_merged_into_itself(
    township: Organization, village: Organization, city: Organization, city_officer: User
) -> None:
    with pytest.raises(ValidationError, match="自己"):
        organizing.move(township, parent=village, on=CHANGED, by=city_officer)
    with pytest.raises(ValidationError, match="不能并入自己"):
        organizing.merge(village, into=village, on=CHANGED, by=city_officer)
    with pytest.raises(ValidationError, match="同一层级"):
        organizing.merge(village, into=township, on=CHANGED, by=city_officer)
