"""Write onto every case what is due next: from then on the timers keep it."""

from django.db import migrations

FILL = """
UPDATE cases_case SET due_at = next.due_at
FROM (
    SELECT case_id, min(due_at) AS due_at FROM cases_timer
    WHERE fired_at IS NULL AND cancelled_at IS NULL GROUP BY case_id
) AS next
WHERE next.case_id = cases_case.id;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0026_queue_counts")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
