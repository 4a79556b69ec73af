"""Events, daily roots and tombstones are never changed or removed: the database sees to it."""

from django.db import migrations

from huiyin.cases import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor)


def remove(apps, schema_editor):
    append_only.remove(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_events_and_projections"), ("organisation", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
