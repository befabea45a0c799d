from datetime import date

import pytest
from django.core.exceptions import ValidationError

from federation import organizing
from federation.models import Level, Organization, User
from federation.tests.cast import build_branch
from federation.views.organizations import levels_of

MOVED = date(2020, 7, 1)


def test_branch_opens_below_its_parent(township: Organization, village: Organization) -> None:
    assert village.path == township.path + "0001."
    assert village.township == township
    assert [placement.parent for placement in village.placements.all()] == [township]


def test_within_holds_the_branch_and_all_below(
    city: Organization, township: Organization, village: Organization, other_village: Organization
) -> None:
    assert set(Organization.objects.within(township)) == {township, village}
    assert other_village in Organization.objects.within(city)


def test_eleventh_segment_does_not_match_the_first(city: Organization) -> None:
    towns = [build_branch(city, Level.TOWNSHIP, f"4399811{number:02}000", f"第{number}镇") for number in range(1, 12)]
    below = build_branch(towns[10], Level.VILLAGE, "439981111201", "末村")
    assert below not in Organization.objects.within(towns[0])


def test_rename_keeps_the_old_name(village: Organization, city_officer: User) -> None:
    organizing.rename(village, name="杨柳新村妇女联合会", short_name="杨柳新村妇联", on=MOVED, by=city_officer)
    village.refresh_from_db()
    assert village.short_name == "杨柳新村妇联"
    assert [(old.name, old.valid_to) for old in village.names.all()] == [
        ("杨柳村妇女联合会", MOVED),
        ("杨柳新村妇女联合会", None),
    ]


def test_move_changes_the_township_and_keeps_last_years_tree(
    village: Organization, township: Organization, other_township: Organization, city_officer: User
) -> None:
    organizing.move(village, parent=other_township, on=MOVED, by=city_officer)
    village.refresh_from_db()
    assert (village.parent, village.township) == (other_township, other_township)
    assert village.path.startswith(other_township.path)
    condition = township.facts_condition(on=date(2019, 12, 31))
    assert set(condition.children[0][1]) == {township.pk, village.pk}
    assert township.facts_condition(on=date(2020, 12, 31)).children == [("township_id", township.pk)]


def test_village_does_not_move_below_the_city(village: Organization, city: Organization, city_officer: User) -> None:
    with pytest.raises(ValidationError, match="上级应是乡镇"):
        organizing.move(village, parent=city, on=MOVED, by=city_officer)
    village.refresh_from_db()
    assert village.parent != city


def test_merge_closes_the_branch_and_hands_on_its_facts(
    village: Organization, sister_village: Organization, city_officer: User
) -> None:
    organizing.merge(village, into=sister_village, on=MOVED, by=city_officer)
    village.refresh_from_db()
    assert (village.closed_on, village.merged_into) == (MOVED, sister_village)
    assert sister_village.predecessor_ids() == [village.pk]
    assert not Organization.objects.open_on(MOVED).filter(pk=village.pk).exists()


def test_branch_with_open_branches_below_does_not_close(
    township: Organization, village: Organization, city_officer: User
) -> None:
    with pytest.raises(ValidationError, match="还有 1 个在用的组织"):
        organizing.close(township, on=MOVED, by=city_officer)


@pytest.mark.parametrize(
    ("division", "level", "short_name"),
    [
        ("贯古村村委会", Level.VILLAGE, "贯古村妇联"),
        ("贯古村民委员会", Level.VILLAGE, "贯古村妇联"),
        ("白市居委会", Level.COMMUNITY, "白市社区妇联"),
        ("石桥社区居民委员会", Level.COMMUNITY, "石桥社区妇联"),
        ("国瓷街道", Level.TOWNSHIP, "国瓷街道妇联"),
        ("醴陵市", Level.CITY, "醴陵市妇联"),
    ],
)
def test_federation_is_named_after_its_division(division: str, level: Level, short_name: str) -> None:
    assert organizing.federation_name(division, level)[1] == short_name


def test_tree_page_stands_villages_under_their_township(
    city: Organization, township: Organization, village: Organization, other_village: Organization
) -> None:
    branches = [city, township, village, other_village.parent, other_village]
    assert levels_of(branches) == [(city, []), (township, [village]), (other_village.parent, [other_village])]
    assert levels_of([village]) == [(village, [])]
