from datetime import date

import pytest
from django.db.utils import ProgrammingError

from federation import copying, scoping
from federation.models import Organization
from members.models import Household

COLUMNS = ["id", "organization_id", "township_id", "number", "head_name", "address", "group", "hardship", "created_at"]


def household_row(pk: int, village: Organization, head: str) -> tuple[object, ...]:
    return (pk, village.pk, village.township_id, "", head, "", "", "none", date(2026, 1, 1))


def test_rows_arrive_as_they_were_given(village: Organization, everything: scoping.Scope) -> None:
    heads = ["带\t制表", "换\n行", "反\\斜线\\N", "\\.", "𠮷田"]
    ids = copying.reserve_ids(Household, len(heads))
    rows = (household_row(pk, village, head) for pk, head in zip(ids, heads, strict=True))
    assert copying.insert(Household, COLUMNS, rows) == len(heads)
    assert list(Household.objects.within(village).order_by("pk").values_list("head_name", flat=True)) == heads


def test_many_rows_are_read_in_pieces(village: Organization, everything: scoping.Scope) -> None:
    ids = copying.reserve_ids(Household, 5000)
    assert copying.insert(Household, COLUMNS, (household_row(pk, village, "张" * 40) for pk in ids)) == 5000


def test_rows_of_another_branch_are_refused(village: Organization, other_village: Organization) -> None:
    own = scoping.Scope(organizations=frozenset({village.pk}))
    with pytest.raises(ProgrammingError, match="row-level security"), scoping.activate(own):
        copying.insert(Household, COLUMNS, [household_row(9_000_001, other_village, "张三")])
