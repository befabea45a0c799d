"""The tree: browse, search, a branch's page, and the changes that the level above makes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation import audit, organizing, rearranging, searching, unit_pages
from federation.access import StaffRequest, access, ensure, get_visible
from federation.forms.organizations import (
    BranchForm,
    ClosingForm,
    DatedForm,
    EditForm,
    MergeForm,
    MoveForm,
    RenameForm,
    ReopeningForm,
    TreeFilterForm,
    levels_below,
)
from federation.forms.trying import tried
from federation.models import Organization, RoleGrant, TreeChange, User
from federation.permissions import FIGURE_READERS, OFFICERS, Role
from federation.rearranging import stands_over

Kind = TreeChange.Kind

TREE_READERS = (*FIGURE_READERS, Role.RIGHTS_OFFICER, Role.SYSTEM_ADMINISTRATOR)


def may_edit(user: User, branch: Organization) -> bool:
    return stands_over(user, branch)


@access(*TREE_READERS)
def organization_tree(request: StaffRequest) -> HttpResponse:
    form = TreeFilterForm(searching.opened(request.GET, request.user))
    today = timezone.localdate()
    branches = form.apply(Organization.objects.visible_to(request.user), on=today)
    template = "federation/_organization_rows.html" if request.htmx else "federation/organization_tree.html"
    context = {
        "form": form,
        "branches": branches,
        "searching": form.is_searching(),
        "levels": levels_of(branches),
        "changes": TreeChange.objects.visible_to(request.user).waiting().with_people(),
    }
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
        "may_move": stands_over(request.user, branch, Role.CITY_OFFICER),
        "visible": set(Organization.objects.visible_to(request.user).above(branch).values_list("pk", flat=True)),
        "changes": branch.changes.with_people().waiting(),
        "sections": unit_pages.sections_of(branch, request),
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
    form = EditForm(request.POST or None, instance=branch, today=timezone.localdate())
    if form.is_valid():
        organizing.edit(branch, **form.cleaned_data, by=request.user)
        return redirect(branch)
    return _form_page(request, branch, form, "修改资料", "保存")


@access(*OFFICERS)
def organization_open(request: StaffRequest, pk: int) -> HttpResponse:
    """A new branch below this one."""
    parent = get_visible(Organization, pk, request.user)
    ensure(any(g.role in OFFICERS and parent.path.startswith(g.organization.path) for g in request.user.current_grants))
    ensure(parent.closed_on is None and bool(levels_below(parent)))
    form = BranchForm(request.POST or None, parent=parent, today=timezone.localdate())
    if form.is_valid() and tried(form, lambda: form.open(by=request.user)):
        return redirect(parent)
    return _form_page(request, parent, form, "设立下级组织", "设立")


@access(*OFFICERS)
def organization_rename(request: StaffRequest, pk: int) -> HttpResponse:
    branch = _branch_to_edit(request, pk)
    today = timezone.localdate()
    initial = {"name": branch.name, "short_name": branch.short_name, "on": today}
    form = RenameForm(request.POST or None, initial=initial, today=today)
    if form.is_valid() and tried(form, lambda: organizing.rename(branch, **form.cleaned_data, by=request.user)):
        return redirect(branch)
    return _form_page(request, branch, form, "更名", "更名")


@access(Role.CITY_OFFICER)
def organization_move(request: StaffRequest, pk: int) -> HttpResponse:
    branch = _branch_to_edit(request, pk)
    form = MoveForm(request.POST or None, branch=branch, user=request.user, **_today())
    return _asked(request, branch, form, Kind.MOVE)


@access(*OFFICERS)
def organization_merge(request: StaffRequest, pk: int) -> HttpResponse:
    branch = _branch_to_edit(request, pk)
    form = MergeForm(request.POST or None, branch=branch, user=request.user, **_today())
    return _asked(request, branch, form, Kind.MERGE)


@access(*OFFICERS)
def organization_close(request: StaffRequest, pk: int) -> HttpResponse:
    branch = _branch_to_edit(request, pk)
    return _asked(request, branch, ClosingForm(request.POST or None, **_today()), Kind.CLOSE)


@access(*OFFICERS)
def organization_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """A closing or a merger that was a mistake is taken back the same way."""
    branch = _branch_to_edit(request, pk)
    return _asked(request, branch, ReopeningForm(request.POST or None, **_today()), Kind.REOPEN)


def _today() -> dict[str, Any]:
    today = timezone.localdate()
    return {"today": today, "initial": {"on": today}}


def _asked(request: StaffRequest, branch: Organization, form: DatedForm, kind: TreeChange.Kind) -> HttpResponse:
    """The preview; then done at once, or kept for somebody else to confirm."""
    changes: list[TreeChange] = []

    def propose() -> None:
        given = form.cleaned_data
        target = given.get("parent") or given.get("into")
        changes.append(
            rearranging.propose(
                branch, kind=kind, target=target, on=given["on"], by=request.user, at=timezone.now()
            )
        )  # fmt: skip

    if form.is_valid() and tried(form, propose):
        return redirect(changes[0])
    facts = organizing.facts_of(branch)
    more = {"facts": facts, "kind": kind, "two_persons": sum(count for _, count in facts) > rearranging.HANDFUL}
    return _form_page(request, branch, form, _TITLES[kind], kind.label, **more)


_TITLES = {Kind.MOVE: "划转到其他上级", Kind.MERGE: "并入其他组织", Kind.CLOSE: "撤销组织", Kind.REOPEN: "恢复组织"}


def _form_page(
    request: StaffRequest, branch: Organization, form: object, title: str, button: str, **more: object
) -> HttpResponse:
    context = {"branch": branch, "form": form, "title": title, "button": button, **more}
    return render(request, "federation/organization_form.html", context)
