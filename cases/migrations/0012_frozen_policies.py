from django.db import migrations


class Migration(migrations.Migration):
    """A version that is published, or that a case lives by, never changes (R52)."""

    dependencies = [("cases", "0011_execution_alarm")]
    operations = [
        migrations.RunSQL(
            """
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
            """,
            """
            DROP TRIGGER policy_version_frozen ON cases_policyversion;
            DROP FUNCTION policy_version_is_frozen();
            """,
        )
    ]
