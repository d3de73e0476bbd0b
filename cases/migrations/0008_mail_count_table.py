"""A place for the numbers of the mailroom; see the model."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_sign_in"),
        ("cases", "0007_fewer_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recipient", models.CharField(blank=True, max_length=320)),
                ("disposition", models.CharField(blank=True, max_length=12)),
                ("mails", models.BigIntegerField()),
                ("settled", models.BooleanField(db_default=False, default=False)),
                (
                    "brand",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.brand",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled", False)),
                        fields=["id"],
                        name="mail_count_loose",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("settled", True)),
                        fields=("brand", "recipient", "disposition"),
                        name="mail_count_settled_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
