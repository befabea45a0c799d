"""What became of the women whom the hospital asked to come again: the next step done, put on record as not done, or silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from federation import copying
from federation.models import Organization
from federation.sealed import new_keys, seal_column
from programs.models import Campaign, ScreeningRecall
from programs.screening import stages
from programs.screening.findings import Findings
from reports.demo.stage import Stage

# What most of them hear in the end.
_RELIEVED = {"colposcopy": "normal", "mammogram": "2", "breast_pathology": "benign"}
# Of a hundred: the step is done within the time or a little later; somebody wrote down why it was not.
_DONE, _ON_RECORD = 84, 9
_PLACE = f"{ScreeningRecall._meta.db_table}.step"
_COLUMNS = (
    "organization_id", "township_id", "public_id", "campaign_id", "screening_id", "step", "opened_on", "due_on", "outcome",
    "reason", "recorded_on", "recorded_by_id", "closed_on",
)  # fmt: skip


@dataclass(frozen=True)
class Recalled:
    """One step of one woman; `codes` are her findings after it."""

    village: Organization
    screening: int
    codes: dict[str, str]
    step: str
    opened_on: date
    due_on: date
    outcome: str = ""
    reason: str = ""
    recorded_on: date | None = None
    closed_on: date | None = None


class Recalls:
    """Of one campaign. Draws from a chance of its own, so that nothing else in the city changes with it."""

    def __init__(self, stage: Stage, year: int) -> None:
        self.stage, self.is_past = stage, year < stage.on.year - 1
        self.random, self.waiting = Random(year), stages.Waiting(stage.on)

    def of(self, found: Findings, *, village: Organization, screening: int, reported_on: date) -> Recalled | None:
        steps = stages.next_steps(found.codes)
        if not steps:
            return None
        due_on = self.waiting.due_on(steps[0], since=reported_on)
        begun = Recalled(village, screening, dict(found.codes), steps[0], reported_on, due_on)
        chance, done_on = self.random.randrange(100), reported_on + timedelta(days=4 + self.random.randrange(40))
        if done_on <= self.stage.on and (self.is_past or chance < _DONE):
            codes = {**begun.codes, steps[0]: _RELIEVED[steps[0]], f"{steps[0]}_on": done_on.isoformat()}
            return replace(begun, codes=codes, outcome="done", closed_on=done_on)
        if due_on < self.stage.on and chance < _DONE + _ON_RECORD:
            return self._on_record(begun)
        return begun

    def _on_record(self, begun: Recalled) -> Recalled:
        reason, written_on = self.random.choice(("declined", "lost", "postponed", "ill")), begun.due_on
        if reason in ("declined", "lost"):
            return replace(begun, outcome="not_done", reason=reason, recorded_on=written_on, closed_on=written_on)
        again_on = self.stage.on + timedelta(days=1 + self.random.randrange(20))
        return replace(begun, reason=reason, recorded_on=written_on, due_on=again_on)

    def write(self, campaign: Campaign, recalled: Sequence[Recalled]) -> None:
        copying.insert(ScreeningRecall, _COLUMNS, self._rows(campaign, recalled))

    def _rows(self, campaign: Campaign, recalled: Sequence[Recalled]) -> Iterator[tuple[Any, ...]]:
        keys = new_keys(len(recalled))
        steps = seal_column(keys, [item.step for item in recalled], place=_PLACE)
        for key, step, item in zip(keys, steps, recalled, strict=True):
            village = item.village
            recorder = self.stage.directors[village.pk] if item.reason else None
            yield (
                village.pk, village.township_id, key.hex(), campaign.pk, item.screening, step, item.opened_on, item.due_on,
                item.outcome, item.reason, item.recorded_on, recorder, item.closed_on,
            )  # fmt: skip
