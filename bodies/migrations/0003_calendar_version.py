"""The calendar's version rises with every change of a day or of the roll-forward rule, whoever makes it."""

from django.db import migrations

MAKE = """
INSERT INTO bodies_calendarstate (id, version, roll_forward) VALUES (1, 1, true);

CREATE FUNCTION bodies_calendar_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bodies_calendarstate SET version = version + 1;
    RETURN NULL;
END $$;

CREATE TRIGGER bodies_calendar_changed AFTER INSERT OR UPDATE OR DELETE ON bodies_calendarday
FOR EACH STATEMENT EXECUTE FUNCTION bodies_calendar_changed();

CREATE TRIGGER bodies_calendar_rolled AFTER UPDATE OF roll_forward ON bodies_calendarstate
FOR EACH ROW WHEN (OLD.roll_forward IS DISTINCT FROM NEW.roll_forward) EXECUTE FUNCTION bodies_calendar_changed();
"""
DROP = """
DROP TRIGGER bodies_calendar_rolled ON bodies_calendarstate;
DROP TRIGGER bodies_calendar_changed ON bodies_calendarday;
DROP FUNCTION bodies_calendar_changed();
DELETE FROM bodies_calendarstate;
"""


class Migration(migrations.Migration):
    dependencies = [("bodies", "0002_tree_paths")]
    operations = [migrations.RunSQL(MAKE, DROP)]
