"""The rules of the house, read from the code and the database. Each check is also shown what it must catch."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.urls import URLPattern, URLResolver, get_resolver

from federation import audit, scoping
from federation.access import mark_of

ROOT = Path(__file__).parent.parent
APPS = ("federation", "members", "outreach", "programs", "reports")  # each may import those before it
SCOPED = {model.__name__ for model in scoping.scoped_models()}
OWN_MODELS = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in APPS]

Check = Callable[[ast.Module, str], list[str]]


def sources(*, tests: bool = False) -> Iterator[tuple[str, ast.Module]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if tests or "/tests/" not in name:
                yield name, ast.parse(path.read_text())


def findings(check: Check) -> list[str]:
    return [f"{name}: {found}" for name, tree in sources() for found in check(tree, name)]


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# --- what each check looks for ---------------------------------------------------------------------------------------


def upward_imports(tree: ast.Module, name: str) -> list[str]:
    above = APPS[APPS.index(name.split("/")[0]) + 1 :]
    return [module for module in imported(tree) if module.split(".")[0] in above]


def is_reading_side(name: str) -> bool:
    """Files that meet a person's request: their queries begin with who is asking."""
    parts = Path(name).parts
    stem = Path(name).stem
    return bool({"views", "forms", "templatetags"} & set(parts)) or stem in {"views", "forms", "resources", "tasks", "shell"}  # fmt: skip


def bare_queries(tree: ast.Module, name: str) -> list[str]:
    """`Woman.objects.filter` instead of `Woman.objects.visible_to(user)`; `get_object_or_404(Woman, ...)`."""
    if not is_reading_side(name):
        return []
    scoped_first = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"visible_to", "within", "none"}
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
            of_scoped = isinstance(node.value, ast.Name) and node.value.id in SCOPED
            if node.attr == "_base_manager" or (of_scoped and id(node) not in scoped_first):
                found.append(f"line {node.lineno}: bare {ast.unparse(node)}")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"get_object_or_404", "get_list_or_404"}:
            if node.args and isinstance(node.args[0], ast.Name) and node.args[0].id in SCOPED:
                found.append(f"line {node.lineno}: {ast.unparse(node.func)}({node.args[0].id})")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"scoping.everything", "everything"}:
            found.append(f"line {node.lineno}: the whole tree is opened")
    return found


HOMELESS = {
    "utils", "util", "helpers", "helper", "base", "common", "misc", "manager", "managers", "service", "services",
    "signals", "mixins", "tools", "lib", "constants", "core",
}  # fmt: skip


def homeless_modules(tree: ast.Module, name: str) -> list[str]:
    return [part for part in (*Path(name).parts[:-1], Path(name).stem) if part in HOMELESS]


AUTO_NAMED = re.compile(r"^\d+_(initial|alter_|remove_|rename_|delete_)|_auto_|_and_more|\d__")


def auto_named_migrations(tree: ast.Module, name: str) -> list[str]:
    return [name] if "/migrations/" in name and AUTO_NAMED.search(Path(name).stem) else []


def live_imports_in_migrations(tree: ast.Module, name: str) -> list[str]:
    """Own fields and operations are frozen by their tests; models and verbs move on."""
    allowed = ("federation.sealed", "federation.migration_operations", "programs.migration_operations")
    if "/migrations/" not in name:
        return []
    own = [module for module in imported(tree) if module.split(".")[0] in APPS]
    return [module for module in own if not module.startswith(allowed)]


def class_based_views(tree: ast.Module, name: str) -> list[str]:
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return [node.name for node in classes if any(ast.unparse(base).endswith("View") for base in node.bases)]


def wall_clocks(tree: ast.Module, name: str) -> list[str]:
    """`date.today()` answers in the server's time zone; Django's clock in ours."""
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return sorted(calls & {"date.today", "datetime.today", "datetime.utcnow", "datetime.date.today"})


def trusted_markup(tree: ast.Module, name: str) -> list[str]:
    return [module for module in imported(tree) if module.endswith(".mark_safe")]


