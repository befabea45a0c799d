"""A branch merges: what is under way in the programs goes along, what has counted in earlier years stays."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from federation import organizing
from federation.models import Organization, User
from members.tests.build import build_woman
from programs.models import Child, LoanFollowUp, ReliefGrant, SubsidisedLoan
from programs.tests.build_welfare import build_child, build_loan, build_loan_follow_up, build_relief

pytestmark = pytest.mark.usefixtures("policy", "everything")
TODAY = timezone.localdate()
LAST_YEAR = date(TODAY.year - 1, 3, 1)


def test_what_is_under_way_goes_to_the_receiver(
    village: Organization, other_village: Organization, city_officer: User
) -> None:
    child, loan = build_child(village, opened_on=TODAY), build_loan(village)
    follow_up = build_loan_follow_up(loan)
    grants = [build_relief(village, applied_on=LAST_YEAR, state=state) for state in ("submitted", "approved")]
    organizing.merge(village, into=other_village, on=TODAY, by=city_officer)
    pks = {
        Child: [child.pk],
        SubsidisedLoan: [loan.pk],
        LoanFollowUp: [follow_up.pk],
        ReliefGrant: [g.pk for g in grants],
    }
    for model, keys in pks.items():
        rows = model._default_manager.filter(pk__in=keys)
        assert {(row.organization, row.township) for row in rows} == {(other_village, other_village.township)}, model


def test_what_has_counted_stays_and_the_receiver_goes_on_with_it(
    village: Organization, other_village: Organization, township: Organization, village_director: User,
    city_officer: User, client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    child, loan = build_child(village, opened_on=LAST_YEAR), build_loan(village, released_on=LAST_YEAR)
    paid = build_relief(village, state="paid", applied_on=LAST_YEAR, paid_on=LAST_YEAR)
    organizing.merge(village, into=other_village, on=TODAY, by=city_officer)
    year_end = date(LAST_YEAR.year, 12, 31)
    for row in (child, loan, paid):
        counted = type(row)._default_manager.within(township, on=year_end)
        assert (counted.get(), type(row)._default_manager.get(pk=row.pk).organization) == (row, village)
    client = client_of(User.objects.get(pk=village_director.pk))
    assert [client.get(row.get_absolute_url()).status_code for row in (child, loan, paid)] == [200] * 3


@pytest.mark.parametrize("build", [build_child, build_loan, build_relief])
def test_a_branch_with_something_under_way_does_not_close(
    build: Callable[..., object], village: Organization, sister_village: Organization, city_officer: User
) -> None:
    whose = {} if build is build_child else {"woman": build_woman(sister_village)}
    build(village, **whose)
    with pytest.raises(ValidationError, match="请改用“并入其他组织”"):
        organizing.close(village, on=TODAY, by=city_officer)
