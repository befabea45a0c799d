from django.db import migrations

# What `createcachetable` would make, in the migrations so that nobody has to remember it.
MAKE = """
CREATE TABLE federation_kept (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX federation_kept_expires ON federation_kept (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("federation", "0002_audit_chain")]
    operations = [migrations.RunSQL(MAKE, "DROP TABLE federation_kept")]