def audit_calls(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """(action, keywords) of each `audit.record("action", target, ...)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
            if isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value), {keyword.arg or "**" for keyword in node.keywords}


def wordless_actions(tree: ast.Module, name: str) -> list[str]:
    """Recorded actions without a sentence, and sentences that ask for a detail nobody gives."""
    found = []
    for action, given in audit_calls(tree):
        sentence = audit.SENTENCES.get(action)
        wanted = set(re.findall(r"\{(\w+)\}", sentence or ""))
        if sentence is None or ("**" not in given and not wanted <= given):
            found.append(f"{action} {sorted(wanted - given)}")
    return found


CHECKS_AND_CATCHES: list[tuple[Check, str, str]] = [
    (upward_imports, "members/visits.py", "from outreach.models import Visit"),
    (upward_imports, "federation/x.py", "def f():\n    import reports.indicators"),
    (bare_queries, "members/views/women.py", "Woman.objects.filter(pk=1)"),
    (bare_queries, "members/forms/women.py", "ModelChoiceField(Woman.objects.all())"),
    (bare_queries, "members/templatetags/x.py", "Woman._base_manager.count()"),
    (bare_queries, "members/views/women.py", "get_object_or_404(Woman, pk=pk)"),
    (bare_queries, "members/tasks.py", "with scoping.everything('x'):\n    pass"),
    (homeless_modules, "members/utils.py", ""),
    (homeless_modules, "members/services/women.py", ""),
    (auto_named_migrations, "members/migrations/0002_auto_20260101_0000.py", ""),
    (auto_named_migrations, "members/migrations/0003_woman_phone_and_more.py", ""),
    (auto_named_migrations, "members/migrations/0001_initial.py", ""),
    (live_imports_in_migrations, "members/migrations/0003_fill.py", "from members.models import Woman"),
    (class_based_views, "members/views/women.py", "class WomanList(ListView):\n    pass"),
    (wall_clocks, "members/women.py", "date.today()"),
    (trusted_markup, "members/views/women.py", "from django.utils.safestring import mark_safe"),
    (wordless_actions, "members/women.py", "audit.record('members.unheard.of', woman, by=by)"),
    (wordless_actions, "members/women.py", "audit.record('federation.organization.renamed', branch, by=by, old='x')"),
]
CHECKS = list(dict.fromkeys(check for check, _, _ in CHECKS_AND_CATCHES))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_house_keeps_the_rule(check: Check) -> None:
    assert findings(check) == []


@pytest.mark.parametrize(("check", "name", "source"), CHECKS_AND_CATCHES)
def test_rule_catches(check: Check, name: str, source: str) -> None:
    assert len(check(ast.parse(source), name)) == 1


def test_scoped_queries_pass() -> None:
    allowed = "Woman.objects.visible_to(user); Woman.objects.within(org); Woman.objects.none(); Other.objects.all()"
    assert bare_queries(ast.parse(allowed), "members/views/women.py") == []


def test_checks_read_the_whole_house() -> None:
    names = {name for name, _ in sources()}
    assert len(names) > 90
    assert sum(is_reading_side(name) for name in names) >= 10


def test_every_sentence_belongs_to_an_action() -> None:
    """A sentence that nothing records is left over. Actions chosen at run time appear as texts somewhere in their app."""
    code = "\n".join((ROOT / name).read_text() for name, _ in sources() if not name.endswith("/apps.py"))
    assert [action for action in audit.SENTENCES if f'"{action}"' not in code] == []


# --- templates -------------------------------------------------------------------------------------------------------

UNSAFE = re.compile(r"""\sstyle=|\son[a-z]+\s*=\s*["']|hx-on|<script(?![^>]*\bsrc=)|<style|\|\s*safe\b|autoescape\s+off|hx-vals=["']js:""")  # fmt: skip


def pages() -> Iterable[Path]:
    """Papers are rendered by WeasyPrint, not by a browser under our policy."""
    return (path for path in (ROOT / "templates").rglob("*.html") if "pdf" not in path.parts)


def test_no_page_carries_inline_style_or_script() -> None:
    found = [f"{path.relative_to(ROOT)}: {match[0]}" for path in pages() for match in UNSAFE.finditer(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "markup",
    ['<p style="color: red">', '<a onclick="x()">', "<script>x()</script>", "{{ name|safe }}", '<p hx-on:click="x()">'],
)
def test_inline_style_or_script_is_caught(markup: str) -> None:
    assert UNSAFE.search(markup)


# --- routes ----------------------------------------------------------------------------------------------------------

PUBLIC = {
    "healthz", "readyz", "large_type", "invitation_accept", "account_login", "account_logout", "account_inactive",
    "account_signup", "mfa_authenticate", "reports:front",
}  # fmt: skip


def views(patterns: list[Any], namespace: str = "") -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry.callback


def test_only_a_short_list_of_routes_is_public() -> None:
    marks = {name: mark_of(view, name) for name, view in views(get_resolver().url_patterns)}
    assert {name for name, mark in marks.items() if mark and mark.public} == PUBLIC


def test_every_view_of_our_own_carries_its_mark() -> None:
    own = [(name, view) for name, view in views(get_resolver().url_patterns) if view.__module__.split(".")[0] in APPS]
    assert len(own) >= 20
    assert [name for name, view in own if not hasattr(view, "access_mark")] == []


# --- models and tables -----------------------------------------------------------------------------------------------

FORBIDDEN = re.compile(
    r"(^|_)(check_?in|clock_?in|sign_in|punch|points?|rank|ranking|leaderboard|streak|badge|gps|latitude|longitude|lat|lng"
    r"|geo|track|trajectory|online_(time|minutes|seconds|hours)|login_(count|quota|days)|photo_required|force_photo)(_|$)"
)


def forbidden_fields(kinds: Iterable[type[models.Model]]) -> list[str]:
    return [f"{kind.__name__}.{field.name}" for kind in kinds for field in kind._meta.fields if FORBIDDEN.search(field.name)]  # fmt: skip


def float_fields(kinds: Iterable[type[models.Model]]) -> list[str]:
    """Money is integer fen; rates are decimals. A float has no place in a record."""
    money = re.compile(r"(^|_)(fen|amount|money|yuan)(_|$)")
    return [
        f"{kind.__name__}.{field.name}"
        for kind in kinds
        for field in kind._meta.fields
        if isinstance(field, models.FloatField)
        or (money.search(field.name) and not isinstance(field, models.IntegerField))
    ]


class Monitored(models.Model):
    """What no model of ours may look like; it has no table."""

    gps_track = models.CharField(max_length=1)
    paid_fen = models.FloatField()
    amount = models.DecimalField(max_digits=9, decimal_places=2)

    class Meta:
        app_label = "architecture"
        managed = False

    def __str__(self) -> str:
        return self.gps_track


@pytest.mark.parametrize(("check", "caught"), [(forbidden_fields, 1), (float_fields, 2)])
def test_no_model_of_ours_has_such_fields(check: Callable[[Any], list[str]], caught: int) -> None:
    assert check(OWN_MODELS) == []
    assert len(check([Monitored])) == caught


# Tables that point at a scoped row and need no wall of their own, each with the reason.
OPEN_TABLES: dict[str, str] = {}


def unwalled(tables: set[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relforcerowsecurity")
        return tables - {row[0] for row in cursor.fetchall()}


def tables_with_scoped_rows() -> set[str]:
    """Scoped tables, and every table that points at one: its rows would tell of rows behind the wall."""
    scoped = set(scoping.scoped_models())
    pointing = {
        model._meta.db_table
        for model in OWN_MODELS
        if any(field.is_relation and field.related_model in scoped for field in model._meta.fields)
    }
    return {model._meta.db_table for model in scoped} | pointing - set(OPEN_TABLES)


@pytest.mark.django_db
def test_every_scoped_table_stands_behind_forced_row_level_security() -> None:
    assert unwalled(tables_with_scoped_rows()) == set()
    assert unwalled({"federation_job"}) == {"federation_job"}
