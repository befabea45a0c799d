from django.db import migrations

from programs.migration_operations import AllowMoves

# As before, and one more: the bank takes back what it reported as arrived, and the application is approved as before.
RELIEF = [
    ("", "draft", 0, False, False, False),
    ("draft", "submitted", 1, False, False, True),
    ("returned", "submitted", 2, False, False, True),
    ("submitted", "accepted", 3, True, False, True),
    ("accepted", "checked", 4, True, True, True),
    ("checked", "compared", 5, False, False, True),
    ("compared", "reviewed", 6, True, False, True),
    ("reviewed", "reported", 7, False, False, True),
    ("reported", "approved", 8, False, False, True),
    ("reviewed", "approved", 7, False, False, True),
    ("checked", "declined", 5, True, False, True),
    ("compared", "declined", 6, True, False, True),
    ("reported", "declined", 8, True, False, True),
    ("submitted", "returned", 3, False, False, True),
    ("accepted", "returned", 4, False, False, True),
    ("checked", "returned", 5, False, False, True),
    ("compared", "returned", 6, False, False, True),
    ("draft", "withdrawn", 1, False, False, True),
    ("returned", "withdrawn", 2, False, False, True),
    ("submitted", "withdrawn", 3, False, False, True),
    ("accepted", "withdrawn", 4, False, False, True),
    ("checked", "withdrawn", 5, False, False, True),
    ("compared", "withdrawn", 6, False, False, True),
    ("reviewed", "withdrawn", 7, False, False, True),
    ("reported", "withdrawn", 8, False, False, True),
    ("approved", "withdrawn", 9, False, False, True),
    ("approved", "paying", 9, False, False, False),
    ("paying", "paid", 9, False, False, False),
    ("paying", "approved", 9, False, False, False),
    ("paid", "approved", 9, False, False, False),
]


class Migration(migrations.Migration):
    dependencies = [("programs", "0019_payments_kept_by_triggers")]
    operations = [AllowMoves("relief", RELIEF)]
