"""The declaration of a kind of application: desks, states, allowed moves. See the package's docstring for how to write one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from federation.permissions import STAFF, Role


class Kind(StrEnum):
    """How a move looks on the page: onwards, back to be put right, or the end of it."""

    ON = "on"
    BACK = "back"
    END = "end"


@dataclass(frozen=True)
class Desk:
    """Where an application lies while in a state: whose it is, what is to be done, and by when (a policy rule)."""

    office: str
    role: Role
    todo: str
    limit: str = ""
    # Another office's: here its answer is only waited for.
    outside: bool = False


@dataclass(frozen=True)
class Move:
    """`sources` -> `target`. A deciding move is never made by the person who made the deciding move before it, except
    where `exception` lets a small village say why; every such exception is recorded and listed."""

    name: str
    sources: tuple[str, ...]
    target: str
    label: str
    kind: Kind = Kind.ON
    by: tuple[Role, ...] = ()
    decides: bool = False
    opinion: bool = False
    reason: bool = False
    exception: bool = False
    facts: tuple[str, ...] = ()
    # Those of the facts that are days to come.
    ahead: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    about: str = ""
    # Made by another part of the portal (payments), which keeps its own record of who did what.
    elsewhere: bool = False


class MoveRow(NamedTuple):
    """A pair of states as PostgreSQL holds it."""

    source: str
    target: str
    place: int
    decides: bool
    exception: bool
    by_step: bool


@dataclass(frozen=True)
class Process:
    kind: str
    noun: str
    model: str
    begins: str
    desks: dict[str, Desk]
    moves: tuple[Move, ...]
    # What an opinion must not tell.
    caution: str = ""
    # Where the list itself tells of illness, it names nobody in full.
    masks_names: bool = False
    by_name: dict[str, Move] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {move.name: move for move in self.moves})
        if len(self.by_name) != len(self.moves):
            raise ValueError(f"{self.kind}: two moves share a name")
        pairs = [(source, move.target) for move in self.moves for source in move.sources]
        if len(set(pairs)) != len(pairs):
            raise ValueError(f"{self.kind}: two moves join the same states")

    def place(self, state: str) -> int:
        """How far along the desks a state lies; states without a desk come last."""
        states = list(self.desks)
        return states.index(state) + 1 if state in states else len(states) + 1

    def moves_from(self, state: str) -> list[Move]:
        return [move for move in self.moves if state in move.sources and not move.elsewhere]

    def movers(self, move: Move, state: str) -> tuple[Role, ...]:
        if move.by:
            return move.by
        return (self.desks[state].role,) if state in self.desks else ()

    def states_of(self, *roles: Role) -> list[str]:
        """The states whose desk one of these roles works."""
        return [state for state, desk in self.desks.items() if desk.role in roles]

    def rows(self) -> Iterator[MoveRow]:
        yield MoveRow("", self.begins, 0, False, False, False)
        for move in self.moves:
            for source in move.sources:
                yield MoveRow(source, move.target, self.place(source), move.decides, move.exception, not move.elsewhere)


PROCESSES: dict[str, Process] = {}


def declare(process: Process) -> Process:
    PROCESSES[process.kind] = process
    return process


__all__ = ["PROCESSES", "STAFF", "Desk", "Kind", "Move", "MoveRow", "Process", "declare"]
