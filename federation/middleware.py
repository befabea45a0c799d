"""What every request gets: a number to quote, its user's scope, a check of the route's mark, and no caching."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import get_user
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from federation import scoping, searching
from federation.access import PortalRequest, mark_of, to_sign_in
from federation.logs import REQUEST_ID
from federation.models import User
from federation.second_factor import has_second_factor

Next = Callable[[HttpRequest], HttpResponse]
# Health is asked for just when the database may be gone.
WITHOUT_DATABASE = ("/healthz", "/readyz")
OPEN_WHILE_INCOMPLETE = ("/accounts/", "/static/", "/healthz", "/readyz", "/large-type/")


class RequestMark:
    """A short number that error pages, logs and a caller on the phone all name."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        request.request_id = secrets.token_hex(4)
        mark = REQUEST_ID.set(request.request_id)
        try:
            response = self.get_response(request)
        finally:
            REQUEST_ID.reset(mark)
        response["X-Request-ID"] = request.request_id
        return response


class PrivatePages:
    """No page of a signed-in person stays in a cache; headers that Django has no setting for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated or request.path.startswith("/accounts/"):
            response["Cache-Control"] = "no-store"
        if request.path == "/accounts/logout/" and request.method == "POST":
            response["Clear-Site-Data"] = '"cache", "storage"'
        response.setdefault("Permissions-Policy", "geolocation=(), camera=(), microphone=(), payment=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class RequestScope:
    """One transaction with the user's scope around each request; an error or a refusal rolls it back."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        if request.path in WITHOUT_DATABASE:
            return self.get_response(request)
        if not request.user.is_authenticated:
            with scoping.activate(scoping.NOTHING):
                return self.answer(request)
        now = int(time.time())
        if now - request.session.setdefault("began", now) > settings.SESSION_ABSOLUTE_AGE:
            logout(request)
            return to_sign_in(request)
        if now - request.session.get("seen", 0) >= settings.SESSION_TOUCH_SECONDS:
            request.session["seen"] = now
            UserSession.objects.create_from_request(request)
        # The person herself, not Django's promise of her, which looks her up anew at each question.
        user = get_user(request)
        assert isinstance(user, User)
        request.user = user
        request.user.work_at(request.session.get("unit"))
        searching.attach(request, request.user)
        with scoping.of_user(request.user):
            return self.answer(request)

    def answer(self, request: PortalRequest) -> HttpResponse:
        """The error page still reads in the same transaction; what the view wrote goes after that."""
        request.failed = False
        response = self.get_response(request)
        if request.failed:
            transaction.set_rollback(True)
        return response

    def process_exception(self, request: PortalRequest, exception: Exception) -> None:
        request.failed = True


class RouteAccess:
    """Deny by default: a view without its own mark answers 403 to everybody."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        mark = mark_of(view, name)
        if mark is not None and mark.public:
            return None
        if not request.user.is_authenticated:
            return to_sign_in(request)
        waiting = self.unfinished_sign_in(request, request.user)
        if waiting is not None:
            return waiting
        if mark is None or not mark.admits(request):
            raise PermissionDenied
        return None

    def unfinished_sign_in(self, request: HttpRequest, user: User) -> HttpResponse | None:
        """First a password of one's own and, for some roles, a second factor; then the work."""
        if request.path.startswith(OPEN_WHILE_INCOMPLETE):
            return None
        if user.must_change_password or user.password_is_stale(at=timezone.now()):
            return redirect("account_change_password")
        if user.needs_second_factor() and not has_second_factor(request, user):
            return redirect("mfa_activate_totp")
        return None
