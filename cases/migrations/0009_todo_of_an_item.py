import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A question about one service, where no case is: a number that was ported away (R36)."""

    dependencies = [("accounts", "0003_inventory_reading"), ("cases", "0008_final_bill")]

    operations = [
        migrations.RemoveConstraint(model_name="todo", name="todo_open_once"),
        migrations.AddField(
            model_name="todo",
            name="item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="todos",
                to="accounts.item",
            ),
        ),
        migrations.AddConstraint(
            model_name="todo",
            constraint=models.UniqueConstraint(
                condition=models.Q(("resolved_at__isnull", True)),
                fields=("case", "kind", "inbound", "item"),
                name="todo_open_once",
                nulls_distinct=False,
            ),
        ),
    ]
