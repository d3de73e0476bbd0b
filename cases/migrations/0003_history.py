"""What was written stays: the history of a case (G16), evidence (R44), a policy in use (R52)."""

from django.db import migrations

ERASABLE = "ARRAY['summary', 'data', 'content_hash']"

HISTORY = f"""
CREATE FUNCTION case_history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- Erasure, once: the hash of the content takes the content's place.
        IF OLD.content_hash IS NULL AND NEW.content_hash ~ '^[0-9a-f]{{64}}$'
            AND to_jsonb(NEW) - {ERASABLE} = to_jsonb(OLD) - {ERASABLE}
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the history of a case is append-only'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON cases_event
    FOR EACH ROW EXECUTE FUNCTION case_history_is_append_only();
CREATE TRIGGER event_never_emptied BEFORE TRUNCATE ON cases_event
    FOR EACH STATEMENT EXECUTE FUNCTION case_history_is_append_only();
"""

DROP_HISTORY = """
DROP TRIGGER event_never_emptied ON cases_event;
DROP TRIGGER event_append_only ON cases_event;
DROP FUNCTION case_history_is_append_only();
"""

EVIDENCE = """
CREATE FUNCTION evidence_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.keep_until < CURRENT_DATE THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'evidence is written once and kept until its day'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER evidence_kept BEFORE UPDATE OR DELETE ON cases_evidence
    FOR EACH ROW EXECUTE FUNCTION evidence_is_kept();
CREATE TRIGGER evidence_never_emptied BEFORE TRUNCATE ON cases_evidence
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_kept();
"""

DROP_EVIDENCE = """
DROP TRIGGER evidence_never_emptied ON cases_evidence;
DROP TRIGGER evidence_kept ON cases_evidence;
DROP FUNCTION evidence_is_kept();
"""

POLICY = """
CREATE FUNCTION policy_version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NULL
        AND NOT EXISTS (SELECT FROM cases_case WHERE policy_version_id = OLD.id)
    THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE'
        OR NEW.data IS DISTINCT FROM OLD.data
        OR NEW.number <> OLD.number
        OR NEW.policy_id <> OLD.policy_id
        OR (OLD.published_at IS NOT NULL
            AND NEW.published_at IS DISTINCT FROM OLD.published_at)
    THEN
        RAISE EXCEPTION 'a version of a policy that is in use never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_version_frozen BEFORE UPDATE OR DELETE ON cases_policyversion
    FOR EACH ROW EXECUTE FUNCTION policy_version_is_frozen();
"""

DROP_POLICY = """
DROP TRIGGER policy_version_frozen ON cases_policyversion;
DROP FUNCTION policy_version_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_serial")]
    operations = [
        migrations.RunSQL(HISTORY, DROP_HISTORY),
        migrations.RunSQL(EVIDENCE, DROP_EVIDENCE),
        migrations.RunSQL(POLICY, DROP_POLICY),
    ]
