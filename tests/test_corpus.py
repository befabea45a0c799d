"""The input corpus against both lists of the screening: the hospital's results and the federation's attendance."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bench.workbooks import workbook
from federation import scoping
from federation.models import Organization, User
from programs.models import Batch, BatchProblem, Campaign
from programs.tests.build import attendance_rows, build_campaign, previewed, results_rows
from tests.corpus import Case, cases
from tests.corpus.files import FILES

ENTRIES = ("results", "attendance")
NAMES = {"C": "名单.csv"}
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
ENGLISH = re.compile(r"Traceback|Error|Exception|select |/work|\.py|null", re.IGNORECASE)


@pytest.fixture
def campaign(city: Organization) -> Campaign:
    return build_campaign(city)


def rows_for(entry: str, village: Organization, count: int) -> list[dict[str, Any]]:
    return results_rows(village, count) if entry == "results" else attendance_rows(village, count)


def check_refusal(batch: Batch, case: Case) -> None:
    """What a clear error says (reliability.md §4): the reason, the cure, that nothing was saved; in Chinese."""
    assert batch.state == Batch.State.REFUSED, (case.id, batch.state)
    assert case.says in batch.refusal, (case.id, batch.refusal)
    assert batch.refusal.endswith("本次未导入任何内容。"), case.id
    assert not ENGLISH.search(batch.refusal), (case.id, batch.refusal)


def check_problem(problem: BatchProblem, case: Case, number: int) -> None:
    """Row and cell as the officer sees them, the value masked if sensitive, the reason, a correct example."""
    assert case.says in problem.reason, (case.id, problem.reason)
    assert problem.title == case.column, (case.id, problem.title)
    assert problem.cell.endswith(str(number)), (case.id, problem.cell)
    assert problem.example, case.id
    assert not ENGLISH.search(problem.reason + problem.example), (case.id, problem.reason)
    digits = re.sub(r"\D", "", str(case.value()))
    if case.column == "身份证号" and len(digits) > 10:
        assert digits not in problem.value, case.id


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("case", cases("file"), ids=lambda case: case.id)
def test_whole_file(
    case: Case, entry: str, campaign: Campaign, village: Organization, hospital: User, city_officer: User
) -> None:
    user = hospital if entry == "results" else city_officer
    with scoping.of_user(user):
        content = FILES[case.content](rows_for(entry, village, 2))
        batch = previewed(campaign, content, by=user, name=NAMES.get(case.family, "名单.xlsx"))
    if case.verdict == "accept":
        assert (batch.state, batch.rows_total, batch.rows_new) == (Batch.State.PREVIEWED, 2, 2), (
            case.id,
            batch.refusal,
        )
    else:
        check_refusal(batch, case)


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("family", ["N", "D", "P"])
def test_cells(
    family: str, entry: str, campaign: Campaign, village: Organization, hospital: User, city_officer: User
) -> None:
    """All cases of a family in one list, a row each: every verdict stands by itself."""
    chosen = [case for case in cases("cell") if case.family == family and entry in case.entries]
    rows = rows_for(entry, village, len(chosen))
    for case, row in zip(chosen, rows, strict=True):
        if "报告日期" in row:
            row["报告日期"] = "2016-12-01"
        row[case.column] = written(case, row["身份证号"])
    user = hospital if entry == "results" else city_officer
    with scoping.of_user(user):
        batch = previewed(campaign, workbook("名单", rows), by=user)
        problems = {problem.row: problem for problem in batch.problems.all()}
    assert batch.rows_total == len(chosen)
    for number, case in enumerate(chosen, start=2):
        if case.verdict == "accept":
            assert number not in problems, (case.id, problems[number].reason)
        else:
            assert number in problems, (case.id, "went in")
            check_problem(problems[number], case, number)


def written(case: Case, number: str) -> str | float:
    """Spellings of the row's own number, or what the manifest says."""
    spellings = {
        "{lower}": number.lower(),
        "{full}": number.translate(FULL_WIDTH),
        "{spaced}": f" {number[:6]} {number[6:14]} {number[14:]}",
        "'{id}": f"'{number}",
    }
    return spellings.get(case.content, case.value())
