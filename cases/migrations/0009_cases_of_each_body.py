"""The planner counts the cases of each body, not of a hundred: an office that holds none is then read from an index."""

from django.db import migrations

_COUNTED = 1000


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_saved_views")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE cases_case ALTER COLUMN body_id SET STATISTICS {_COUNTED}, "
            f"ALTER COLUMN received_by_id SET STATISTICS {_COUNTED}",
            "ALTER TABLE cases_case ALTER COLUMN body_id SET STATISTICS -1, "
            "ALTER COLUMN received_by_id SET STATISTICS -1",
        )
    ]
