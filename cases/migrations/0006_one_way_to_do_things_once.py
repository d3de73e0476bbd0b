"""A form sent twice is known by its token (`once`), and a kept notice is an exception like others."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_salted_history")]
    operations = [
        migrations.RemoveConstraint("bulkrun", "bulk_run_once"),
        migrations.RemoveField("bulkrun", "key"),
        migrations.RemoveField("case", "notice_override"),
    ]
