"""What stands in a relief application is decided on by others than those who wrote it last."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from federation.cells import CellProblem, parse_card
from federation.models import AuditEntry, Organization, User
from members.models import Woman
from members.tests.build import build_woman, id_number
from programs.applications import moving, paths
from programs.forms.relief import ReliefForm, ReturnVisitForm
from programs.models import ApplicationStep, ReliefGrant, ReliefPaper
from programs.relief import relieving
from programs.tests.build_welfare import YUAN, build_relief

pytestmark = pytest.mark.usefixtures("policy", "everything")
AT = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
OTHER_CARD = "6228480012345678903"
FACTS = {"fund": "lottery", "hardship": "minimum_living", "applied_on": date(2026, 3, 10), "amount_fen": 10_000 * YUAN}
ClientOf = Callable[[User], Client]


@pytest.fixture
def grant(village: Organization, village_director: User) -> ReliefGrant:
    """Sent in by the village's director, and not accepted yet."""
    papers = [kind for kind in ReliefPaper.Kind.values if kind != "fresh_proof"]
    woman = build_woman(village, id_number=id_number(), hardship="minimum_living")
    grant = relieving.apply_for(
        woman=woman, diagnosis="浸润性乳腺癌", bank_card="6217000000004321", diagnosed_on=date(2026, 1, 5), papers=papers,
        by=village_director, at=AT, **FACTS,
    )  # fmt: skip
    return move(grant, "submit", village_director)


def move(grant: ReliefGrant, name: str, by: User, **words: str) -> ReliefGrant:
    words = {"opinion": "情况属实"} if not words else words
    return moving.move(grant, name, by=by, at=AT, **words)


def change_card(grant: ReliefGrant, by: User) -> None:
    relieving.correct(grant, diagnosis="", bank_card=OTHER_CARD, by=by, **FACTS)


@pytest.mark.parametrize("state", ["accepted", "checked", "compared", "reviewed", "reported", "approved", "paid"])
def test_nothing_is_changed_once_somebody_decided(village: Organization, township_officer: User, state: str) -> None:
    decided = build_relief(village, state=state, bank_card="6217000000004321", paid_on=date(2026, 3, 1))
    with pytest.raises(ValidationError, match="不能直接更正。要改的，先“退回补正”"):
        change_card(decided, township_officer)


def test_who_changed_the_card_does_not_check_it(
    grant: ReliefGrant, village_director: User, township_officer: User
) -> None:
    change_card(grant, township_officer)
    move(grant, "accept", village_director)
    grant.refresh_from_db()
    [choice] = [each for each in paths.choices_for(grant, township_officer, on=AT.date()) if each.move.name == "check"]
    assert choice.move.exception
    with pytest.raises(ValidationError, match="申请的内容是您本人更正的，这一道请由另一位办理"):
        move(grant, "check", township_officer)
    move(grant, "check", township_officer, opinion="属实", exception="镇里只有一名干事")
    assert list(ApplicationStep.objects.excepted().values_list("name", flat=True)) == ["check"]


def test_after_it_was_sent_back_the_changed_card_goes_through_every_desk_again(
    grant: ReliefGrant, village_director: User, township_officer: User
) -> None:
    move(grant, "accept", village_director)
    move(grant, "check", township_officer)
    back = AuditEntry.objects.filter(action="programs.relief.corrected")
    grant = ReliefGrant.objects.get(pk=grant.pk)
    assert (grant.can_be_edited(), back.count()) == (False, 0)
    officer = build_city_officer(grant)
    move(grant, "send_back", officer, reason="卡号与本人不符")
    change_card(grant, village_director)
    for name, by in (("resubmit", village_director), ("accept", village_director), ("check", township_officer)):
        grant = move(grant, name, by)
    assert (grant.state, grant.bank_card, back.get().details["fields"]) == ("checked", OTHER_CARD, "银行卡号")


def build_city_officer(grant: ReliefGrant) -> User:
    from federation.permissions import Role
    from federation.tests.cast import build_user

    city = grant.organization.parent.parent
    return build_user("city", Role.CITY_OFFICER, city)


def test_the_card_is_not_shown_before_there_is_something_to_pay(
    village: Organization, finance_officer: User, client_of: ClientOf
) -> None:
    client, cards = client_of(finance_officer), {}
    for state in ("checked", "approved"):
        grant = build_relief(village, woman=build_woman(village), state=state, bank_card="6217000000004321")
        page = reverse("reveal", args=["programs.reliefgrant", grant.pk, "bank_card"])
        cards[state] = (client.get(page).status_code, client.get(grant.get_absolute_url()).status_code)
    assert cards == {"checked": (403, 403), "approved": (200, 403)}


def problems(woman: Woman, **typed: Any) -> dict[str, list[str]]:
    given = {
        "fund": "city", "hardship": "minimum_living", "applied_on": "2026-03-10", "amount_fen": "5000",
        "diagnosed_on": "2026-01-05", "diagnosis": "invasive_breast", "bank_card": "", **typed,
    }  # fmt: skip
    form = ReliefForm(given, instance=ReliefGrant(woman=woman, organization=woman.organization))
    return {name: list(map(str, found)) for name, found in form.errors.items() if name in typed}


def test_days_to_come_long_ago_and_miscopied_cards_are_all_told_at_once(village: Organization) -> None:
    found = problems(
        build_woman(village), applied_on="2099-01-01", diagnosed_on="1986-01-01", bank_card="6217000000004322"
    )
    said = [found[name][0].split("，")[0] for name in ("applied_on", "diagnosed_on", "bank_card")]
    assert said == ["申请日期 2099-01-01 还没有到", "确诊日期 1986-01-01 太早", "尾号 4322 的卡号校验码对不上"]
    assert not ReturnVisitForm({"on": "2099-01-01"}).is_valid()


@pytest.mark.parametrize(
    "text", ["", "6217 0000-0000 0000 004", "６２１７000000004321", "101234567890123456", "622848001234"]
)
def test_cards_and_account_books_are_taken(text: str) -> None:
    assert parse_card(text) == text.translate(str.maketrans("６２１７", "6217", " -"))


@pytest.mark.parametrize("text", ["6217000000004322", "62170000000000000", "1234", "6217 0000 0000 00x0", "1" * 24])
def test_other_cards_are_not(text: str) -> None:
    with pytest.raises(CellProblem, match="6217 0000 0000 0000 004"):
        parse_card(text)
