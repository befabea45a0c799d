"""Choosing one woman for a form, without script: search, pick, and back to the form with her id in the address."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from federation.access import StaffRequest, access
from federation.models import User
from federation.permissions import STAFF
from members import registering
from members.forms.women import looks_like_number
from members.identity import InvalidNationalID, NationalID
from members.models import Woman

MOST = 20


@access(*STAFF)
def woman_pick(request: StaffRequest) -> HttpResponse:
    """`?next=/desk/loans/new/`: the form to go back to. Names and numbers are posted, so that no address holds them;
    asking for a full number is recorded. Only residents within scope are found."""
    text = request.POST.get("q", "").strip()[:40]
    back = request.GET.get("next", "/")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        raise Http404
    found, problem = _found(text, request.user) if text else ([], "")
    join = "&" if "?" in back else "?"
    context = {
        "text": text,
        "problem": problem,
        "home": home_of(back),
        "found": [(woman, f"{back}{join}{urlencode({'woman': woman.pk})}") for woman in found[:MOST]],
        "more": len(found) > MOST,
        "most": MOST,
    }
    return render(request, "members/woman_pick.html", context)


def home_of(form: str) -> str:
    """Where 返回 leads: the list above the form, since the form without a woman leads here again."""
    above = form.partition("?")[0].rstrip("/").rpartition("/")[0] + "/"
    try:
        resolve(above)
    except Resolver404:
        return reverse("home")
    return above


def _found(text: str, user: User) -> tuple[list[Woman], str]:
    """The residents, one more than are shown; or why the number that was typed is none."""
    women = Woman.objects.visible_to(user).living_here().select_related("organization", "township")
    if not looks_like_number(text):
        return list(women.named_like(text)[: MOST + 1]), ""
    try:
        known = registering.find_by_number(NationalID(text), by=user)
    except InvalidNationalID as wrong:
        return [], wrong.messages[0]
    return list(women.filter(pk=known.pk)) if known else [], ""
