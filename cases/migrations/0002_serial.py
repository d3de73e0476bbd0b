from django.db import migrations


class Migration(migrations.Migration):
    """Where the serial of a case number comes from."""

    dependencies = [("cases", "0001_tables")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE case_serial AS bigint MINVALUE 1 NO CYCLE",
            "DROP SEQUENCE case_serial",
        )
    ]
