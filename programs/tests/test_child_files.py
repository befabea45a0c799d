"""Consents, assessments and growth plans: what the file refuses, and what follows from each entry."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation import scoping
from federation.models import Organization, User
from programs.models import Child, GrowthPlan
from programs.sunflower import consenting, planning
from programs.tests.build_welfare import build_access, build_child, build_pairing, build_plan

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("everything", "policy")
DAY = date(2026, 11, 20)


def signature(**changed: Any) -> dict[str, Any]:
    return {"version": "2026-1", "signed_by": "陈大山", "relation": "祖父", "signed_on": DAY, "on": DAY, **changed}


def test_consent_is_not_signed_tomorrow(village: Organization, township_officer: User) -> None:
    child = build_child(village)
    with pytest.raises(ValidationError, match="不能晚于今天 2026-11-20"):
        consenting.sign(child, by=township_officer, **signature(signed_on=date(2026, 11, 21)))


def test_database_refuses_a_consent_signed_after_it_was_recorded(village: Organization) -> None:
    child = build_child(village, consented_on=DAY)
    with pytest.raises(IntegrityError, match="consent_signed_before_it_is_recorded"), transaction.atomic():
        child.consents.update(signed_on=date(2026, 11, 21))


def test_one_consent_in_force(village: Organization, township_officer: User) -> None:
    child = build_child(village, consented_on=DAY)
    with pytest.raises(ValidationError, match="已有一份有效的监护人同意"):
        consenting.sign(child, by=township_officer, **signature())


def test_withdrawal_ends_pairings_and_leaves_the_signature(village: Organization, township_officer: User) -> None:
    child = build_child(village, consented_on=date(2026, 3, 1))
    bond = build_pairing(child, starts_on=date(2026, 4, 1))
    consenting.withdraw(child, withdrawn_on=DAY, on=DAY, by=township_officer)
    bond.refresh_from_db()
    child.refresh_from_db()
    assert (bond.ends_on, bond.end_reason, child.consented_on) == (DAY, "监护人撤回同意", None)
    assert list(child.consents.values_list("signed_on", "withdrawn_on")) == [(date(2026, 3, 1), DAY)]


def assessment(**changed: Any) -> dict[str, Any]:
    levels = dict.fromkeys(("life", "study", "mind", "safety", "medical"), "none")
    return {**levels, "assessed_on": DAY, "risk": "high", "words": "", "on": DAY, **changed}


def test_latest_assessment_gives_the_risk(village: Organization, township_officer: User) -> None:
    child = build_child(village)
    planning.assess(child, by=township_officer, **assessment())
    planning.assess(child, by=township_officer, **assessment(assessed_on=date(2026, 1, 1), risk="low"))
    child.refresh_from_db()
    assert child.risk == "high"


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (date(2026, 9, 1), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 7, 15)),
        (date(2026, 7, 14), date(2026, 7, 15)),
    ],
)
def test_reviews_fall_at_the_ends_of_terms(after: date, due: date) -> None:
    assert planning.review_day(after=after) == due


def test_review_moves_the_plan_to_the_next_term(village: Organization, township_officer: User) -> None:
    plan = build_plan(build_child(village))
    goal = plan.goals.get()
    facts = {"reviewed_on": date(2027, 1, 20), "words": "语文 72 分", "ends": False, "on": date(2027, 1, 20)}
    planning.review_plan(plan, progress={goal.pk: "reached"}, by=township_officer, **facts)
    plan.refresh_from_db()
    goal.refresh_from_db()
    assert (plan.next_review_on, goal.progress) == (date(2027, 7, 15), "reached")


def test_plan_needs_a_goal_and_there_is_one_at_a_time(village: Organization, township_officer: User) -> None:
    child = build_child(village)
    with pytest.raises(ValidationError, match="至少写一个方面的目标"):
        planning.begin_plan(child, starts_on=DAY, goals={"study": ""}, by=township_officer)
    planning.begin_plan(child, starts_on=DAY, goals={"study": "语文及格"}, by=township_officer)
    with pytest.raises(ValidationError, match="已有一份在执行的成长计划"):
        planning.begin_plan(child, starts_on=DAY, goals={"study": "语文及格"}, by=township_officer)


def test_children_are_found_by_any_of_their_categories(village: Organization) -> None:
    main = build_child(village, category="ill")
    beside = build_child(village, category="left_behind", other_categories=["ill", "disabled"])
    build_child(village, category="orphan")
    assert set(Child.objects.of_category("ill")) == {main, beside}


def test_main_category_stands_once(village: Organization) -> None:
    with pytest.raises(IntegrityError, match="child_main_category_stands_once"), transaction.atomic():
        build_child(village, category="ill", other_categories=["ill"])


def test_officer_writes_a_file_through_the_pages(
    village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    child, today = build_child(village), timezone.localdate()
    build_access(child, township_officer)
    client: Client = client_of(township_officer)
    client.post(reverse("programs:consent_new", args=[child.pk]), {**signature(), "signed_on": f"{today}"})
    levels = dict.fromkeys(("life", "study", "mind", "safety", "medical"), "urgent")
    client.post(
        reverse("programs:assessment_new", args=[child.pk]), {**levels, "risk": "high", "assessed_on": f"{today}"}
    )
    client.post(reverse("programs:plan_new", args=[child.pk]), {"starts_on": f"{today}", "goal_study": "语文及格"})
    with scoping.everything("the test reads what was written"):
        child.refresh_from_db()
        plan = GrowthPlan.objects.get(child=child)
    assert (child.consented_on, child.risk) == (today, "high")
    page = client.get(child.get_absolute_url()).content.decode()
    assert all(words in page for words in ("2026-1", "急需帮助", "语文及格", f"{plan.next_review_on}"))


def test_due_list_keeps_late_plans_apart(village: Organization, village_director: User, client_of: ClientOf) -> None:
    late = build_plan(build_child(village), starts_on=date(2020, 3, 1), next_review_on=date(2020, 7, 15))
    build_plan(build_child(village), next_review_on=date(2099, 1, 31))
    page = client_of(village_director).get(reverse("programs:plan_list") + "?state=late").context["page"]
    assert [plan.pk for plan in page.rows] == [late.pk]
