import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Evidence of what cannot be undone, apart from the cases and out of anybody's reach (R44)."""

    dependencies = [
        ("accounts", "0007_teams"),
        ("cases", "0018_history_keeps"),
    ]

    operations = [
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case_number", models.CharField(db_index=True, max_length=20)),
                ("at", models.DateTimeField()),
                ("policy", models.CharField(max_length=60)),
                ("proof", models.CharField(max_length=60)),
                ("asked", models.CharField(blank=True, max_length=100)),
                ("typed", models.CharField(blank=True, max_length=100)),
                ("shown", models.CharField(max_length=64)),
                ("person", models.CharField(max_length=64)),
                ("ended", models.JSONField()),
                ("keep_until", models.DateField(db_index=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.brand",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "evidence",
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__regex", "^[0-9a-f]{64}$"), ("shown__regex", "^[0-9a-f]{64}$")
                        ),
                        name="evidence_digests",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION evidence_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' AND OLD.keep_until < CURRENT_DATE THEN
                    RETURN OLD;
                END IF;
                RAISE EXCEPTION 'evidence is written once and kept until its day'
                    USING ERRCODE = 'integrity_constraint_violation';
            END $$;
            CREATE TRIGGER evidence_kept BEFORE UPDATE OR DELETE ON cases_evidence
                FOR EACH ROW EXECUTE FUNCTION evidence_is_kept();
            """,
            """
            DROP TRIGGER evidence_kept ON cases_evidence;
            DROP FUNCTION evidence_is_kept();
            """,
        ),
    ]
