"""Visits that are being written on the phone: the answers so far, in the session, by submission id."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

KEY = "visits_begun"
MOST = 5
UNTOUCHED = "untouched"
Answers = dict[str, Any]


def begin(session: SessionBase, *, at: datetime, **answers: Any) -> uuid.UUID:
    """A new draft; the oldest one beyond a handful is let go."""
    submission_id = uuid.uuid4()
    drafts = _drafts(session)
    drafts[str(submission_id)] = {"began": at.isoformat(), UNTOUCHED: True, **answers}
    for oldest in list(drafts)[:-MOST]:
        del drafts[oldest]
    session[KEY] = drafts
    return submission_id


def answers_of(session: SessionBase, submission_id: uuid.UUID) -> Answers | None:
    return _drafts(session).get(str(submission_id))


def keep(session: SessionBase, submission_id: uuid.UUID, answers: Mapping[str, Any]) -> None:
    drafts = _drafts(session)
    drafts[str(submission_id)] = {**drafts.get(str(submission_id), {}), **answers, UNTOUCHED: False}
    session[KEY] = drafts


def drop(session: SessionBase, submission_id: uuid.UUID) -> None:
    drafts = _drafts(session)
    if drafts.pop(str(submission_id), None) is not None:
        session[KEY] = drafts


def unfinished(session: SessionBase) -> list[tuple[str, Answers]]:
    """Drafts in which she answered something, the latest first: a tap on a name alone leaves none."""
    begun = [
        (key, answers)
        for key, answers in _drafts(session).items()
        if not answers.get(UNTOUCHED) and (answers.get("woman") or answers.get("subject"))
    ]
    return begun[::-1]


def seconds_since(answers: Answers, *, at: datetime) -> int:
    return max(0, int((at - datetime.fromisoformat(answers["began"])).total_seconds()))


def _drafts(session: SessionBase) -> dict[str, Answers]:
    return dict(session.get(KEY, {}))
