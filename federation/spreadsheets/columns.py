"""The columns a list is expected to have, and where they stand in the file at hand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from federation.cells import Cell
from federation.spreadsheets.problems import column_letter
from federation.spreadsheets.refusal import BadFile

_HEADER_WITHIN = 20
_NOISE = re.compile(r"[\s*＊:：_\-（）()\[\]【】、/]|必填|选填")


@dataclass(frozen=True)
class Column:
    """`sensitive` names the mask (id_number, phone, clinical); `choices` become a drop-down in the template."""

    key: str
    title: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    sensitive: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    hint: str = ""
    width: int = 14


def plain(title: object) -> str:
    """A column name without the spaces, stars and brackets that offices decorate it with."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", str(title or ""))).casefold()


@dataclass(frozen=True)
class Header:
    """Where the columns were found: row number as shown by the spreadsheet program, key -> column position."""

    row: int
    places: dict[str, int]
    titles: dict[str, str]
    unknown: tuple[str, ...]

    def has(self, key: str) -> bool:
        return key in self.places


class Layout:
    """The expected columns of one kind of list."""

    def __init__(self, name: str, columns: Sequence[Column], *, version: str = "1") -> None:
        self.name, self.columns, self.version = name, tuple(columns), version
        self._by_title: dict[str, Column] = {}
        for column in columns:
            for title in (column.title, *column.synonyms):
                self._by_title[plain(title)] = column

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    def find_header(self, rows: Sequence[Sequence[Cell]]) -> int:
        """The index of the row that names the most columns; -1 if none names at least two."""
        scores = [sum(plain(cell) in self._by_title for cell in row if cell) for row in rows[:_HEADER_WITHIN]]
        best = max(scores, default=0)
        return scores.index(best) if best >= min(2, len(self.columns)) else -1

    def read_header(self, rows: Sequence[Sequence[Cell]]) -> Header:
        index = self.find_header(rows)
        if not any(cell not in (None, "") for row in rows for cell in row):
            raise BadFile("表是空的，一行也没有", "请照模板填好再传", rule="empty_sheet")
        if index < 0:
            wanted = "、".join(column.title for column in self.columns if column.required)
            raise BadFile(
                f"前 {_HEADER_WITHIN} 行里找不到列名",
                f"请用模板填，或让表头里有这几列：{wanted}",
                rule="no_header",
            )
        return self._placed(index, rows[index])

    def _placed(self, index: int, row: Sequence[Cell]) -> Header:
        places: dict[str, int] = {}
        titles: dict[str, str] = {}
        unknown = []
        for position, cell in enumerate(row):
            column = self._by_title.get(plain(cell))
            if column is None:
                if cell not in (None, ""):
                    unknown.append(str(cell)[:20])
                continue
            if column.key in places:
                both = f"{column_letter(places[column.key])} 列和 {column_letter(position)} 列"
                raise BadFile(f"{both}都是“{column.title}”", "请只留一列", rule="doubled_column")
            places[column.key], titles[column.key] = position, str(cell).strip()
        self._require(places)
        return Header(index + 1, places, titles, tuple(unknown))

    def _require(self, places: dict[str, int]) -> None:
        missing = [column.title for column in self.columns if column.required and column.key not in places]
        if missing:
            raise BadFile(
                f"缺少列：{'、'.join(missing)}",
                "请照模板补上这些列",
                rule="missing_column",
            )
