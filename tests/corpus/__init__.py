"""Bad and odd inputs, made when the tests run: `cases.csv` says what is sent where and what must come of it.

kind `file`: the builder of that name in files.py makes the whole file. kind `cell`: the content stands in that column of
one row (num: a number, rep: a text repeated, u: escapes). kind `form` is for the web forms, which have a test of their own.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    id: str
    family: str
    kind: str
    column: str
    content: str
    entries: str
    verdict: str
    says: str

    def value(self) -> str | float:
        if self.content.startswith("num:"):
            return float(self.content[4:])
        if self.content.startswith("rep:"):
            count, text = self.content[4:].split(":", 1)
            return text * int(count)
        return self.content[2:].encode().decode("unicode_escape") if self.content.startswith("u:") else self.content


def cases(kind: str) -> list[Case]:
    with (Path(__file__).parent / "cases.csv").open(encoding="utf-8", newline="") as file:
        return [Case(**row) for row in csv.DictReader(file) if row["kind"] == kind]
