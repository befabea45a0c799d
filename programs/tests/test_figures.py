"""The quarterly form counted from cases, its inequality checks, rates with their wholes, and the template's stamp."""

import io
import json
from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from federation import scoping
from federation.models import Organization, User
from federation.spreadsheets import writing
from federation.spreadsheets.columns import Layout
from programs.models import Batch, Campaign, ScreeningReturn
from programs.screening import figures
from programs.screening.layouts import RESULTS
from programs.tests.build import build_campaign, build_result, build_woman, received, uploading

Asking = Callable[[User], Client]
ON = date(2016, 7, 5)
CASES = (
    {"method": "cytology", "tbs": "nilm", "ultrasound": "1"},
    {"method": "smear", "tbs": "nilm"},
    {"method": "smear", "tbs": "asc_us"},
    {"method": "cytology", "tbs": "lsil", "colposcopy": "normal"},
    {"method": "cytology", "tbs": "hsil", "colposcopy": "high", "cervical_pathology": "cin3", "cervical_treatment": "treated"},
    {"method": "cytology", "tbs": "scc", "colposcopy": "cancer", "cervical_pathology": "invasive"},
    {"method": "via", "via": "abnormal"},
    {"ultrasound": "0", "mammogram": "2"},
    {"ultrasound": "5", "breast_pathology": "invasive", "tnm": "I"},
)  # fmt: skip


@pytest.fixture
def campaign(city: Organization) -> Campaign:
    return build_campaign(city, document_number="兰妇〔2016〕6号")


def cases(campaign: Campaign, village: Organization) -> None:
    with scoping.everything("a test arranges rows"):
        for codes in CASES:
            woman = build_woman(village, id_number=None, no_id_reason="lost")
            build_result(campaign, woman, health=json.dumps(codes), abnormal=False)


def test_items_are_counted_from_cases(campaign: Campaign, village: Organization, hospital: User) -> None:
    cases(campaign, village)
    with scoping.of_user(hospital):
        counted = figures.compiled(campaign, 2, on=ON, by=hospital)
    values = {line.number: line.value for line in counted.lines if line.number}
    assert [values[number] for number in (1, 2, 3, 4, 5, 6)] == [25000, 9, 4, 2, 1, 4]
    assert [values[number] for number in range(7, 17)] == [0, 0, 1, 1, 1, 0, 0, 0, 1, 1]
    assert [values[number] for number in range(18, 27)] == [None] * 9
    assert counted.failing() == []


def test_rates_carry_their_whole(campaign: Campaign, village: Organization, hospital: User) -> None:
    cases(campaign, village)
    with scoping.of_user(hospital):
        rates = {rate.title: rate for rate in figures.compiled(campaign, 2, on=ON, by=hospital).rates}
    pairs = {title: (rate.part, rate.whole) for title, rate in rates.items()}
    assert pairs["阴道镜到检率"] == (3, 5)
    assert pairs["宫颈早诊率"] == (1, 2)
    assert pairs["钼靶到检率"] == (1, 1)
    assert pairs["乳腺早诊率"] == (1, 1)
    assert pairs["治疗率"] == (1, 3)
    assert rates["任务完成率（全年）"].source == "任务数，兰妇〔2016〕6号，2016-03-01 起"


def test_failing_check_keeps_the_form_back(city: Organization, village: Organization, hospital: User) -> None:
    campaign = build_campaign(city, quota=1)
    cases(campaign, village)
    with scoping.of_user(hospital), pytest.raises(ValidationError, match="核对不过：1 ≥ 2"):
        figures.issue(campaign, 2, on=ON, by=hospital)


def test_other_quarter_is_empty(campaign: Campaign, village: Organization, hospital: User) -> None:
    cases(campaign, village)
    with scoping.of_user(hospital):
        assert figures.compiled(campaign, 3, on=ON, by=hospital).lines[1].value == 0


def test_issued_form_is_read_by_the_city_as_totals(
    campaign: Campaign, village: Organization, hospital: User, city_officer: User, village_director: User,
    client_of: Asking,
) -> None:  # fmt: skip
    cases(campaign, village)
    client_of(hospital).post(reverse("programs:screening_return_new", args=[campaign.pk, 2]))
    with scoping.of_user(city_officer):
        kept = ScreeningReturn.objects.visible_to(city_officer).get()
    client = client_of(city_officer)
    page = client.get(kept.get_absolute_url()).content.decode()
    assert ("应查人数" in page, "张小兰" in page) == (True, False)
    content = client.get(reverse("programs:screening_return_workbook", args=[kept.pk])).content
    rows = list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert rows[3][:3] == ("2", "实查人数", 9)
    assert client_of(village_director).get(kept.get_absolute_url()).status_code == 403


def filled(layout: Layout) -> bytes:
    book: Workbook = load_workbook(io.BytesIO(writing.template(layout)))
    book["填报"].cell(2, 2, "张小兰")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("version", "refused"), [("0", True), (RESULTS.version, False)])
def test_template_of_an_older_version_is_refused(
    campaign: Campaign, hospital: User, version: str, refused: bool
) -> None:
    with scoping.of_user(hospital):
        batch = received(campaign, filled(Layout(RESULTS.name, RESULTS.columns, version=version)), by=hospital)
        uploading.preview(batch, on=date(2016, 12, 10))
    assert ("这是模板第 0 版，现在用第 1 版" in batch.refusal) is refused
    assert (batch.state == Batch.State.REFUSED) is refused
