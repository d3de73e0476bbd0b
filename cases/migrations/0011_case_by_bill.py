"""Look at the hashes that are there already, and find the cases of a bill, while the desk works."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0010_lighter_changes")]

    operations = [
        ValidateConstraint(model_name="event", name="event_hash_is_sha256"),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("final_bill__isnull", False)),
                fields=["final_bill"],
                name="case_by_bill",
            ),
        ),
    ]
