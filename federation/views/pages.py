"""Pages that belong to no subject: large type, error answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from federation import searching
from federation.access import StaffRequest, key_asked, public, signed_in
from federation.models import RoleGrant, User
from federation.permissions import Role
from federation.shell import last_known

YEAR = 365 * 24 * 60 * 60


@public
@require_POST
def large_type(request: HttpRequest) -> HttpResponse:
    """Large type on or off for this browser; back to the page it was asked on."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = redirect(back)
    turned_on = request.COOKIES.get("type") == "large"
    response.set_cookie("type", "normal" if turned_on else "large", max_age=YEAR, samesite="Lax", httponly=True)
    return response


@signed_in
@require_POST
def unit_choose(request: StaffRequest) -> HttpResponse:
    """Work at another of one's own branches from now on. A grant that is not hers, or no longer, changes nothing."""
    asked = key_asked(request.POST.get("grant", ""))
    if asked in {grant.pk for grant in request.user.held_grants}:
        request.session["unit"] = asked
    return redirect("home")


@signed_in
@require_POST
def list_search(request: StaffRequest) -> HttpResponse:
    """The query bar of every list that asks for a name: back to the list, with the name out of the address."""
    path = request.POST.get("to", "")
    try:
        resolve(path)
    except Resolver404:
        return redirect("home")
    return redirect(searching.address_of(request, path, request.POST))


@signed_in
def home(request: StaffRequest) -> HttpResponse:
    """After sign-in: village directors to the phone page, everybody else to the desk."""
    grant = request.user.home_grant
    if grant is None and not request.user.is_staff:
        return render(request, "federation/no_post.html", {"ended": _last_grant(request.user)})
    on_phone = grant is not None and grant.role == Role.VILLAGE_DIRECTOR
    return redirect("outreach:today" if on_phone else "reports:desk")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def _last_grant(user: User) -> RoleGrant | None:
    """What she did until it ended, for somebody who has no post now."""
    return user.grants.exclude(ends_on=None).select_related("organization__merged_into").order_by("-ends_on").first()


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.user.is_authenticated and not request.user.current_grants and not request.user.is_staff:
        return render(request, "federation/no_post.html", {"ended": _last_grant(request.user)}, status=403)
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the frame's queries: the database may be what is broken."""
    request_id = getattr(request, "request_id", "")
    context = {"request_id": request_id, "shell": last_known}
    return HttpResponse(render_to_string("500.html", context), status=500)
