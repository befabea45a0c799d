import importlib

import pytest
from django.apps import apps

from federation.tests.cast import *

rules = importlib.import_module("programs.migrations.0006_loan_and_relief_rules")
versions = importlib.import_module("programs.migrations.0011_loan_rule_versions")
care_rules = importlib.import_module("programs.migrations.0023_child_files")
mentor_rules = importlib.import_module("programs.migrations.0028_mentors_and_incidents")
access_rules = importlib.import_module("programs.migrations.0030_leave_to_open_a_childs_file")
relief_rules = importlib.import_module("programs.migrations.0014_application_steps")

loan_rules = importlib.import_module("programs.migrations.0029_loan_applications")


@pytest.fixture
def policy(db: None) -> None:
    """The rules as the migration brings them; tests that empty the tables may have run before."""
    rules.add_rules(apps, None)
    versions.add_rules(apps, None)
    relief_rules.add_rules(apps, None)
    care_rules.add_rules(apps, None)
    mentor_rules.add_rules(apps, None)
    loan_rules.add_rules(apps, None)
    access_rules.add_rules(apps, None)
