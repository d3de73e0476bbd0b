import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="SandboxFault",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "address",
                    models.CharField(help_text="In lower case.", max_length=320, unique=True),
                ),
                (
                    "behaviour",
                    models.CharField(
                        choices=[
                            ("refuse", "refuses at once (550)"),
                            ("defer", "puts off (451), so the desk tries again"),
                            ("bounce", "accepts, then sends it back"),
                            ("silent", "falls silent after the mail"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "delay_minutes",
                    models.PositiveIntegerField(
                        default=0, help_text="Desk time between taking a mail and sending it back."
                    ),
                ),
            ],
            options={
                "ordering": ["address"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("address", django.db.models.functions.text.Lower("address")),
                            models.Q(("address", ""), _negated=True),
                        ),
                        name="fault_address_is_lower",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("behaviour__in", ["refuse", "defer", "bounce", "silent"])
                        ),
                        name="fault_behaviour_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("running", "Running"), ("done", "Done"), ("failed", "Failed")],
                        default="running",
                        max_length=8,
                    ),
                ),
                (
                    "label",
                    models.CharField(help_text="What was asked for: “a week”.", max_length=120),
                ),
                ("from_at", models.DateTimeField()),
                ("target_at", models.DateTimeField()),
                ("reached_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("steps", models.PositiveIntegerField(default=0)),
                (
                    "next_up",
                    models.CharField(
                        blank=True, help_text="What is happening now.", max_length=300
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=500)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["running", "done", "failed"])),
                        name="move_status_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "running")),
                        fields=("status",),
                        name="move_one_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SandboxMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "box",
                    models.CharField(
                        choices=[("inbox", "received"), ("sent", "sent")],
                        default="inbox",
                        max_length=5,
                    ),
                ),
                (
                    "mailbox",
                    models.CharField(help_text="Whose mailbox, in lower case.", max_length=320),
                ),
                ("envelope_from", models.CharField(blank=True, max_length=320)),
                ("envelope_to", models.CharField(max_length=320)),
                ("raw", models.BinaryField()),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("received_at", models.DateTimeField(help_text="By the desk's clock.")),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("from_name", models.CharField(blank=True, max_length=320)),
                ("from_email", models.CharField(blank=True, max_length=320)),
                ("subject", models.CharField(blank=True, max_length=998)),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("message_id", models.CharField(blank=True, max_length=998)),
                ("references", models.TextField(blank=True)),
                ("reply_to", models.CharField(blank=True, max_length=320)),
                (
                    "how",
                    models.CharField(
                        blank=True, help_text="As whom a reply was sent.", max_length=40
                    ),
                ),
                (
                    "bounce",
                    models.CharField(
                        blank=True,
                        choices=[("", "arrived"), ("due", "will bounce"), ("sent", "bounced")],
                        default="",
                        max_length=4,
                    ),
                ),
                (
                    "bounce_status",
                    models.CharField(blank=True, help_text="Such as 5.1.1.", max_length=12),
                ),
                ("bounce_due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answers",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="answered_by",
                        to="sandbox.sandboxmail",
                    ),
                ),
            ],
            options={
                "ordering": ["-received_at", "-id"],
                "indexes": [
                    models.Index(fields=["mailbox", "-received_at", "-id"], name="mail_by_mailbox"),
                    models.Index(
                        condition=models.Q(("bounce", "due")),
                        fields=["bounce_due_at"],
                        name="mail_bounce_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("box__in", ["inbox", "sent"])), name="mail_box_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bounce", ""), ("bounce_due_at__isnull", False), _connector="OR"
                        ),
                        name="mail_bounce_has_time",
                    ),
                ],
            },
        ),
    ]
