"""A case step by step, which step is due next, and recalls that only a result or a record closes."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from federation import scoping
from federation.models import Organization, User
from outreach.models import FollowUp
from programs.models import Campaign, Screening, ScreeningRecall
from programs.screening import casing, recalling, stages
from programs.tests.build import (
    ON,
    build_campaign,
    build_recall,
    build_result,
    build_screening,
    build_woman,
    committed,
    results_rows,
)

DAY = date(2016, 6, 1)


@pytest.fixture
def campaign(city: Organization) -> Campaign:
    return build_campaign(city)


def case_of(campaign: Campaign, village: Organization) -> Screening:
    with scoping.everything("a test arranges rows"):
        return build_screening(campaign, build_woman(village))


def enter(screening: Screening, by: User, **steps: str) -> None:
    with scoping.of_user(by):
        for column, code in steps.items():
            casing.record_step(screening, column=column, code=code, done_on=DAY, on=DAY, by=by)


def recalls(by: User) -> list[tuple[str, date, str, str]]:
    with scoping.of_user(by):
        rows = ScreeningRecall.objects.visible_to(by).order_by("id")
        return [(str(row.step), row.due_on, row.outcome, row.reason) for row in rows]


@pytest.mark.parametrize(
    ("codes", "due"),
    [
        ({"method": "cytology", "tbs": "nilm"}, []),
        ({"method": "cytology", "tbs": "asc_us"}, ["colposcopy"]),
        ({"method": "cytology", "tbs": "unsatisfactory"}, ["method"]),
        ({"method": "hpv", "hpv": "hpv16_18"}, ["colposcopy"]),
        ({"method": "hpv", "hpv": "other_12"}, ["tbs"]),
        ({"method": "hpv", "hpv": "other_12", "tbs": "nilm"}, []),
        ({"via": "abnormal"}, ["colposcopy"]),
        ({"tbs": "hsil", "colposcopy": "high"}, ["cervical_pathology"]),
        ({"tbs": "hsil", "colposcopy": "declined"}, []),
        ({"tbs": "hsil", "colposcopy": "high", "cervical_pathology": "cin1"}, ["cervical_follow_up"]),
        ({"tbs": "hsil", "colposcopy": "high", "cervical_pathology": "cin3"}, ["cervical_treatment"]),
        ({"cervical_pathology": "cin3", "cervical_treatment": "treated"}, ["cervical_follow_up"]),
        ({"cervical_pathology": "cin3", "cervical_treatment": "treated", "cervical_follow_up": "clear"}, []),
        ({"breast_exam": "lump"}, ["ultrasound"]),
        ({"ultrasound": "0"}, ["mammogram"]),
        ({"ultrasound": "2"}, []),
        ({"ultrasound": "4a"}, ["breast_pathology"]),
        ({"ultrasound": "0", "mammogram": "3"}, ["breast_follow_up"]),
        ({"ultrasound": "5", "breast_pathology": "invasive"}, ["breast_treatment"]),
        ({"tbs": "lsil", "ultrasound": "3"}, ["colposcopy", "mammogram"]),
    ],
)
def test_next_step_follows_from_the_codes(codes: dict[str, str], due: list[str]) -> None:
    assert stages.next_steps(codes) == due


def test_each_stage_opens_the_next_recall(campaign: Campaign, village: Organization, hospital: User) -> None:
    screening = case_of(campaign, village)
    enter(screening, hospital, method="cytology", tbs="hsil")
    assert recalls(hospital) == [("colposcopy", date(2016, 7, 1), "", "")]
    enter(screening, hospital, colposcopy="high", cervical_pathology="cin3")
    assert [(step, outcome) for step, _, outcome, _ in recalls(hospital)] == [
        ("colposcopy", "done"),
        ("cervical_pathology", "done"),
        ("cervical_treatment", ""),
    ]


def test_follow_up_to_closure_ends_everything(campaign: Campaign, village: Organization, hospital: User) -> None:
    screening = case_of(campaign, village)
    enter(screening, hospital, method="cytology", tbs="hsil", colposcopy="high", cervical_pathology="cin3")
    enter(screening, hospital, cervical_treatment="treated", cervical_follow_up="clear")
    with scoping.of_user(hospital):
        screening.refresh_from_db()
        assert not ScreeningRecall.objects.visible_to(hospital).open().exists()
        assert not FollowUp.objects.visible_to(hospital).open().exists()
    assert screening.needs_contact is False


def test_declined_at_the_hospital_is_on_record(campaign: Campaign, village: Organization, hospital: User) -> None:
    screening = case_of(campaign, village)
    enter(screening, hospital, method="cytology", tbs="hsil", colposcopy="declined")
    assert recalls(hospital) == [("colposcopy", date(2016, 7, 1), "not_done", "declined")]


def test_step_out_of_order_is_refused(campaign: Campaign, village: Organization, hospital: User) -> None:
    with pytest.raises(ValidationError, match="要在阴道镜之后登记"):
        enter(case_of(campaign, village), hospital, cervical_pathology="cin1")


def test_village_learns_only_to_ring(campaign: Campaign, village: Organization, hospital: User) -> None:
    enter(case_of(campaign, village), hospital, method="cytology", tbs="hsil")
    with scoping.of_user(hospital):
        assert FollowUp.objects.visible_to(hospital).get().reason == "医院请她本人联系，有什么事由医院当面告诉她"


def test_postponed_stays_open_until_its_day(campaign: Campaign, village: Organization, village_director: User) -> None:
    with scoping.everything("a test arranges rows"):
        recall = build_recall(campaign, build_woman(village))
    with scoping.of_user(village_director):
        recalling.record_reason(recall, reason="postponed", on=ON, again_on=date(2017, 1, 5), by=village_director)
        rows = ScreeningRecall.objects.visible_to(village_director)
        assert list(rows.in_state("recorded", on=ON)) == [recall]
        assert list(rows.in_state("missing", on=ON)) == []
        assert rows.get().is_open()


def test_lost_needs_three_attempts(campaign: Campaign, village: Organization, village_director: User) -> None:
    with scoping.everything("a test arranges rows"):
        recall = build_recall(campaign, build_woman(village))
    with scoping.of_user(village_director), pytest.raises(ValidationError, match="失访要有 3 次"):
        recalling.record_reason(recall, reason="lost", on=ON, by=village_director)


def test_three_ways_are_kept_apart(campaign: Campaign, village: Organization, hospital: User) -> None:
    with scoping.of_user(hospital):
        screening = build_screening(campaign, build_woman(village))
        kept = {
            "missing": build_recall(campaign, screening.woman, screening=screening),
            "done": build_recall(campaign, screening.woman, screening=screening, outcome="done", closed_on=DAY),
            "recorded": build_recall(
                campaign, screening.woman, screening=screening, outcome="not_done", reason="declined", closed_on=DAY
            ),
            "waiting": build_recall(campaign, screening.woman, screening=screening, due_on=date(2016, 12, 20)),
        }
        rows = ScreeningRecall.objects.visible_to(hospital)
        assert {state: list(rows.in_state(state, on=ON)) for state in kept} == {k: [v] for k, v in kept.items()}


def test_import_opens_recalls_once(campaign: Campaign, village: Organization, hospital: User) -> None:
    rows = results_rows(village, 2)
    rows[0]["TBS"] = "HSIL"
    with scoping.of_user(hospital):
        committed(campaign, rows, by=hospital)
        committed(campaign, rows, by=hospital)
    assert [step for step, *_ in recalls(hospital)] == ["colposcopy"]


def test_import_never_takes_an_entered_step_away(campaign: Campaign, village: Organization, hospital: User) -> None:
    rows = results_rows(village, 1)
    rows[0]["TBS"] = "HSIL"
    with scoping.of_user(hospital):
        committed(campaign, rows, by=hospital)
        screening = Screening.objects.visible_to(hospital).get()
        casing.record_step(screening, column="colposcopy", code="high", done_on=ON, on=ON, by=hospital)
        again = committed(campaign, rows, by=hospital)
        assert (again.rows_same, again.rows_changed) == (1, 0)
        rows[0]["TBS"] = "LSIL"
        refused = committed(campaign, rows, by=hospital)
        assert refused.rows_rejected == 1
        assert casing.held_of(casing.result_of(screening))["colposcopy"] == "high"


def test_hospital_enters_a_step_on_the_page(
    campaign: Campaign, village: Organization, hospital: User, client_of: Callable[[User], Client]
) -> None:
    screening = case_of(campaign, village)
    client = client_of(hospital)
    address = reverse("programs:case_step", args=[screening.pk, "ultrasound"])
    answer = client.post(address, {"code": "4a", "done_on": "2016-06-01"})
    assert answer.status_code == 302
    page = client.get(reverse("programs:case_detail", args=[screening.pk])).content.decode()
    assert ("4A类" in page, "下一步：乳腺病理" in page) == (True, True)


def test_village_list_names_no_step(
    campaign: Campaign, village: Organization, village_director: User, client_of: Callable[[User], Client]
) -> None:
    with scoping.everything("a test arranges rows"):
        result = build_result(campaign, build_woman(village))
        build_recall(campaign, result.screening.woman, screening=result.screening)
        build_recall(campaign, result.screening.woman, screening=result.screening, step="mammogram")
    page = client_of(village_director).get(reverse("programs:recall_list", args=[campaign.pk])).content.decode()
    assert [word for word in ("阴道镜", "钼靶", "HSIL", "宫颈", "乳腺") if word in page] == []
    assert page.count("张小兰") == 1


def test_step_is_sealed(campaign: Campaign, village: Organization, hospital: User) -> None:
    enter(case_of(campaign, village), hospital, method="cytology", tbs="hsil")
    with scoping.of_user(hospital):
        raw = ScreeningRecall.objects.visible_to(hospital).values_list("step", flat=True).get()
    assert b"colposcopy" not in bytes(raw)
    assert json.dumps(str(recalls(hospital)[0][0])) == '"colposcopy"'


def test_recall_list_opens_with_what_is_still_waited_for(
    campaign: Campaign, village: Organization, village_director: User, client_of: Callable[[User], Client]
) -> None:
    with scoping.everything("a test arranges rows"):
        women = build_woman(village), build_woman(village, name="何兰", id_number=None, no_id_reason="lost")
        waited, over = (build_result(campaign, woman) for woman in women)
        build_recall(campaign, waited.screening.woman, screening=waited.screening)
        closed = build_recall(campaign, over.screening.woman, screening=over.screening)
        closed.closed_on, closed.outcome = closed.opened_on, ScreeningRecall.Outcome.DONE
        closed.save()
    address, client = reverse("programs:recall_list", args=[campaign.pk]), client_of(village_director)
    shown = {query: len(client.get(address + query).context["rows"]) for query in ("", "?state=done", "?state=all")}
    assert shown == {"": 1, "?state=done": 1, "?state=all": 2}
