"""A year of screening through the pages, role by role: from the task to a closed case and lists that are empty."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation import jobs, scoping
from federation.models import Job, Organization, User
from members.models import Woman
from members.tests.build import build_woman
from outreach.models import FollowUp
from programs.models import Batch, Campaign, ReliefGrant, Screening, ScreeningAppointment, ScreeningDay
from programs.screening import quotas
from programs.tests.build import results_rows, workbook
from programs.tests.pressing import press, rows_of

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("policy")
NUMBER, READING = "439902197901010022", "the test reads what was written"


@pytest.fixture
def woman(village: Organization, other_village: Organization) -> Woman:
    """One woman due here, another in the next township."""
    with scoping.everything("a test arranges rows"):
        build_woman(other_village, name="李二妹", birth_on=date(1980, 1, 1))
        return build_woman(village, name="邓青敏", id_number=NUMBER)


def hospital_list(village: Organization, today: date) -> SimpleUploadedFile:
    found: dict[str, Any] = {
        **results_rows(village)[0], "姓名": "邓青敏", "身份证号": NUMBER, "手机号": "", "参检日期": f"{today}", "报告日期": f"{today}",
        "TBS": "HSIL",
    }  # fmt: skip
    return SimpleUploadedFile("结果.xlsx", workbook([found]))


def run_job() -> None:
    jobs.run(Job.objects.exclude(state=Job.State.DONE).get().pk)


def uploaded(doctor: Client, campaign: int, file: SimpleUploadedFile) -> None:
    press(doctor, "batch_new", campaign, file=file)
    run_job()
    with scoping.everything(READING):
        batch = Batch.objects.get()
    assert (batch.state, batch.rows_entering, batch.problems_total) == ("previewed", 1, 0)
    press(doctor, "batch_confirm", batch.pk, checked="on")
    run_job()


def test_a_woman_from_the_call_list_to_her_closed_case(
    woman: Woman, village: Organization, village_director: User, township_officer: User, city_officer: User,
    hospital: User, leader: User, client_of: ClientOf,
) -> None:  # fmt: skip
    today = timezone.localdate()
    desk, officer, director = client_of(city_officer), client_of(township_officer), client_of(village_director)
    doctor = client_of(hospital)

    # The task, handed down by the women due.
    press(
        desk, "campaign_new", year=today.year, name="农村妇女两癌免费筛查", document_number="兰妇发〔2026〕6号", quota=2,
        starts_on=f"{today.year}-01-01", ends_on=f"{today.year}-12-31",
    )  # fmt: skip
    campaign = Campaign.objects.get()
    key = campaign.pk
    shares = quotas_typed(campaign, city_officer)
    press(desk, "campaign_quotas", key, follows="", document_number="兰妇发〔2026〕7号", **shares)
    assert officer.get(campaign.get_absolute_url()).context["whole"].quota == 1

    # The village calls her, puts her down for a day, and she comes.
    assert [row.pk for row in rows_of(director, "due_list", key)] == [woman.pk]
    assert "邓青敏" in director.get(reverse("programs:due_notices", args=[key])).content.decode()
    press(officer, "day_new", key, organization=village.pk, day=today, place="村卫生室", quota=20)
    with scoping.everything(READING):
        day = ScreeningDay.objects.get().pk
    press(director, "day_fill", day)
    with scoping.everything(READING):
        appointment = ScreeningAppointment.objects.get().pk
    press(director, "appointment_mark", appointment, came="yes", consented="on")

    # The hospital's list: a positive finding, which nobody else reads.
    uploaded(doctor, key, hospital_list(village, today))
    assert rows_of(director, "due_list", key) == []
    with scoping.everything(READING):
        case = Screening.objects.get()
    assert (case.needs_contact, case.woman_id) == (True, woman.pk)
    assert [row.step for row in rows_of(doctor, "recall_list", key)] == ["colposcopy"]
    for client in (desk, officer, director):
        page = client.get(reverse("programs:attendance_list", args=[key])).content.decode()
        assert ("需联系医院" in page, "HSIL" in page) == (True, False)

    # The village tells her; the hospital goes on step by step until the case is closed.
    with scoping.everything(READING):
        told = FollowUp.objects.get(kind=FollowUp.Kind.RECALL)
    answer = director.post(reverse("outreach:follow_up_record", args=[told.pk]), {"result": "done"})
    assert answer.status_code == 302
    assert doctor.post(reverse("programs:case_help", args=[case.pk])).status_code == 302
    for column, code in (
        ("colposcopy", "high"), ("cervical_pathology", "cin3"), ("cervical_treatment", "treated"),
        ("cervical_follow_up", "clear"),
    ):  # fmt: skip
        press(doctor, "case_step", case.pk, column, code=code, done_on=today, institution="")
    assert rows_of(doctor, "recall_list", key) == []
    assert rows_of(doctor, "case_list", key) == []

    # From the positive case to a visit and to relief, one click each.
    waiting = list(director.get(reverse("outreach:follow_up_list"), {"view": "open"}).context["page"].rows)
    assert any(follow_up.kind != FollowUp.Kind.RECALL for follow_up in waiting)
    for follow_up in waiting:
        director.post(reverse("outreach:follow_up_record", args=[follow_up.pk]), {"result": "done"})
    assert list(director.get(reverse("outreach:follow_up_list"), {"view": "open"}).context["page"].rows) == []
    asked = officer.post(reverse("programs:attendance_visit", args=[case.pk]), {"then": "relief"})
    assert officer.get(asked["Location"]).context["woman"] == woman
    press(
        officer, "relief_new", query=f"?woman={woman.pk}", fund="city", applied_on=today, hardship="minimum_living",
        amount_fen="10000元", diagnosed_on=today, diagnosis="宫颈浸润癌 ⅡB 及以上", bank_card="",
    )  # fmt: skip
    with scoping.everything(READING):
        assert ReliefGrant.objects.get().woman == woman
    visits = list(director.get(reverse("outreach:follow_up_list"), {"view": "open"}).context["page"].rows)
    assert [(row.kind, row.woman) for row in visits] == [(FollowUp.Kind.VISIT, woman)]
    director.post(reverse("outreach:follow_up_record", args=[visits[0].pk]), {"result": "done"})

    # The quarter's form, and the progress that everybody reads.
    quarter = (today.month - 1) // 3 + 1
    issued = press(doctor, "screening_return_new", key, quarter)
    assert desk.get(issued).context["counted"].lines
    whole = client_of(leader).get(campaign.get_absolute_url()).context["whole"]
    assert (whole.attended, whole.quota, whole.quarters[quarter - 1].attended) == (1, 2, 1)


def quotas_typed(campaign: Campaign, by: User) -> dict[str, object]:
    """The proposal as it stands."""
    with scoping.of_user(by):
        shares = quotas.shares_of(campaign, anew=True)
    assert [(share.women_due, share.quota) for share in shares] == [(1, 1), (1, 1)]
    percents = {f"percent_{place}": 25 for place in range(1, 5)}
    return {**{f"quota_{share.branch.pk}": share.quota for share in shares}, **percents}
