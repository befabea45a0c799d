"""Geometry of the drawn figures: columns, lines, bars and dots, as numbers that a template writes down.

This year is filled or solid, the year compared with is grey and of another form (hatch, dash, tick, ring), so a chart
is read in black and white too. A missing value is not drawn. Bars and columns begin at zero; dots may cut their axis
and then name the outliers. The table beside a chart is its text version.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

Value = int | float | None
WIDTH, HEIGHT = 364, 224
TOP, BOTTOM, LEFT = 8, 22, 38
LINE = 14  # height of a line of 12 px text
CHARACTER = 12


@dataclass(frozen=True)
class Series:
    label: str
    values: Sequence[Value]


@dataclass(frozen=True)
class Key:
    """One entry of the legend; `look` is its shape in the style sheet: empty, was, line, dash, tick, dot."""

    label: str
    look: str = ""


@dataclass(frozen=True)
class Table:
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    foot: Sequence[str] = ()


@dataclass(frozen=True)
class Mark:
    """Something drawn at a place: a rectangle, a dot, a tick; `series` 1 is this year, 2 the one compared with."""

    x: float
    y: float
    width: float = 0
    height: float = 0
    series: int = 1


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    words: str
    anchor: str = "start"
    loud: bool = False


@dataclass(frozen=True)
class Rule:
    """A horizontal line of the grid with its label; the axis is the lowest one."""

    y: float
    words: str
    is_axis: bool

    @property
    def text_y(self) -> float:
        return round(self.y + 4, 1)


@dataclass(frozen=True)
class Path:
    points: str
    series: int


@dataclass
class Chart:
    label: str
    template: str
    keys: list[Key]
    table: Table
    width: int = WIDTH
    height: int = HEIGHT
    left: float = LEFT
    rules: list[Rule] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    target: float | None = None

    @property
    def code(self) -> str:
        """The same for the same chart, so that a document of frozen figures keeps its bytes."""
        return sha256(self.label.encode()).hexdigest()[:8]

    @property
    def foot(self) -> int:
        return self.height - BOTTOM

    @property
    def text_x(self) -> float:
        """Where the words of the grid end."""
        return self.left - 6


def column_chart(
    label: str,
    names: Sequence[str],
    series: Sequence[Series],
    *,
    table: Table | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> Chart:
    """One or two columns for each name; the last series is this year's."""
    chart = _chart(label, "columns", _keys(series, "was"), table or table_of(names, series), width, height)
    scale = _upright(chart, [value for one in series for value in one.values])
    slot = (width - chart.left) / max(len(names), 1)
    column = round(min(34.0, max(4.0, slot * 0.34)), 1)
    for position, name in enumerate(names):
        centre = chart.left + slot * (position + 0.5)
        begin = centre - (column * len(series) + (len(series) - 1)) / 2
        for order, one in enumerate(series):
            value = one.values[position]
            if value is not None:
                top = scale(value)
                x = begin + order * (column + 1)
                chart.marks.append(_mark(x, top, column, chart.foot - top, len(series) - order))
        if position % _every(slot, names) == 0:
            chart.texts.append(_below(chart, centre, name))
    return chart


