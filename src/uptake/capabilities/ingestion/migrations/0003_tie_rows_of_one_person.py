"""Have the worker tell the customers' list once more which identifiers are one person."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def apply_again(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    identity = apps.get_model("ingestion", "Identity")
    identity.objects.exclude(same_as="").update(is_applied=False)


class Migration(migrations.Migration):
    dependencies = [("ingestion", "0002_refused_requests")]
    operations = [migrations.RunPython(apply_again, migrations.RunPython.noop, elidable=True)]
