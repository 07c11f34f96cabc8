"""History and comments only grow; minutes, conclusions and what was held do not change once they are signed."""

from django.db import migrations

TABLES = ("dialogues_dialogueevent", "dialogues_comment")
MAKE = """
CREATE TRIGGER {0}_append_only BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION append_only();
"""
DROP = "DROP TRIGGER {0}_append_only ON {0};"

LOCK = """
CREATE FUNCTION dialogue_is_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the dialogue is signed: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION dialogue_conclusion_is_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_dialogue bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.dialogue_id ELSE NEW.dialogue_id END;
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.dialogues_minutes m WHERE m.dialogue_id = of_dialogue AND m.locked_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the dialogue is signed: % of % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER dialogues_minutes_locked BEFORE UPDATE OR DELETE ON dialogues_minutes
FOR EACH ROW WHEN (OLD.locked_at IS NOT NULL) EXECUTE FUNCTION dialogue_is_locked();

CREATE TRIGGER dialogues_conclusion_locked BEFORE INSERT OR UPDATE OR DELETE ON dialogues_conclusion
FOR EACH ROW EXECUTE FUNCTION dialogue_conclusion_is_locked();

CREATE TRIGGER dialogues_dialogue_locked BEFORE UPDATE ON dialogues_dialogue
FOR EACH ROW WHEN (
    OLD.signed_on IS NOT NULL AND (
        OLD.host_id, OLD.title, OLD.kind, OLD.participants, OLD.subject_id, OLD.area_id, OLD.starts_at, OLD.place,
        OLD.announcement, OLD.chair, OLD.chaired_by_id, OLD.delegate_reason, OLD.invited_count, OLD.present_count,
        OLD.party_invited, OLD.government_invited, OLD.announced_on, OLD.held_on, OLD.signed_on
    ) IS DISTINCT FROM (
        NEW.host_id, NEW.title, NEW.kind, NEW.participants, NEW.subject_id, NEW.area_id, NEW.starts_at, NEW.place,
        NEW.announcement, NEW.chair, NEW.chaired_by_id, NEW.delegate_reason, NEW.invited_count, NEW.present_count,
        NEW.party_invited, NEW.government_invited, NEW.announced_on, NEW.held_on, NEW.signed_on
    )
) EXECUTE FUNCTION dialogue_is_locked();
"""
UNLOCK = """
DROP TRIGGER dialogues_dialogue_locked ON dialogues_dialogue;
DROP TRIGGER dialogues_conclusion_locked ON dialogues_conclusion;
DROP TRIGGER dialogues_minutes_locked ON dialogues_minutes;
DROP FUNCTION dialogue_conclusion_is_locked();
DROP FUNCTION dialogue_is_locked();
"""


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0001_dialogues"), ("bodies", "0004_append_only")]
    operations = [
        *(migrations.RunSQL(MAKE.format(table), DROP.format(table)) for table in TABLES),
        migrations.RunSQL(LOCK, UNLOCK),
    ]