def line_chart(
    label: str,
    names: Sequence[str],
    series: Sequence[Series],
    *,
    table: Table | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> Chart:
    """One or two lines, this year's first; each says its last value at its end."""
    keys = [Key(one.label, "line" if order == 0 else "dash") for order, one in enumerate(series)]
    chart = _chart(label, "lines", keys, table or table_of(names, list(reversed(series))), width, height)
    scale = _upright(chart, [value for one in series for value in one.values])
    room = width - chart.left - 56
    step = room / max(len(names) - 1, 1)
    ends = []
    for order, one in enumerate(series, start=1):
        places = [
            (chart.left + 8 + step * position, scale(value), value)
            for position, value in enumerate(one.values)
            if value is not None
        ]
        chart.paths.append(Path(" ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places), order))
        if places:
            ends.append((*places[-1], order))
            chart.marks += [_mark(*places[-1][:2])] if order == 1 else []
    chart.texts += _end_texts(ends)
    for position in range(0, len(names), _every(step, names)):
        chart.texts.append(_below(chart, chart.left + 8 + step * position, names[position]))
    return chart


def bar_chart(
    label: str, names: Sequence[str], now: Series, was: Series | None = None, *, table: Table | None = None
) -> Chart:
    """Lying bars with the names on the left; last year is a tick across the bar. In the order given: no ranking."""
    series = [was, now] if was else [now]
    keys = [Key(now.label), *([Key(was.label, "tick")] if was else [])]
    chart = _chart(label, "bars", keys, table or table_of(names, series), WIDTH, 4 + 28 * len(names))
    chart.left = 10 + max(map(width_of, names), default=0)
    most = max([value for one in series for value in one.values if value is not None], default=0) or 1
    room = chart.width - chart.left - 44
    for position, name in enumerate(names):
        top = 6 + 28 * position
        chart.texts.append(_text(chart.left - 8, top + 11, name, "end", loud=True))
        value, before = now.values[position], was.values[position] if was else None
        reach = 0.0
        if value is not None:
            reach = room * value / most
            chart.marks.append(_mark(chart.left, top, reach, 13))
        if before is not None:
            reach = max(reach, room * before / most)
            chart.marks.append(_mark(chart.left + room * before / most, top - 3, 0, 19, 2))
        if value is not None:
            chart.texts.append(_text(chart.left + reach + 8, top + 11, plain(value), loud=True))
    return chart


def dot_chart(
    label: str,
    names: Sequence[str],
    values: Sequence[Value],
    *,
    target: float,
    low: float,
    axis_words: str,
    table: Table,
    unit: str = "%",
) -> Chart:
    """One ring a unit in the order given; those below `low` are filled and named. The axis is cut below the lowest."""
    keys = [Key(f"目标 {plain(target)}{unit}", "dash"), Key(f"低于 {plain(low)}{unit}", "dot")]
    chart = _chart(label, "dots", keys, table, WIDTH, HEIGHT)
    known = [value for value in values if value is not None]
    bottom, top = min([*known, low]), max([*known, target])
    step = 5 if top - bottom <= 30 else 10 if top - bottom <= 60 else 20
    floor, ceiling = math.floor(bottom / step) * step, math.ceil(top / step) * step

    def scale(value: float) -> float:
        return chart.foot - (chart.foot - TOP) * (value - floor) / (ceiling - floor)

    chart.rules = [
        Rule(round(scale(tick), 1), f"{tick}{unit}", tick == floor) for tick in range(floor, ceiling + 1, step)
    ]
    chart.target = round(scale(target), 1)
    gap = (chart.width - chart.left - 20) / max(len(names) - 1, 1)
    outliers = []
    for position, (name, value) in enumerate(zip(names, values, strict=True)):
        if value is None:
            continue
        x, y = chart.left + 10 + gap * position, scale(value)
        chart.marks.append(_mark(x, y, series=1 if value < low else 2))
        if value < low:
            outliers.append((x, y, f"{name} {plain(value)}{unit}"))
    unnamed = _name(chart, outliers)
    axis_words += f"，另有 {unnamed} 个没有标名，见统计" if unnamed else ""
    chart.texts.append(_text(chart.left + 4, chart.height - 6, axis_words))
    return chart


def table_of(names: Sequence[str], series: Sequence[Series]) -> Table:
    rows = [[name, *(plain(one.values[position]) for one in series)] for position, name in enumerate(names)]
    return Table(["", *(one.label for one in series)], rows)


def plain(value: Value) -> str:
    """A figure for a screen: no thousands comma, one decimal where there is one; nothing for a missing value."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else f"{value:.1f}"


def axis_ticks(most: float) -> list[float]:
    """Zero and three to five round steps that reach `most`."""
    if most <= 0:
        return [0, 1]
    size = 10 ** math.floor(math.log10(most))
    step = next(size * part for part in (0.2, 0.25, 0.5, 1, 2, 2.5) if most <= size * part * 5)
    if most >= 1:
        step = max(step, 1)
    return [round(step * count, 6) for count in range(math.ceil(most / step) + 1)]


def axis_words(value: float) -> str:
    return f"{plain(value / 10000)}万" if value >= 10000 else plain(value)


def _keys(series: Sequence[Series], other: str) -> list[Key]:
    return [Key(one.label, other if order < len(series) - 1 else "") for order, one in enumerate(series)]


def _chart(label: str, kind: str, keys: list[Key], table: Table, width: int, height: int) -> Chart:
    return Chart(label, f"reports/charts/{kind}.html", keys, table, width, height)


class _Scale:
    def __init__(self, foot: float, most: float) -> None:
        self.foot, self.most = foot, most

    def __call__(self, value: float) -> float:
        return self.foot - (self.foot - TOP) * value / self.most


def _upright(chart: Chart, values: list[Value]) -> _Scale:
    """Grid and scale of a chart whose values stand up from zero."""
    ticks = axis_ticks(max([value for value in values if value is not None], default=0))
    scale = _Scale(chart.foot, ticks[-1])
    chart.rules = [Rule(round(scale(tick), 1), axis_words(tick), tick == 0) for tick in ticks]
    chart.left = 10 + max(width_of(rule.words) for rule in chart.rules)
    return scale


def _every(slot: float, names: Sequence[str]) -> int:
    """Write every second, third … name where all do not fit."""
    needed = max(map(width_of, names), default=1) + 6
    return max(1, math.ceil(needed / max(slot, 1)))


def _mark(x: float, y: float, width: float = 0, height: float = 0, series: int = 1) -> Mark:
    return Mark(round(x, 1), round(y, 1), round(width, 1), round(height, 1), series)


def _text(x: float, y: float, words: str, anchor: str = "start", *, loud: bool = False) -> Text:
    return Text(round(x, 1), round(y, 1), words, anchor, loud)


def _below(chart: Chart, x: float, words: str) -> Text:
    return _text(x, chart.height - 6, words, "middle")


def _end_texts(ends: list[tuple[float, float, float, int]]) -> list[Text]:
    """The last values, beside the ends of their lines, the upper one first and never over one another."""
    texts: list[Text] = []
    for x, y, value, order in sorted(ends, key=lambda end: end[1]):
        above = len(ends) > 1 and not texts
        place = y - 4 if above else max(y + 4, texts[-1].y + LINE if texts else y + 4)
        texts.append(_text(x + 8, place, plain(value), loud=order == 1))
    return texts


def _name(chart: Chart, dots: Sequence[tuple[float, float, str]]) -> int:
    """Write each dot's words where they can be read; how many found no room, the lowest dots first served."""
    unnamed = 0
    for x, y, words in sorted(dots, key=lambda dot: -dot[1]):
        text = _beside(chart, x, y, words)
        if text is None:
            unnamed += 1
        else:
            chart.texts.append(text)
    return unnamed


def _beside(chart: Chart, x: float, y: float, words: str) -> Text | None:
    """Right or left of the dot, if need be some lines up or down: wherever no other name and no dot stands."""
    wide = width_of(words)
    for lines in (0, 1, -1, 2, -2, 3, -3):
        for begin in (x + 8, x - 8 - wide):
            place = _Box(begin, y + 4 + lines * LINE, wide)
            if place.fits(chart) and place.is_free(chart):
                return _text(begin, place.foot, words, loud=True)
    return None


@dataclass(frozen=True)
class _Box:
    """The room that a text of one line takes; `foot` is its base line."""

    left: float
    foot: float
    wide: float

    def fits(self, chart: Chart) -> bool:
        return self.left >= chart.left and self.left + self.wide <= chart.width and LINE <= self.foot <= chart.foot

    def is_free(self, chart: Chart) -> bool:
        texts = ((text.x, text.y, width_of(text.words)) for text in chart.texts)
        dots = ((mark.x - 4, mark.y + 6, 8.0) for mark in chart.marks)
        return not any(self._meets(*other) for other in (*texts, *dots))

    def _meets(self, left: float, foot: float, wide: float) -> bool:
        return abs(self.foot - foot) < LINE and self.left < left + wide and left < self.left + self.wide


def width_of(words: str) -> float:
    """About how wide a text of 12 px is."""
    return sum(CHARACTER if character > "\u2e80" else 7 for character in words)
