"""History only grows, and rows that are updated often leave room for it on their page."""

from django.db import migrations

TABLES = ("cases_event", "cases_dailyhead")
MAKE = """
CREATE TRIGGER {0}_append_only BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION append_only();
"""
DROP = "DROP TRIGGER {0}_append_only ON {0};"


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_cases"), ("bodies", "0004_append_only")]
    operations = [
        *(migrations.RunSQL(MAKE.format(table), DROP.format(table)) for table in TABLES),
        migrations.RunSQL(
            "ALTER TABLE cases_case SET (fillfactor = 85); ALTER TABLE cases_clock SET (fillfactor = 85);",
            "ALTER TABLE cases_case RESET (fillfactor); ALTER TABLE cases_clock RESET (fillfactor);",
        ),
    ]
