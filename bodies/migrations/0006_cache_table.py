"""The table of the database cache: request limits live in it, so that they hold while the broker is down."""

from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("bodies", "0005_vi_fold")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
