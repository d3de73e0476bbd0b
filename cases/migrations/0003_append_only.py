from django.db import migrations


class Migration(migrations.Migration):
    """A history that can be edited is no history (G16)."""

    dependencies = [("cases", "0002_cases")]
    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION case_history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'the history of a case is append-only'
                    USING ERRCODE = 'integrity_constraint_violation';
            END $$;
            CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON cases_event
                FOR EACH ROW EXECUTE FUNCTION case_history_is_append_only();
            """,
            """
            DROP TRIGGER event_append_only ON cases_event;
            DROP FUNCTION case_history_is_append_only();
            """,
        )
    ]
