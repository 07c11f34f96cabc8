"""What was decided, read or replaced stays so: the rules of bodies.identities, held by the database as well."""

from django.db import migrations

MAKE = """
CREATE FUNCTION bodies_reveal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'waiting'
        OR (NEW.person_id, NEW.asked_by_id, NEW.asked_at, NEW.reason, NEW.case_reference)
            IS DISTINCT FROM (OLD.person_id, OLD.asked_by_id, OLD.asked_at, OLD.reason, OLD.case_reference)
    THEN
        RAISE EXCEPTION 'a request to read an identity is decided once: % is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER bodies_reveal_stays BEFORE UPDATE OR DELETE ON bodies_reveal
FOR EACH ROW EXECUTE FUNCTION bodies_reveal_stays();

CREATE FUNCTION bodies_identity_read_has_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM bodies_reveal
        WHERE id = NEW.reveal_id AND person_id = NEW.person_id AND asked_by_id = NEW.by_id
            AND state = 'granted' AND NEW.at >= decided_at AND NEW.at < expires_at
    ) THEN
        RAISE EXCEPTION 'no consent of this kind is in force' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER bodies_identity_read_has_consent BEFORE INSERT ON bodies_identityread
FOR EACH ROW WHEN (NEW.reveal_id IS NOT NULL) EXECUTE FUNCTION bodies_identity_read_has_consent();

-- The box may be sealed again with a new key; the rest of the line is history.
CREATE TRIGGER bodies_formeridentity_stays BEFORE DELETE OR UPDATE OF person_id, token, by_id, at
ON bodies_formeridentity FOR EACH ROW EXECUTE FUNCTION append_only();
"""
DROP = """
DROP TRIGGER bodies_formeridentity_stays ON bodies_formeridentity;
DROP TRIGGER bodies_identity_read_has_consent ON bodies_identityread;
DROP FUNCTION bodies_identity_read_has_consent();
DROP TRIGGER bodies_reveal_stays ON bodies_reveal;
DROP FUNCTION bodies_reveal_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("bodies", "0008_identities")]
    operations = [migrations.RunSQL(MAKE, DROP)]
