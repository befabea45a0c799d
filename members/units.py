"""Who serves at a branch, for its page."""

from __future__ import annotations

from django.utils import timezone

from federation.access import StaffRequest
from federation.models import Organization
from federation.permissions import READERS, name_for
from federation.unit_pages import Section
from members.models import Appointment


def cadres_of(branch: Organization, request: StaffRequest) -> Section | None:
    """Posts held today, the highest first; each name opens the cadre's page."""
    if not request.user.has_role(*READERS):
        return None
    on = timezone.localdate()
    posts = Appointment.objects.visible_to(request.user).filter(organization=branch).in_office(on=on)
    order = list(Appointment.Post.values)
    held = sorted(posts.select_related("cadre"), key=lambda post: (order.index(post.post), post.pk))
    lines = [(name_for(request.user, post.cadre.name), post, post.term_in_words(on=on)) for post in held]
    return Section("干部", "members/_unit_cadres.html", {"lines": lines})
