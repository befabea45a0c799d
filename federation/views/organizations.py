"""The tree: browse, search, a branch's page, and the changes that the level above makes."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation import audit, organizing, searching
from federation.access import StaffRequest, access, ensure, get_visible
from federation.forms.organizations import (
    BranchForm,
    ClosingForm,
    EditForm,
    MergeForm,
    MoveForm,
    RenameForm,
    TreeFilterForm,
)
from federation.forms.trying import tried
from federation.models import Organization, RoleGrant, User
from federation.permissions import FIGURE_READERS, OFFICERS, Role

TREE_READERS = (*FIGURE_READERS, Role.RIGHTS_OFFICER, Role.SYSTEM_ADMINISTRATOR)


def may_edit(user: User, branch: Organization) -> bool:
    """The level above edits a branch: an officer whose own branch stands over it."""
    return any(
        grant.role in OFFICERS
        and branch.path.startswith(grant.organization.path)
        and branch.pk != grant.organization_id
        for grant in user.current_grants
    )


@access(*TREE_READERS)
def organization_tree(request: StaffRequest) -> HttpResponse:
    form = TreeFilterForm(searching.opened(request.GET, request.user))
    today = timezone.localdate()
    branches = form.apply(Organization.objects.visible_to(request.user), on=today)
    template = "federation/_organization_rows.html" if request.htmx else "federation/organization_tree.html"
    context = {"form": form, "branches": branches, "searching": form.is_searching(), "levels": levels_of(branches)}
    return render(request, template, context)


def levels_of(branches: Iterable[Organization]) -> list[tuple[Organization, list[Organization]]]:
    """Each branch above the villages with the villages that follow it; a village on its own stands alone."""
    levels: list[tuple[Organization, list[Organization]]] = []
    for branch in branches:
        if branch.is_village and levels and branch.path.startswith(levels[-1][0].path):
            levels[-1][1].append(branch)
        else:
            levels.append((branch, []))
    return levels


@access(*TREE_READERS)
def organization(request: StaffRequest, pk: int) -> HttpResponse:
    branch = get_visible(Organization, pk, request.user)
    today = timezone.localdate()
    grants = RoleGrant.objects.filter(organization=branch).in_force(today).select_related("user").order_by("role", "pk")
    context = {
        "branch": branch,
        "above": Organization.objects.above(branch).in_tree_order(),
        "below": branch.units_below(on=today),
        "names": branch.names.all(),
        "predecessors": Organization.objects.filter(merged_into=branch),
        "grants": grants,
        "lines": audit.timeline(branch),
        "may_edit": may_edit(request.user, branch),
        "may_open_below": any(
            grant.role in OFFICERS and branch.path.startswith(grant.organization.path)
            for grant in request.user.current_grants
        ),
    }
    return render(request, "federation/organization.html", context)


def _branch_to_edit(request: StaffRequest, pk: int) -> Organization:
    branch = get_visible(Organization, pk, request.user)
    ensure(may_edit(request.user, branch))
    return branch


@access(*OFFICERS)
def organization_edit(request: StaffRequest, pk: int) -> HttpResponse:
    branch = _branch_to_edit(request, pk)
    form = EditForm(request.POST or None, instance=branch)
    if form.is_valid():
        organizing.edit(branch, **form.cleaned_data, by=request.user)
        return redirect(branch)
    return _form_page(request, branch, form, "修改资料", "保存")


@access(*OFFICERS)
def organization_open(request: StaffRequest, pk: int) -> HttpResponse:
    """A new branch below this one."""
    parent = get_visible(Organization, pk, request.user)
    ensure(any(g.role in OFFICERS and parent.path.startswith(g.organization.path) for g in request.user.current_grants))
    form = BranchForm(request.POST or None, parent=parent)
    if form.is_valid() and tried(form, lambda: form.open(by=request.user)):
        return redirect(parent)
    return _form_page(request, parent, form, "设立下级组织", "设立")


@access(*OFFICERS)
def organization_rename(request: StaffRequest, pk: int) -> HttpResponse:
    branch = _branch_to_edit(request, pk)
    form = RenameForm(
        request.POST or None, initial={"name": branch.name, "short_name": branch.short_name, "on": timezone.localdate()}
    )
    if form.is_valid() and tried(form, lambda: organizing.rename(branch, **form.cleaned_data, by=request.user)):
        return redirect(branch)
    return _form_page(request, branch, form, "更名", "更名")


@access(Role.CITY_OFFICER)
def organization_move(request: StaffRequest, pk: int) -> HttpResponse:
    branch = _branch_to_edit(request, pk)
    form = MoveForm(request.POST or None, branch=branch, user=request.user, initial={"on": timezone.localdate()})
    if form.is_valid() and tried(form, lambda: organizing.move(branch, **form.cleaned_data, by=request.user)):
        return redirect(branch)
    return _form_page(request, branch, form, "划转", "划转", facts=organizing.facts_of(branch))


@access(Role.CITY_OFFICER)
def organization_merge(request: StaffRequest, pk: int) -> HttpResponse:
    branch = _branch_to_edit(request, pk)
    form = MergeForm(request.POST or None, branch=branch, user=request.user, initial={"on": timezone.localdate()})
    if form.is_valid() and tried(form, lambda: organizing.merge(branch, **form.cleaned_data, by=request.user)):
        return redirect(form.cleaned_data["into"])
    return _form_page(request, branch, form, "并入其他组织", "并入", facts=organizing.facts_of(branch))


@access(Role.CITY_OFFICER)
def organization_close(request: StaffRequest, pk: int) -> HttpResponse:
    branch = _branch_to_edit(request, pk)
    form = ClosingForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_valid() and tried(form, lambda: organizing.close(branch, **form.cleaned_data, by=request.user)):
        return redirect(branch)
    return _form_page(request, branch, form, "撤销", "撤销", facts=organizing.facts_of(branch))


def _form_page(
    request: StaffRequest, branch: Organization, form: object, title: str, button: str, **more: object
) -> HttpResponse:
    context = {"branch": branch, "form": form, "title": title, "button": button, **more}
    return render(request, "federation/organization_form.html", context)
