"""What is wrong with a file or with one cell, said so that the person who filled it in can put it right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from federation.sealed import masked_id_number, masked_phone

MOST_SHOWN = 500
_LONGEST_SHOWN = 40


def column_letter(number: int) -> str:
    """0 -> A, 26 -> AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# Kinds of columns whose content is not shown in full, and how it is shown.
MASKS: dict[str, Callable[[str], str]] = {
    "id_number": masked_id_number,
    "phone": masked_phone,
    "clinical": lambda text: "结果栏不显示",
}


def shown(value: object, sensitive: str = "") -> str:
    """The cell as it may stand on a page: short, on one line, masked where the column is sensitive."""
    text = " ".join(str(value if value is not None else "").split())
    if not text:
        return "（空）"
    if sensitive:
        return MASKS[sensitive](text)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """One cell that cannot go in. `row` is the row number as the spreadsheet program shows it."""

    row: int
    column: int
    title: str
    value: str
    reason: str
    example: str

    @property
    def cell(self) -> str:
        return f"{column_letter(self.column)}{self.row}" if self.column >= 0 else "整行"

    def __str__(self) -> str:
        place = f"{column_letter(self.column)}列 {self.title}" if self.column >= 0 else self.title
        return f"第{self.row}行 {place}：{self.value}，{self.reason}。正确写法：{self.example}"


@dataclass
class ProblemList:
    """Every problem of a file is kept for the error book; pages show the first 500 and the number beyond."""

    problems: list[SheetProblem] = field(default_factory=list)

    def add(self, problem: SheetProblem) -> None:
        self.problems.append(problem)

    def __len__(self) -> int:
        return len(self.problems)

    @property
    def rows(self) -> set[int]:
        return {problem.row for problem in self.problems}

    @property
    def first(self) -> list[SheetProblem]:
        return self.problems[:MOST_SHOWN]

    @property
    def beyond(self) -> int:
        return max(0, len(self.problems) - MOST_SHOWN)
