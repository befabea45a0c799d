"""Choosing one woman for a form, without script: search, pick, and back to the form with her id in the address."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from federation.access import StaffRequest, access
from federation.permissions import STAFF
from members.models import Woman

MOST = 20


@access(*STAFF)
def woman_pick(request: StaffRequest) -> HttpResponse:
    """`?next=/desk/loans/new/`: the form to go back to. Only residents within scope are found."""
    text = request.GET.get("q", "").strip()[:40]
    back = request.GET.get("next", "/")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        raise Http404
    women = Woman.objects.visible_to(request.user).living_here()
    found = list(women.named_like(text).select_related("organization", "township")[: MOST + 1]) if text else []
    join = "&" if "?" in back else "?"
    context = {
        "text": text,
        "next": back,
        "found": [(woman, f"{back}{join}{urlencode({'woman': woman.pk})}") for woman in found[:MOST]],
        "more": len(found) > MOST,
        "most": MOST,
    }
    return render(request, "members/woman_pick.html", context)
