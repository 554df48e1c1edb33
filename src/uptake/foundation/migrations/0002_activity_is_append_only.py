"""The database itself refuses to rewrite the activity feed, whoever connects to it."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = """
CREATE TRIGGER activity_is_append_only BEFORE UPDATE ON foundation_activity
BEGIN SELECT RAISE(ABORT, 'the activity feed is append-only'); END
"""
POSTGRESQL = """
CREATE FUNCTION activity_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the activity feed is append-only'; END $$;
CREATE TRIGGER activity_is_append_only BEFORE UPDATE ON foundation_activity
FOR EACH ROW EXECUTE FUNCTION activity_is_append_only();
"""


def forbid_updates(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    schema_editor.execute(SQLITE if vendor == "sqlite" else POSTGRESQL)


def allow_updates(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER activity_is_append_only")
    else:
        schema_editor.execute("DROP FUNCTION activity_is_append_only() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]
    operations = [migrations.RunPython(forbid_updates, allow_updates)]
