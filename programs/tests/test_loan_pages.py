"""The pages of a loan after its release, asked through the client."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from federation import scoping
from federation.models import Organization, User
from programs.models import LoanEvent, SubsidisedLoan
from programs.tests.build_welfare import YUAN, build_loan, build_loan_event, build_loan_follow_up

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("policy")
RELEASED, MATURES = date(2025, 4, 10), date(2026, 4, 10)


def example(village: Organization, **fields: Any) -> SubsidisedLoan:
    with scoping.everything("a test arranges rows"):
        return build_loan(
            village, **{"principal_fen": 100_000 * YUAN, "released_on": RELEASED, "matures_on": MATURES, **fields}
        )


def test_page_shows_each_quarter_with_its_worked_line(
    village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    page = client_of(township_officer).get(example(village).get_absolute_url()).content.decode()
    for words in ("2025年第二季度", "2025-04-10 至 2025-06-20", "345.14", "3548.61", "1774.3", "1774.31",
                  "100000 元 × 71 天 × 3.5% × 1/2 ÷ 360 = 345.138888… 元", "四舍五入到分为 345.14 元",
                  "按合同利率的 1/2 贴息", "财金〔2023〕75号：按实际利率的 50% 贴息"):  # fmt: skip
        assert words in page


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2026-05-05", ["逾期 25 天", "364.58 元，全部由借款人负担"]),
        ("2026-04-10", ["没有逾期"]),
        ("1900", ["日期写作 2026-11-24 的样子。"]),
    ],
)
def test_page_tells_the_arrears_of_any_day(
    on: str, words: list[str], village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    page = client_of(township_officer).get(f"{example(village).get_absolute_url()}?on={on}").content.decode()
    assert [word for word in words if word not in page] == []


def test_page_asks_as_much_with_three_events_as_with_one(
    village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    loan, client, asked = example(village), client_of(township_officer), []
    for rows in (1, 2):
        with scoping.everything("a test arranges rows"):
            for number in range(rows):
                build_loan_event(loan, amount_fen=100, on=RELEASED + timedelta(days=rows + number))
        client.get(loan.get_absolute_url())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(loan.get_absolute_url())
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_forms_of_a_loan_record_and_lead_back(village: Organization, city_officer: User, client_of: ClientOf) -> None:
    loan, client = example(village), client_of(city_officer)
    typed = {
        "repay": {"on": "2025-05-01", "amount_fen": "4万元", "paper": "H1"},
        "rate": {"on": "2025-06-01", "rate_percent": "3", "paper": ""},
        "misuse": {"on": "2025-09-01", "paper": ""},
    }
    for name, values in typed.items():
        answer = client.post(reverse(f"programs:loan_{name}", args=[loan.pk]), values)
        assert (answer.status_code, answer["Location"]) == (302, loan.get_absolute_url())
    with scoping.everything("a test reads"):
        assert list(LoanEvent.objects.values_list("kind", flat=True)) == ["repayment", "rate", "misuse"]


def test_a_loan_goes_from_overdue_to_written_off_on_its_pages(
    village: Organization, city_officer: User, client_of: ClientOf
) -> None:
    today = timezone.localdate()
    loan = example(village, released_on=today - timedelta(days=500), matures_on=today - timedelta(days=135))
    client = client_of(city_officer)
    for name, values in (
        ("overdue", {}),
        ("compensate", {"on": f"{today - timedelta(days=30)}", "amount_fen": "100000"}),
        ("recover", {"on": f"{today - timedelta(days=20)}", "amount_fen": "30000"}),
        ("write_off", {"on": f"{today}"}),
    ):
        answer = client.post(reverse(f"programs:loan_{name}", args=[loan.pk]), values)
        assert answer.status_code == 302, answer.content.decode()
    page = client.get(loan.get_absolute_url()).content.decode()
    assert "已经核销，没有要办的事" in page
    assert "70000 元" in page


def test_wrong_event_is_struck_out_and_stays_readable(
    village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    loan = example(village)
    with scoping.everything("a test arranges rows"):
        event = build_loan_event(loan, on=date(2025, 5, 1))
    client = client_of(township_officer)
    client.post(reverse("programs:loan_event_strike", args=[event.pk]), {"reason": "重复登记"})
    page = client.get(loan.get_absolute_url()).content.decode()
    assert "划去：重复登记" in page
    assert "1774.31" in page


def test_village_director_records_what_she_saw(
    village: Organization, village_director: User, client_of: ClientOf
) -> None:
    loan = example(village)
    with scoping.everything("a test arranges rows"):
        follow_up = build_loan_follow_up(loan)
    client, listed = client_of(village_director), reverse("programs:loan_follow_up_list")
    assert loan.contract_number in client.get(listed).content.decode()
    url = reverse("programs:loan_follow_up_record", args=[follow_up.pk])
    assert "请选钱用在约定的项目上：是或否。" in client.post(url, {"on": f"{timezone.localdate()}"}).content.decode()
    client.post(url, {"on": f"{timezone.localdate()}", "used_as_agreed": "yes", "words": "蜂箱都在"})
    assert loan.contract_number not in client.get(listed).content.decode()
    assert "用在约定项目上。蜂箱都在" in client.get(loan.get_absolute_url()).content.decode()


def late_loan(village: Organization) -> SubsidisedLoan:
    today = timezone.localdate()
    return build_loan(village, released_on=today - timedelta(days=400), matures_on=today - timedelta(days=35))


def asked_loan(village: Organization) -> Any:
    return build_loan_follow_up(build_loan(village))


@pytest.mark.parametrize(
    ("route", "build"), [("loan_arrears", late_loan), ("loan_follow_up_list", asked_loan)], ids=["arrears", "asked"]
)
def test_lists_ask_as_much_with_three_rows_as_with_one(
    route: str, build: Callable[[Organization], Any], village: Organization, city_officer: User, client_of: ClientOf
) -> None:
    client, url, asked = client_of(city_officer), reverse(f"programs:{route}"), []
    for rows in (1, 2):
        with scoping.everything("a test arranges rows"):
            for _ in range(rows):
                build(village)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_arrears_of_a_day_are_those_of_the_scope(
    village: Organization, other_village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    example(village, contract_number="ZAIZHE", bank="兰河农商银行")
    example(other_village, contract_number="LINZHEN")
    url = reverse("programs:loan_arrears")
    client = client_of(township_officer)
    page = client.get(f"{url}?on=2026-04-12").content.decode()
    assert ("ZAIZHE" in page, "LINZHEN" in page, "截至 2026-04-12 逾期 1 笔" in page) == (True, False, True)
    assert "ZAIZHE" not in client.get(f"{url}?on=2026-04-10").content.decode()
