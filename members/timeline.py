"""One story of a woman or a household, told by every app that knows a part of it.

The apps above this one register what they know in their `ready()`:

    timeline.provide("outreach.visits", visits_of)                       # about a woman
    timeline.provide("programs.children", children_of, about=Household)  # about a household

A provider takes the record and the reader, and gives only what the reader may see (`visible_to(user)`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from federation import audit
from federation.models import User
from federation.scoping import ScopedModel
from members.models import Woman

# A page shows this many lines; a provider need not give more.
MOST = 200


@dataclass(frozen=True)
class Event:
    """`kind` is the word in front (走访, 诉求 …), `what` one sentence, `url` the record itself where the reader may open it."""

    at: datetime | date
    kind: str
    what: str
    who: str = ""
    url: str = ""

    @property
    def has_time(self) -> bool:
        return isinstance(self.at, datetime)

    @property
    def moment(self) -> datetime:
        """For sorting: a day without an hour stands at its end, above what was written that day."""
        if isinstance(self.at, datetime):
            return self.at
        return timezone.make_aware(datetime.combine(self.at, time.max))


Provider = Callable[[Any, User], Iterable[Event]]
_PROVIDERS: dict[type[ScopedModel], dict[str, Provider]] = {}


def provide(name: str, provider: Provider, *, about: type[ScopedModel] = Woman) -> None:
    """Registering a name again replaces it, so that `ready()` may run twice."""
    _PROVIDERS.setdefault(about, {})[name] = provider


def story_of(target: ScopedModel, user: User) -> list[Event]:
    """Everything the reader may know about the record, newest first."""
    events = [Event(line.at, "", line.what, who=line.who) for line in audit.timeline(target)]
    for provider in _PROVIDERS.get(type(target), {}).values():
        events += provider(target, user)
    return sorted(events, key=lambda event: event.moment, reverse=True)[:MOST]
