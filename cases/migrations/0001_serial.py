from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE case_serial AS bigint MINVALUE 1 NO CYCLE",
            "DROP SEQUENCE case_serial",
        )
    ]
