"""The rights desk: its own categories, in its own scope, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation import scoping
from federation.models import Organization, RoleGrant, User
from federation.permissions import Role
from federation.tests.cast import BEGAN, build_user
from outreach.models import Need
from outreach.tests.build import build_need, build_woman

ClientOf = Callable[[User], Client]


@pytest.fixture
def needs(village: Organization, other_village: Organization, village_director: User) -> dict[str, Need]:
    """One a category that matters here, and work, which is not the rights desk's."""
    today = timezone.localdate()
    late, soon = today - timedelta(days=2), today + timedelta(days=3)
    with scoping.everything("a test arranges needs"):
        woman, other = build_woman(village, "王桂兰"), build_woman(other_village, "周秀英")
        return {
            "land": build_need(woman, category="land", desk="city", due_on=late, raised_on=late),
            "violence": build_need(other, category="violence", desk="city", due_on=soon, raised_on=today),
            "work": build_need(woman, category="employment", desk="city", due_on=late, raised_on=late, words="想找份活"),
            "answered": build_need(
                other, category="marriage", desk="city", raised_on=late, answered_on=today, answered_by=village_director,
                answer="已调解", outcome="solved",
            ),
        }  # fmt: skip


def listed(client: Client, query: str = "?view=all") -> set[int]:
    return {need.pk for need in client.get(reverse("outreach:need_list") + query).context["page"].rows}


def test_home_puts_safety_first_and_says_what_waits(
    needs: dict[str, Need], rights_officer: User, client_of: ClientOf
) -> None:
    page = client_of(rights_officer).get(reverse("reports:desk"))
    assert [need.pk for need in page.context["needs"]] == [needs["violence"].pk, needs["land"].pk]
    assert [(each.label, each.count, each.overdue_days) for each in page.context["waiting"]] == [
        ("诉求待答复", 2, 2),
        ("待回访本人", 1, 0),
    ]
    assert [(line.label, line.waiting, line.overdue) for line in page.context["lines"]] == [
        ("人身安全", 1, 0), ("婚姻家庭", 0, 0), ("土地权益", 1, 1),
    ]  # fmt: skip
    assert "想找份活" not in page.content.decode()


def test_other_categories_do_not_exist_for_her(
    needs: dict[str, Need], rights_officer: User, client_of: ClientOf
) -> None:
    client = client_of(rights_officer)
    assert listed(client) == {needs[key].pk for key in ("land", "violence", "answered")}
    assert client.get(needs["work"].get_absolute_url()).status_code == 404
    assert client.post(needs["work"].get_absolute_url(), {"step": "take"}).status_code == 404


def test_township_rights_desk_ends_at_its_township(
    needs: dict[str, Need], township: Organization, client_of: ClientOf
) -> None:
    officer = build_user("rights_below", Role.RIGHTS_OFFICER, township)
    assert listed(client_of(officer)) == {needs["land"].pk}


def test_second_post_neither_widens_the_first_nor_narrows_it(
    needs: dict[str, Need], rights_officer: User, village: Organization, client_of: ClientOf
) -> None:
    """Village director too: at the city's post the rights needs of all, at the village's post every need of hers."""
    post = RoleGrant.objects.create(
        user=rights_officer, organization=village, role=Role.VILLAGE_DIRECTOR, starts_on=BEGAN
    )
    client = client_of(rights_officer)
    assert listed(client) == {needs[key].pk for key in ("land", "violence", "answered")}
    client.post(reverse("unit_choose"), {"grant": post.pk})
    assert listed(client) == {needs[key].pk for key in ("land", "work")}


def test_rights_officer_answers_and_somebody_else_confirms(
    needs: dict[str, Need], rights_officer: User, client_of: ClientOf, everything: scoping.Scope
) -> None:
    client = client_of(rights_officer)
    client.post(needs["land"].get_absolute_url(), {"step": "solved", "text": "已同村委会核对"})
    answered = Need.objects.get(pk=needs["land"].pk)
    assert (answered.answered_by, answered.answered_on) == (rights_officer, timezone.localdate())
    page = client.get(answered.get_absolute_url()).content.decode()
    assert "满意吗" not in page
    assert reverse("members:woman_detail", args=[answered.woman_id]) not in page


def test_sponsor_reads_what_is_there_and_nothing_is_promised(sponsor: User, client_of: ClientOf) -> None:
    text = client_of(sponsor).get(reverse("reports:desk")).content.decode()
    assert "现在没有与您结对的孩子" in text
    assert reverse("account_change_password") in text
