import importlib

import pytest
from django.apps import apps

from federation.migration_operations import AddRules
from federation.tests.cast import *

RULES = (
    "0008_rules_of_screening_and_relief", "0009_rules_of_loans", "0010_rules_of_sunflower", "0011_quotas_by_issue",
    "0013_arrivals_asked", "0015_subsidies_shown_in_public",
)  # fmt: skip


def add_rules() -> None:
    for name in RULES:
        _add(f"programs.migrations.{name}")
    _add("outreach.migrations.0009_public_notices")


def _add(module: str) -> None:
    for operation in importlib.import_module(module).Migration.operations:
        if isinstance(operation, AddRules):
            operation.add(apps, None)


@pytest.fixture
def policy(db: None) -> None:
    """The rules as the migration brings them; tests that empty the tables may have run before."""
    add_rules()
