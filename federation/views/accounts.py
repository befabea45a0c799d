"""Accounts of the branches below, invitations, and their acceptance."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from federation import accounts
from federation.access import StaffRequest, access, ensure, public
from federation.forms.accounts import AcceptanceForm, InvitationForm
from federation.models import Invitation, Organization, RoleGrant, User
from federation.paging import page_of
from federation.permissions import OFFICERS, Role, may_invite

INVITERS = (*OFFICERS, Role.SYSTEM_ADMINISTRATOR)


@access(*INVITERS)
def account_list(request: StaffRequest) -> HttpResponse:
    branches = Organization.objects.visible_to(request.user)
    grants = RoleGrant.objects.filter(organization__in=branches).in_force(timezone.localdate())
    page = page_of(
        grants.select_related("user", "organization"), request, key=["organization__path", "id"], descending=False
    )
    waiting = Invitation.objects.filter(organization__in=branches, accepted_at=None).select_related("organization")[:20]
    now = timezone.now()
    context = {
        "page": page,
        "removable": {grant.pk for grant in page.rows if may_withdraw(request.user, grant)},
        "waiting": [invitation for invitation in waiting if invitation.is_open(at=now)],
    }
    return render(request, "federation/account_list.html", context)


def may_withdraw(user: User, grant: RoleGrant) -> bool:
    return may_invite(user, Role(grant.role), grant.organization) and grant.user_id != user.pk


@access(*INVITERS)
def invitation_new(request: StaffRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None, user=request.user)
    if not form.is_valid():
        return render(request, "federation/invitation_new.html", {"form": form})
    given = form.cleaned_data
    token = accounts.invite(**given, by=request.user, at=timezone.now())
    link = request.build_absolute_uri(reverse("invitation_accept", args=[token]))
    return render(request, "federation/invitation_sent.html", {"link": link, **given})


@access(*INVITERS)
@require_POST
def grant_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    branches = Organization.objects.visible_to(request.user)
    grant = get_object_or_404(RoleGrant, pk=pk, organization__in=branches)
    ensure(may_withdraw(request.user, grant))
    accounts.withdraw_grant(grant, by=request.user, at=timezone.now())
    return redirect("account_list")


@public
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link chooses an account name and a password; used and stale links say so to all alike."""
    now = timezone.now()
    invitation = Invitation.objects.filter(token_hash=Invitation.hash_of(token)).select_related("organization").first()
    if invitation is None or not invitation.is_open(at=now):
        return render(request, "federation/invitation_over.html", status=404)
    form = AcceptanceForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            accounts.accept(invitation, username=given["username"], password=given["password"], at=now)
            return redirect("account_login")
        except ValidationError as refused:
            form.add_error(None, refused)
    return render(request, "federation/invitation_accept.html", {"form": form, "invitation": invitation})
