"""`path` of areas and bodies follows the tree by itself, whoever writes: the API, the admin or SQL by hand."""

from django.db import migrations

MAKE = """
CREATE FUNCTION {table}_path() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above text := '/';
BEGIN
    IF NEW.{parent} IS NOT NULL THEN
        SELECT path INTO STRICT above FROM {table} WHERE id = NEW.{parent};
        IF above LIKE '%/' || NEW.id || '/%' THEN
            RAISE EXCEPTION '% would lie under itself', NEW.code USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    NEW.path := above || NEW.id || '/';
    RETURN NEW;
END $$;

CREATE TRIGGER {table}_path BEFORE INSERT OR UPDATE OF {parent} ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_path();

CREATE FUNCTION {table}_path_below() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE {table} SET path = NEW.path || substr(path, length(OLD.path) + 1)
    WHERE path LIKE OLD.path || '%' AND id <> NEW.id;
    RETURN NULL;
END $$;

-- At depth 0 only: the update above moves the whole branch at once.
CREATE TRIGGER {table}_path_below AFTER UPDATE OF {parent} ON {table}
FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path AND pg_trigger_depth() = 0)
EXECUTE FUNCTION {table}_path_below();
"""
DROP = """
DROP TRIGGER {table}_path_below ON {table};
DROP TRIGGER {table}_path ON {table};
DROP FUNCTION {table}_path_below();
DROP FUNCTION {table}_path();
"""


class Migration(migrations.Migration):
    dependencies = [("bodies", "0001_initial")]
    operations = [
        migrations.RunSQL(
            MAKE.format(table="bodies_area", parent="parent_id"), DROP.format(table="bodies_area")
        ),
        migrations.RunSQL(
            MAKE.format(table="bodies_body", parent="superior_id"), DROP.format(table="bodies_body")
        ),
    ]
