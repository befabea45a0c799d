"""The pages of loans, relief and care before a real browser: axe, overflow, script and policy errors, 1440 to 320 px."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import sync_playwright

from federation import scoping
from federation.models import Organization, User
from members.tests.build import build_woman
from programs.applications import moving
from programs.loans import lending
from programs.sunflower import caring, companionship, consenting, planning
from programs.tests.build_welfare import (
    YUAN,
    build_aid,
    build_child,
    build_comparison,
    build_cycle,
    build_donation,
    build_loan,
    build_mentor,
    build_relief,
)  # fmt: skip
from tests.browsing import Eye, Shelf, browser_of

# Set to a folder to keep the pictures.
SHOTS = Path(os.environ["SHOTS"]) if "SHOTS" in os.environ else None
NAMES = "刘春梅 何秀兰 邓玉珍 彭桂英 谢小红 罗冬梅 唐秋菊 郑丽娟".split()


def arrange(village: Organization, township_officer: User) -> dict[str, int]:
    today = timezone.localdate()
    for days, name in enumerate(NAMES):
        woman = build_woman(village, name=name, address="3 组 12 号")
        build_loan(
            village, woman=woman, released_on=today - timedelta(days=days), state="overdue" if days == 2 else "normal"
        )
        build_relief(village, woman=woman, state=["submitted", "checked", "paid"][days % 3], paid_on=today)
        build_donation(village)
    loan = build_loan(village, matures_on=today - timedelta(days=3), released_on=today - timedelta(days=368))
    lending.correct_loan(loan, by=township_officer, purpose="种植油茶")
    grant = build_relief(village, state="checked", bank_card="6217000000004321")
    child = caring.open_file(
        organization=village, phone="13812345678", at=timezone.now(), by=township_officer, name="陈小雨", sex="2", category="left_behind",
        birth_on=today - timedelta(days=3000), guardian_name="陈大山", guardian_relation="祖父",
        opened_on=today - timedelta(days=90), condition="轻度近视", school="青石学校", grade="二年级", carer_name="陈大山",
        benefits=["minimum_living"], other_categories=["minimum_living"],
    )  # fmt: skip
    consenting.sign(
        child, version="2026-1", signed_by="陈大山", relation="祖父", signed_on=today - timedelta(days=80), on=today,
        by=township_officer,
    )  # fmt: skip
    levels = {"life": "some", "study": "urgent", "mind": "some", "safety": "none", "medical": "none"}
    planning.assess(
        child,
        **levels,
        risk="middle",
        words="爷爷带，父母每周来一次电话",
        assessed_on=today,
        on=today,
        by=township_officer,
    )
    plan = planning.begin_plan(
        child, starts_on=today - timedelta(days=60), by=township_officer,
        goals={"study": "期末语文及格", "mind": "每周和妈妈视频一次"},
    )  # fmt: skip
    child.refresh_from_db()
    mentor = build_mentor(village, phone="13912345678")
    bond = caring.pair(child, mentor=mentor, starts_on=today - timedelta(days=60), on=today, by=township_officer)
    companionship.note_contact(
        bond, contacted_on=today, way="video", words="说了期末考试", on=today, by=township_officer
    )
    wish = companionship.wish(child, words="想要一个新书包", wished_on=today, by=township_officer)
    build_aid(child, amount_fen=500 * YUAN)
    build_child(village)
    accepted = build_relief(village, state="submitted")
    moving.move(
        accepted, "accept", by=township_officer, at=timezone.now(), opinion="已到家里看过，情况属实，材料齐全，同意上报"
    )
    step = accepted.steps().get(name="accept")
    moving.move(accepted, "send_back", by=township_officer, at=timezone.now(), reason="身份证复印件看不清，请重印")
    compared = build_relief(village, state="compared")
    cycle = build_cycle(accepted.organization.township.parent, budget_fen=200_000 * YUAN, quota=20)
    paid = build_relief(village, state="paid", paid_on=today, transfer_number="2026112400018")
    accepted.refresh_from_db()
    build_comparison(compared, cycle, by=township_officer)
    parts = {"cycle": cycle.pk, "paid": paid.pk, "accepted": accepted.pk, "step": step.pk, "compared": compared.pk}
    return parts | {
        "loan": loan.pk,
        "grant": grant.pk,
        "child": child.pk,
        "bond": bond.pk,
        "plan": plan.pk,
        "wish": wish.pk,
        "mentor": mentor.pk,
    }


MOVES = {"resubmit": "accepted", "withdraw": "accepted", "review": "compared"}


def addresses(keys: dict[str, int], woman: int) -> list[tuple[str, str]]:
    plain = [
        "loan_list", "loan_export", "relief_list", "relief_export", "child_list", "child_export", "child_new", "aid_list",
        "donation_list", "donation_new", "plan_list", "pairing_list", "mentor_list",
        "mentor_new", "incident_new", "incident_on_phone",
    ]  # fmt: skip
    of_one = {
        "loan_detail": "loan", "loan_edit": "loan", "loan_settle": "loan", "loan_extend": "loan", "loan_overdue": "loan",
        "relief_detail": "grant", "relief_edit": "accepted", "relief_papers": "accepted",
        "child_detail": "child", "child_edit": "child",
        "child_close": "child", "pairing_new": "child", "aid_new": "child", "pairing_end": "bond",
        "consent_new": "child", "consent_withdraw": "child", "assessment_new": "child", "plan_new": "child",
        "plan_review": "plan", "pairing_renew": "bond", "contact_new": "bond", "wish_new": "child", "wish_grant": "wish",
        "mentor_detail": "mentor", "mentor_edit": "mentor", "mentor_vet": "mentor", "mentor_train": "mentor",
        "mentor_leave": "mentor",
    }  # fmt: skip
    return [
        *((name, reverse(f"programs:{name}")) for name in plain),
        *((name, reverse(f"programs:{name}", args=[keys[key]])) for name, key in of_one.items()),
        *(
            (f"move_{move}", reverse("programs:application_move", args=["relief", keys[key], move]))
            for move, key in MOVES.items()
        ),
        ("application_list", reverse("programs:application_list", args=["relief"])),
        ("application_snapshot", reverse("programs:application_snapshot", args=[keys["step"]])),
        ("cycle_list", reverse("programs:cycle_list")),
        ("cycle_new", reverse("programs:cycle_new")),
        ("cycle_detail", reverse("programs:cycle_detail", args=[keys["cycle"]])),
        ("cycle_compare", reverse("programs:comparison_new", args=[keys["cycle"]])),
        ("relief_fund_new", reverse("programs:relief_fund_new")),
        ("relief_form", reverse("programs:relief_form", args=[keys["accepted"]])),
        ("relief_detail", reverse("programs:relief_detail", args=[keys["accepted"]])),
        ("relief_receipt", reverse("programs:relief_receipt", args=[keys["paid"]])),
        ("exception_list", reverse("programs:exception_list")),
        ("relief_check", f"{reverse('programs:relief_check')}?woman={woman}"),
        ("loan_new", f"{reverse('programs:loan_new')}?woman={woman}"),
        ("relief_new", f"{reverse('programs:relief_new')}?woman={woman}"),
        ("woman_pick", f"{reverse('members:woman_pick')}?next=/desk/loans/new/"),
        ("loan_list", f"{reverse('programs:loan_list')}?start=1999-01-01&end=1999-12-31"),
    ]


@pytest.mark.usefixtures("policy", "sister_village")
@pytest.mark.full
def test_pages_are_right_in_the_browser(
    village: Organization,
    township_officer: User,
    city_officer: User,
    client_of: Callable[[User], Client],
) -> None:
    with scoping.everything("a test arranges rows"):
        keys = arrange(village, township_officer)
        woman = build_woman(village, name="欧阳桂枝").pk
    people = dict.fromkeys(
        ["cycle_list", "cycle_new", "cycle_detail", "cycle_compare", "relief_fund_new"], city_officer
    )
    people |= {"exception_list": city_officer, "move_review": city_officer}
    shelf, asked = Shelf(), []
    for name, address in addresses(keys, woman):
        person = people.get(name, township_officer)
        answer = client_of(person).get(address)
        assert answer.status_code == 200, address
        asked.append(shelf.put(address, answer))
    pick = f"{reverse('members:woman_pick')}?next=/desk/loans/new/"
    asked.append(shelf.put("/picked/", client_of(township_officer).post(pick, {"q": "欧阳"})))
    wrong = client_of(township_officer).post(f"{reverse('programs:loan_new')}?woman={woman}", {"principal_fen": "八万"})
    asked.append(shelf.put("/wrong/", wrong))
    with sync_playwright() as playwright, browser_of(playwright) as browser:
        eye = Eye(browser, shelf)
        assert {address: found for address in asked if (found := eye.faults(address, shots=SHOTS))} == {}
