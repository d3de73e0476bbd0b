"""Keep the HTML of mails that leave as it is, beside the row.

Compressing it was two fifths of what PostgreSQL did to take a mail into the outbox, and the row was
copied with it at each step from there to "sent". What is stored already stays as it is.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_search_by_reply")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE notifications_email ALTER COLUMN html SET STORAGE EXTERNAL",
            "ALTER TABLE notifications_email ALTER COLUMN html SET STORAGE EXTENDED",
        ),
    ]
