import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A terminated account waits for a bill of its own, and cannot wait for none (R50)."""

    dependencies = [
        ("accounts", "0003_inventory_reading"),
        ("cases", "0007_suggested_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="final_bill",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="accounts.bill",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "awaiting_final_bill"), _negated=True),
                    ("final_bill__isnull", False),
                    _connector="OR",
                ),
                name="billing_awaits_a_bill",
            ),
        ),
    ]
