from django.db import migrations, models

ERASABLE = "ARRAY['summary', 'data', 'content_hash']"


class Migration(migrations.Migration):
    """A history can neither be changed nor emptied; only what an event says can be blotted out."""

    dependencies = [("cases", "0017_chain_history")]
    operations = [
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")), name="event_hash_is_sha256"
            ),
        ),
        migrations.RunSQL(
            f"""
            CREATE OR REPLACE FUNCTION case_history_is_append_only() RETURNS trigger
            LANGUAGE plpgsql AS $$
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
            CREATE TRIGGER event_never_emptied BEFORE TRUNCATE ON cases_event
                FOR EACH STATEMENT EXECUTE FUNCTION case_history_is_append_only();
            """,
            """
            DROP TRIGGER event_never_emptied ON cases_event;
            CREATE OR REPLACE FUNCTION case_history_is_append_only() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'the history of a case is append-only'
                    USING ERRCODE = 'integrity_constraint_violation';
            END $$;
            """,
        ),
    ]
