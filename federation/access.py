"""Who may call which route. Nothing is open unless its own view says so (reliability.md §2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from federation.permissions import Role

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from federation.models import User

View = Callable[..., HttpResponseBase]
_M = TypeVar("_M", bound=models.Model)
LONGEST_KEY = 18  # digits: every such number fits the column


class PortalRequest(HttpRequest):
    """What the middleware adds to every request. These two classes name types only; nothing makes instances of them."""

    htmx: HtmxDetails
    request_id: str
    failed: bool


class StaffRequest(PortalRequest):
    """The request behind `@access` or `@signed_in`: somebody is signed in."""

    user: User


@dataclass(frozen=True)
class Mark:
    """Who may call a view: anybody, anybody signed in, or the holders of a role (`write` narrows unsafe methods)."""

    public: bool = False
    signed_in: bool = False
    roles: frozenset[Role] = frozenset()
    write: frozenset[Role] | None = None

    def admits(self, request: HttpRequest) -> bool:
        if self.public or self.signed_in:
            return True
        safe = request.method in ("GET", "HEAD", "OPTIONS")
        allowed = self.roles if safe or self.write is None else self.write
        return request.user.is_authenticated and request.user.has_role(*allowed)


PUBLIC = Mark(public=True)
SIGNED_IN = Mark(signed_in=True)
ADMINISTRATORS = Mark(roles=frozenset({Role.SYSTEM_ADMINISTRATOR}))


def access(*roles: Role, write: tuple[Role, ...] | None = None) -> Callable[[View], View]:
    """Open a view to roles; `write` names the roles that may also POST. Stored on the function, never inherited."""
    return _marking(Mark(roles=frozenset(roles), write=None if write is None else frozenset(write)))


def _marking(mark: Mark) -> Callable[[View], View]:
    def mark_view(view: View) -> View:
        @wraps(view)
        def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        marked.__dict__["access_mark"] = mark
        return marked

    return mark_view


public = _marking(PUBLIC)
signed_in = _marking(SIGNED_IN)

# Routes of installed packages, by route name; a name that is not here is closed.
THIRD_PARTY: dict[str, Mark] = {
    **dict.fromkeys(["account_login", "account_logout", "account_inactive", "account_signup"], PUBLIC),
    **dict.fromkeys(
        [
            "account_change_password",
            "account_reauthenticate",
            "mfa_index",
            "mfa_authenticate",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_generate_recovery_codes",
            "mfa_view_recovery_codes",
            "mfa_download_recovery_codes",
            "usersessions_list",
        ],
        SIGNED_IN,
    ),
}
THIRD_PARTY["mfa_authenticate"] = PUBLIC
ADMIN_NAMESPACE = "admin"
# The portal's own page knows the portal's rules for passwords.
CLOSED_IN_ADMIN = {"admin:password_change", "admin:password_change_done"}


def mark_of(view: Any, view_name: str) -> Mark | None:
    own: Mark | None = getattr(view, "access_mark", None)
    if own is not None:
        return own
    if view_name.partition(":")[0] == ADMIN_NAMESPACE:
        return None if view_name in CLOSED_IN_ADMIN else ADMINISTRATORS
    return THIRD_PARTY.get(view_name)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, and back here afterwards; htmx is told to go there as a whole page."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = "/accounts/login/"
        return answer
    back = f"?next={request.path}" if request.method == "GET" and request.path != "/" else ""
    return redirect(f"/accounts/login/{back}")


def get_visible(model: type[_M], pk: int | str | UUID, user: User) -> _M:
    """The object if it is in the user's scope, else 404: outside your scope it does not exist."""
    manager: Any = model._default_manager
    found: _M = get_object_or_404(manager.visible_to(user), pk=pk)
    return found


def key_asked(text: str) -> int | None:
    """The key that an address names; None unless these are digits and few enough for a key."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_KEY else None


def ensure(allowed: bool) -> None:
    """403 inside the scope where the right is lacking."""
    if not allowed:
        raise PermissionDenied
