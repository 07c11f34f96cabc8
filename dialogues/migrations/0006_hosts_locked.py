"""Who hosted a dialogue and the quarter for which it was planned decide what it counts for: signed, they do not change either."""

from django.db import migrations

LOCKED = """
    OLD.host_id, OLD.title, OLD.kind, OLD.participants, OLD.subject_id, OLD.area_id, OLD.starts_at, OLD.place,
    OLD.announcement, OLD.chair, OLD.chaired_by_id, OLD.delegate_reason, OLD.invited_count, OLD.present_count,
    OLD.party_invited, OLD.government_invited, OLD.announced_on, OLD.held_on, OLD.signed_on"""
NEWLY = ", OLD.online_at, OLD.how_to_attend, OLD.planned_year, OLD.planned_quarter, OLD.year, OLD.number, OLD.code"
TRIGGER = """
DROP TRIGGER dialogues_dialogue_locked ON dialogues_dialogue;
CREATE TRIGGER dialogues_dialogue_locked BEFORE UPDATE ON dialogues_dialogue
FOR EACH ROW WHEN (
    OLD.signed_on IS NOT NULL AND ({old}) IS DISTINCT FROM ({new})
) EXECUTE FUNCTION dialogue_is_locked();
"""
HOSTS = """
CREATE FUNCTION dialogue_host_is_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.dialogues_dialogue d
        WHERE d.id IN (OLD.dialogue_id, NEW.dialogue_id) AND d.signed_on IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the dialogue is signed: % of % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER dialogues_jointhost_locked BEFORE INSERT OR UPDATE OR DELETE ON dialogues_jointhost
FOR EACH ROW EXECUTE FUNCTION dialogue_host_is_locked();
"""
NO_HOSTS = """
DROP TRIGGER dialogues_jointhost_locked ON dialogues_jointhost;
DROP FUNCTION dialogue_host_is_locked();
"""


def trigger(columns: str) -> str:
    return TRIGGER.format(old=columns, new=columns.replace("OLD.", "NEW."))


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0005_recommended_by_themselves")]
    operations = [
        migrations.RunSQL(trigger(LOCKED + NEWLY), trigger(LOCKED)),
        migrations.RunSQL(HOSTS, NO_HOSTS),
    ]
