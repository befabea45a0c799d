"""Spreadsheets in and out: guarded reading, templates, marked-up error books, exports."""

from federation.spreadsheets.columns import Column, Header, Layout
from federation.spreadsheets.problems import BadFile, ProblemList, SheetProblem, column_letter
from federation.spreadsheets.reading import Sheet, read_sheet

__all__ = [
    "BadFile",
    "Column",
    "Header",
    "Layout",
    "ProblemList",
    "Sheet",
    "SheetProblem",
    "column_letter",
    "read_sheet",
]
