"""One bar: our figure, the floor under it, the peer beside it, and the ratio that must hold."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Bar:
    """`ratio` must be at most (`at_most`) or at least the bar. `ours`, `floor` and `peer` share one unit."""

    name: str
    ours: float
    ratio: float
    bar: float
    at_most: bool
    unit: str
    floor: float | None = None
    peer: float | None = None
    spread: str = ""

    @property
    def holds(self) -> bool:
        return self.ratio <= self.bar if self.at_most else self.ratio >= self.bar

    def entry(self) -> dict[str, Any]:
        return {**asdict(self), "holds": self.holds}


def below(name: str, ours: float, floor: float, *, bar: float, unit: str, spread: str = "") -> Bar:
    """Ours may cost at most `bar` times the floor."""
    return Bar(name, ours, ours / floor, bar, True, unit, floor=floor, spread=spread)


def ahead(name: str, ours: float, peer: float, *, bar: float, unit: str, spread: str = "") -> Bar:
    """Ours must be at least `bar` times as much as the peer (throughputs)."""
    return Bar(name, ours, ours / peer, bar, False, unit, peer=peer, spread=spread)


def faster(name: str, ours: float, peer: float, *, bar: float, unit: str, spread: str = "") -> Bar:
    """The peer must take at least `bar` times as long as ours (times)."""
    return Bar(name, ours, peer / ours, bar, False, unit, peer=peer, spread=spread)


def within(name: str, ours: float, *, bar: float, unit: str) -> Bar:
    """Ours itself stays at or under the bar."""
    return Bar(name, ours, ours, bar, True, unit)


def rounds(ways: Sequence[Callable[[], object]], *, times: int) -> list[list[float]]:
    """Seconds of each way in each round. The ways take turns, so that a noisy minute falls on all of them."""
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(times):
        for place, way in enumerate(ways):
            began = time.perf_counter()
            way()
            seconds[place].append(time.perf_counter() - began)
    return seconds


def spread(seconds: Sequence[float]) -> str:
    return f"{min(seconds):.3g}-{max(seconds):.3g}"


def medians(seconds: Sequence[Sequence[float]]) -> list[float]:
    return [median(part) for part in seconds]


def table(bars: Sequence[Bar]) -> str:
    head = ("name", "ours", "floor", "peer", "ratio", "bar", "holds")
    rows = [head, *(_row(bar) for bar in bars)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _row(bar: Bar) -> tuple[str, ...]:
    def figure(value: float | None) -> str:
        return "" if value is None else f"{value:.4g} {bar.unit}"

    sign = "<=" if bar.at_most else ">="
    return (
        bar.name,
        figure(bar.ours),
        figure(bar.floor),
        figure(bar.peer),
        f"{bar.ratio:.2f}",
        f"{sign} {bar.bar:g}",
        "yes" if bar.holds else "NO",
    )
