"""Names typed into a list's conditions. They stand in the session, sealed; the address holds only a short key.

The query bar posts here, whatever the list; `?found=KEY` then goes along with paging, ordering and export.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping

from django.http import HttpRequest, QueryDict

from federation.models import User
from federation.sealed import seal_bytes, unseal_bytes

FIELD, KEY = "q", "found"
_PLACE = "list.search"
_SESSION = "searches"
MOST_KEPT = 20


def remember(request: HttpRequest, text: str) -> str:
    """The key of this text; the oldest of many is forgotten."""
    kept: dict[str, str] = request.session.get(_SESSION, {})
    key = secrets.token_urlsafe(6)
    kept[key] = base64.b64encode(seal_bytes(text.encode(), place=_PLACE)).decode()
    request.session[_SESSION] = dict(list(kept.items())[-MOST_KEPT:])
    return key


def attach(request: HttpRequest, user: User) -> None:
    """The middleware gives the person of the request what she searched for in this sitting."""
    user.searches = request.session.get(_SESSION, {})


def address_of(request: HttpRequest, path: str, conditions: QueryDict) -> str:
    """The list with these conditions, the name among them by its key."""
    query = conditions.copy()
    text = query.pop(FIELD, [""])[-1].strip()
    for name in ("csrfmiddlewaretoken", "to", KEY):
        query.pop(name, None)
    if text:
        query[KEY] = remember(request, text)
    return f"{path}?{query.urlencode()}"


def opened(data: Mapping[str, str] | None, user: User) -> Mapping[str, str] | None:
    """The conditions with the text behind their key. A key of an earlier sitting says nothing."""
    sealed = user.searches.get(data.get(KEY, "")) if data is not None else None
    if data is None or sealed is None:
        return data
    full = data.copy() if isinstance(data, QueryDict) else QueryDict(mutable=True)
    full[FIELD] = unseal_bytes(base64.b64decode(sealed), place=_PLACE).decode()
    return full
