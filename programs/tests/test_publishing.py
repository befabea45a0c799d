"""公示: a quarter's list in public for five working days, objections by name, and no payment before both are over."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation.models import Organization, PolicyRule, User
from outreach import noticing
from outreach.models import PublicNotice
from outreach.tests.build import build_notice, build_objection
from programs.loans import paying, publishing
from programs.models import SubsidyBatch
from programs.tests.pressing import press
from programs.tests.test_subsidy_batches import BANK, QUARTER, bank_list, declare, example

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("everything", "policy")
AT, DAY = datetime(2025, 7, 7, 2, tzinfo=UTC), date(2025, 7, 7)  # a Monday
WHERE = {"phone": "0731-88881234", "address": "人民路 1 号", "hours": "工作日", "email": ""}


@pytest.fixture
def batch(
    village: Organization, city: Organization, city_officer: User, finance_reviewer: User, finance_officer: User
) -> SubsidyBatch:
    """Waits for its payment."""
    example(village, "A1")
    made = declare(city, bank_list(("A1", 345.14, 690.28)), city_officer)
    paying.check(made, on=DAY, by=finance_reviewer)
    paying.approve(made, on=DAY, approval="兰财金〔2025〕18号", today=DAY, by=finance_officer)
    return made


def show(batch: SubsidyBatch, by: User) -> PublicNotice:
    return publishing.show(batch, starts_on=DAY, at=AT, by=by, **WHERE)


def pay(batch: SubsidyBatch, by: User, on: date) -> None:
    paying.pay(batch, on=on, voucher="GK0001", today=on, by=by)


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2022, 11, 21), date(2022, 11, 25)),  # the real one of domain.md §8
        (date(2025, 7, 5), date(2025, 7, 11)),  # posted on a Saturday
        (date(2025, 9, 29), date(2025, 10, 11)),  # over the National Day, with a Saturday worked
    ],
)
def test_five_working_days(starts_on: date, ends_on: date) -> None:
    assert noticing.last_day(starts_on) == ends_on


def test_notice_shows_a_masked_name_a_place_and_a_sum(batch: SubsidyBatch, city_officer: User) -> None:
    notice = show(batch, city_officer)
    assert notice.rows == [["1", "张*", "杨柳村", "345.14"]]
    assert (notice.title, notice.ends_on) == (f"{QUARTER}小额贷款贴息公示（{BANK}）", date(2025, 7, 11))
    with pytest.raises(ValidationError, match="已经公示过"):
        show(batch, city_officer)


def test_payment_waits_for_the_last_day_and_every_objection(
    batch: SubsidyBatch, city_officer: User, finance_officer: User, leader: User
) -> None:
    notice, after = show(batch, city_officer), date(2025, 7, 14)
    with pytest.raises(ValidationError, match="公示到 2025-07-11（含）才期满"):
        pay(batch, finance_officer, date(2025, 7, 11))
    objection = build_objection(notice, received_by=city_officer)
    with pytest.raises(ValidationError, match="还有 1 件异议没有核查完"):
        pay(batch, finance_officer, after)
    with pytest.raises(ValidationError, match="请由另一位核查"):
        noticing.decide(objection, upheld=False, finding="查了户口本", on=after, by=city_officer)
    noticing.decide(objection, upheld=False, finding="查了户口本，仍住本村", on=after, by=leader)
    pay(batch, finance_officer, after)
    batch.refresh_from_db()
    assert batch.state == "paid"


def test_an_upheld_objection_sends_the_list_back_and_asks_for_a_new_notice(
    batch: SubsidyBatch, city: Organization, city_officer: User, finance_reviewer: User, finance_officer: User,
    leader: User,
) -> None:  # fmt: skip
    objection = build_objection(show(batch, city_officer), received_by=city_officer)
    noticing.decide(objection, upheld=True, finding="人已搬走，贷款停贴", on=DAY, by=leader)
    with pytest.raises(ValidationError, match="1 件异议成立，请退回改正以后重新公示"):
        pay(batch, finance_officer, date(2025, 7, 14))
    paying.send_back(batch, reason="异议成立", by=finance_reviewer)
    batch.refresh_from_db()
    assert (batch.notice, PublicNotice.objects.count()) == (None, 1)


def test_postgresql_holds_the_payment_up(batch: SubsidyBatch, city_officer: User, finance_officer: User) -> None:
    show(batch, city_officer)
    batch.refresh_from_db()
    batch.state, batch.paid_on, batch.voucher = SubsidyBatch.State.PAID, DAY, "GK1"
    batch.paid_by, batch.paid_person = finance_officer, finance_officer.person
    with pytest.raises(IntegrityError, match="公示没有期满"), transaction.atomic():
        batch.save()


def test_what_was_posted_and_decided_stands(city: Organization, leader: User) -> None:
    notice = build_notice(city)
    objection = build_objection(notice)
    noticing.decide(objection, upheld=False, finding="查过", on=DAY, by=leader)
    for rows, change in ((PublicNotice.objects, {"rows": []}), (type(objection).objects, {"upheld": True})):
        with pytest.raises(IntegrityError, match="不能修改"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(ValidationError, match="结论不能再改"):
        noticing.decide(objection, upheld=True, finding="查过", on=DAY, by=leader)


def test_where_the_city_demands_it_nothing_is_paid_without_a_notice(batch: SubsidyBatch, finance_officer: User) -> None:
    PolicyRule.objects.filter(code="subsidy.notice_required").update(value="1")
    with pytest.raises(ValidationError, match="拨付以前要公示"):
        pay(batch, finance_officer, date(2025, 7, 14))


def test_pages_post_print_and_hear(
    batch: SubsidyBatch, city_officer: User, leader: User, auditor: User, client_of: ClientOf
) -> None:
    today, desk = timezone.localdate(), client_of(city_officer)
    where = press(desk, "subsidy_batch_show", batch.pk, starts_on=today, **WHERE)
    notice = PublicNotice.objects.get()
    assert where == notice.get_absolute_url()
    sheet = desk.get(reverse("outreach:notice_sheet", args=[notice.pk])).content.decode()
    assert ("张*" in sheet, "张小燕" in sheet) == (True, False)
    given = {
        "submission": str(uuid4()), "received_on": today, "objector": "李大姐", "contact": "13812345678",
        "words": "她已经搬走了",
    }  # fmt: skip
    for _ in range(2):
        assert desk.post(reverse("outreach:objection_new", args=[notice.pk]), given).status_code == 302
    objection = notice.objections.get()
    seen = [client_of(who).get(where).content.decode() for who in (city_officer, auditor)]
    assert ["她已经搬走了" in page for page in seen] == [True, False]
    answer = client_of(leader).post(
        reverse("outreach:objection_decide", args=[objection.pk]), {"outcome": "upheld", "finding": "人已搬走"}
    )
    assert (answer.status_code, notice.obstacle(on=today + timedelta(days=30))) == (
        302, "有 1 件异议成立，请退回改正以后重新公示",
    )  # fmt: skip
    assert "有异议等核查的 0 份" in desk.get(reverse("outreach:notice_list")).content.decode()
