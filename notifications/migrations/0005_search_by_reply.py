"""Search received mail by what its sender wrote, no longer by the history quoted below it.

A quoted history is mail of its own, which is found by itself. To take it apart once more for every
answer cost more than all else that PostgreSQL does for a mail; and of mail that is HTML alone no
word of the body was found.
"""

from django.db import migrations

MAKE = """
DROP INDEX inbound_words;
CREATE INDEX inbound_words ON notifications_inbound
    USING gin (mail_words(subject, from_name, from_email, reply_text));
"""
UNMAKE = """
DROP INDEX inbound_words;
CREATE INDEX inbound_words ON notifications_inbound
    USING gin (mail_words(subject, from_name, from_email, text));
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_spam")]
    operations = [migrations.RunSQL(MAKE, UNMAKE)]
