"""What an event says is hashed with a salt, which erasure destroys together with the words."""

import uuid

from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION case_history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- Erasure, once: the hash of the content takes the content's place{salted}.
        IF OLD.content_hash IS NULL AND NEW.content_hash ~ '^[0-9a-f]{{64}}$'{no_salt}
            AND to_jsonb(NEW) - {erasable} = to_jsonb(OLD) - {erasable}
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the history of a case is append-only'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def write_guard(*, salted: bool) -> str:
    content = ["summary", "data", "content_hash", *(["salt"] if salted else [])]
    return GUARD.format(
        salted=", and its salt goes" if salted else "",
        no_salt=" AND NEW.salt IS NULL" if salted else "",
        erasable=f"ARRAY{content}",
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_queue_counts")]
    operations = [
        # Without a default first: what was written before has no salt, and its hash stays right.
        migrations.AddField("event", "salt", models.UUIDField(editable=False, null=True)),
        migrations.AlterField(
            "event", "salt", models.UUIDField(default=uuid.uuid4, editable=False, null=True)
        ),
        migrations.RunSQL(write_guard(salted=True), write_guard(salted=False)),
    ]
