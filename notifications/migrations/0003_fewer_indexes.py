"""Take away indexes that nobody asks: writing them is most of the cost of a change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0002_mail_search"),
    ]

    operations = [
        migrations.AlterField(
            model_name="email",
            name="key",
            field=models.CharField(max_length=200),
        ),
        migrations.AlterField(
            model_name="email",
            name="message_id",
            field=models.CharField(max_length=320),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.UniqueConstraint(fields=("key",), name="email_key_once"),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.UniqueConstraint(
                fields=("message_id",), name="email_message_id_once"
            ),
        ),
    ]
