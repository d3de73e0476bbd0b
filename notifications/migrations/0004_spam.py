"""Spam is a disposition of its own, beside what is simply no customer's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_fewer_indexes"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="inbound",
            name="inbound_disposition_known",
        ),
        migrations.AlterField(
            model_name="inbound",
            name="disposition",
            field=models.CharField(
                blank=True,
                choices=[
                    ("answer", "Answer"),
                    ("automatic", "Automatic"),
                    ("bounce", "Bounce"),
                    ("unmatched", "Unmatched"),
                    ("quarantined", "Quarantined"),
                    ("spam", "Spam"),
                    ("handled", "Handled"),
                    ("not_customer", "not a customer"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="inbound",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "disposition__in",
                        [
                            "",
                            "answer",
                            "automatic",
                            "bounce",
                            "unmatched",
                            "quarantined",
                            "spam",
                            "handled",
                            "not_customer",
                        ],
                    )
                ),
                name="inbound_disposition_known",
            ),
        ),
    ]
