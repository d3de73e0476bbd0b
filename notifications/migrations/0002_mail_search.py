"""Full-text search in the mailroom: one function, one index."""

from django.db import migrations

# The language of a mail is not known for sure, so words are kept as they are. Signs become
# spaces: each part of an address or a number can be found by itself. The text is cut because a
# tsvector holds a megabyte at most, and a mail must never fail for its length.
MAKE = """
CREATE FUNCTION mail_words(subject text, from_name text, from_email text, body text)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector(
        'pg_catalog.simple'::regconfig,
        translate(
            left(subject, 500) || ' ' || from_name || ' ' || from_email || ' ' || left(body, 8000),
            '@._-+/:,;<>()[]=', '                '
        )
    )
$$;
CREATE INDEX inbound_words ON notifications_inbound
    USING gin (mail_words(subject, from_name, from_email, text));
"""
UNMAKE = """
DROP INDEX IF EXISTS inbound_words;
DROP FUNCTION IF EXISTS mail_words(text, text, text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_tables")]
    operations = [migrations.RunSQL(MAKE, UNMAKE)]
