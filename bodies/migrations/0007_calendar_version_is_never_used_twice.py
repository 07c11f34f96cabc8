"""The version comes from a sequence: one that was rolled back is never given again.

Processes keep a calendar by its version. Counted up by one, the version of a change that was rolled back would come
again with the next change, and a process that had read the first would take it for the second.
"""

from django.db import migrations

MAKE = """
CREATE SEQUENCE bodies_calendar_version AS integer;
SELECT setval('bodies_calendar_version', greatest(version, 1)) FROM bodies_calendarstate;

CREATE OR REPLACE FUNCTION bodies_calendar_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bodies_calendarstate SET version = nextval('bodies_calendar_version');
    RETURN NULL;
END $$;
"""
DROP = """
CREATE OR REPLACE FUNCTION bodies_calendar_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bodies_calendarstate SET version = version + 1;
    RETURN NULL;
END $$;
DROP SEQUENCE bodies_calendar_version;
"""


class Migration(migrations.Migration):
    dependencies = [("bodies", "0006_cache_table")]
    operations = [migrations.RunSQL(MAKE, DROP)]
