from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_notices")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="last_hash",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="event",
            name="content_hash",
            field=models.CharField(blank=True, max_length=64, null=True),
        ),
        migrations.AddField(
            model_name="event",
            name="hash",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
    ]
