"""One trigger function for every table that only grows; `bodies_identityread` is the first of them."""

from django.db import migrations

MAKE = """
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER bodies_identityread_append_only BEFORE UPDATE OR DELETE ON bodies_identityread
FOR EACH ROW EXECUTE FUNCTION append_only();
"""
DROP = """
DROP TRIGGER bodies_identityread_append_only ON bodies_identityread;
DROP FUNCTION append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("bodies", "0003_calendar_version")]
    operations = [migrations.RunSQL(MAKE, DROP)]
