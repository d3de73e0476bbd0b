"""The mail tables: threads, outbox, mailroom, switches, doors."""

import django.db.models.deletion
from django.db import migrations, models

import notifications.models.attachment
import notifications.models.thread


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DoorHealth",
            fields=[
                ("door", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("last_ok_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=500)),
                ("last_error_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "door health",
            },
        ),
        migrations.CreateModel(
            name="Email",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("purpose", models.CharField(max_length=60)),
                ("from_name", models.CharField(blank=True, max_length=200)),
                ("from_email", models.CharField(max_length=254)),
                ("reply_to", models.CharField(blank=True, max_length=254)),
                ("to_name", models.CharField(blank=True, max_length=200)),
                ("to_email", models.CharField(max_length=254)),
                ("subject", models.CharField(max_length=300)),
                ("text", models.TextField()),
                ("html", models.TextField(blank=True)),
                ("headers", models.JSONField(blank=True, default=dict)),
                ("in_reply_to", models.CharField(blank=True, max_length=998)),
                ("automatic", models.BooleanField(default=True)),
                ("irreversible", models.BooleanField(default=False)),
                ("message_id", models.CharField(max_length=320, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("unknown", "Unknown"),
                            ("stopped", "Stopped"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("not_before", models.DateTimeField(blank=True, null=True)),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("resends", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("lease", models.UUIDField(blank=True, null=True)),
                ("begun_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("response", models.CharField(blank=True, max_length=500)),
                ("error", models.CharField(blank=True, max_length=500)),
                (
                    "delivery",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "no news"),
                            ("delivered", "Delivered"),
                            ("delayed", "Delayed"),
                            ("bounced", "Bounced"),
                            ("complained", "Complained"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("delivery_at", models.DateTimeField(blank=True, null=True)),
                ("delivery_detail", models.CharField(blank=True, max_length=500)),
                (
                    "news",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "nothing"),
                            ("accepted", "Accepted"),
                            ("failed", "Failed"),
                            ("unknown", "Unknown"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Switch",
            fields=[
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("sending", "Sending mail"),
                            ("destruction", "Drop, execution and purge"),
                        ],
                        max_length=30,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("paused", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("by", models.CharField(blank=True, max_length=150)),
                ("at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "switches",
            },
        ),
        migrations.CreateModel(
            name="Inbound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=60)),
                ("recipient", models.CharField(max_length=320)),
                ("recipient_token", models.CharField(blank=True, max_length=32)),
                ("envelope_from", models.CharField(blank=True, max_length=320)),
                ("raw", models.BinaryField()),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("received_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("processed", "Processed"),
                            ("quarantined", "Quarantined"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, max_length=500)),
                ("from_name", models.CharField(blank=True, max_length=320)),
                ("from_email", models.CharField(blank=True, max_length=320)),
                ("subject", models.CharField(blank=True, max_length=998)),
                ("message_id", models.CharField(blank=True, max_length=998)),
                ("in_reply_to", models.CharField(blank=True, max_length=998)),
                ("references", models.TextField(blank=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("reply_text", models.TextField(blank=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("human", "Human"),
                            ("auto_reply", "automatic reply"),
                            ("bounce", "Bounce"),
                            ("delay", "delay notice"),
                            ("receipt", "Receipt"),
                            ("complaint", "Complaint"),
                            ("list", "mailing list"),
                            ("own", "our own mail"),
                        ],
                        default="human",
                        max_length=12,
                    ),
                ),
                ("evidence", models.JSONField(blank=True, default=list)),
                (
                    "authenticity",
                    models.CharField(
                        choices=[("pass", "pass"), ("fail", "fail"), ("none", "none")],
                        default="none",
                        max_length=4,
                    ),
                ),
                ("authenticity_detail", models.CharField(blank=True, max_length=300)),
                (
                    "matched_by",
                    models.CharField(
                        blank=True,
                        choices=[("token", "token"), ("message_id", "message_id")],
                        max_length=12,
                    ),
                ),
                ("suggestion", models.CharField(blank=True, max_length=200)),
                (
                    "disposition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answer", "Answer"),
                            ("automatic", "Automatic"),
                            ("bounce", "Bounce"),
                            ("unmatched", "Unmatched"),
                            ("quarantined", "Quarantined"),
                            ("handled", "Handled"),
                            ("not_customer", "not a customer"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("disposition_note", models.CharField(blank=True, max_length=500)),
                ("handled_by", models.BigIntegerField(blank=True, null=True)),
                (
                    "about_email",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="about",
                        to="notifications.email",
                    ),
                ),
            ],
            options={
                "verbose_name": "inbound mail",
                "verbose_name_plural": "inbound mail",
                "ordering": ["-received_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=255)),
                ("content_type", models.CharField(max_length=127)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("file", models.FileField(upload_to=notifications.models.attachment.choose_path)),
                ("inline", models.BooleanField(default=False)),
                ("content_id", models.CharField(blank=True, max_length=255)),
                (
                    "inbound",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="notifications.inbound",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=notifications.models.thread.make_token,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("token__regex", "^[a-z2-7]{16,32}$")),
                        name="thread_token_form",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="inbound",
            name="thread",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inbound",
                to="notifications.thread",
            ),
        ),
        migrations.AddField(
            model_name="email",
            name="thread",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="emails",
                to="notifications.thread",
            ),
        ),
        migrations.AddIndex(
            model_name="inbound",
            index=models.Index(
                condition=models.Q(("status", "received")),
                fields=["received_at", "id"],
                name="inbound_due",
            ),
        ),
        migrations.AddIndex(
            model_name="inbound",
            index=models.Index(fields=["-received_at", "-id"], name="inbound_latest"),
        ),
        migrations.AddIndex(
            model_name="inbound",
            index=models.Index(
                fields=["disposition", "-received_at", "-id"], name="inbound_by_fate"
            ),
        ),
        migrations.AddIndex(
            model_name="inbound",
            index=models.Index(
                condition=models.Q(
                    ("disposition__in", ["", "quarantined"]),
                    models.Q(("recipient_token", ""), _negated=True),
                ),
                fields=["recipient_token"],
                name="inbound_waiting_token",
            ),
        ),
        migrations.AddIndex(
            model_name="inbound",
            index=models.Index(
                condition=models.Q(("disposition__in", ["quarantined", "unmatched"])),
                fields=["from_email"],
                name="inbound_waiting_from",
            ),
        ),
        migrations.AddIndex(
            model_name="inbound",
            index=models.Index(
                condition=models.Q(("disposition", "quarantined")),
                fields=["envelope_from"],
                name="inbound_waiting_sender",
            ),
        ),
        migrations.AddIndex(
            model_name="inbound",
            index=models.Index(
                condition=models.Q(("message_id", ""), _negated=True),
                fields=["message_id"],
                name="inbound_message_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="inbound",
            constraint=models.UniqueConstraint(
                fields=("channel", "recipient", "sha256"), name="inbound_stored_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="inbound",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["received", "processed", "quarantined"])),
                name="inbound_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="inbound",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disposition", ""), ("status", "received")),
                    models.Q(
                        models.Q(("status", "received"), _negated=True),
                        models.Q(("disposition", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="inbound_one_disposition",
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
                            "handled",
                            "not_customer",
                        ],
                    )
                ),
                name="inbound_disposition_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="inbound",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disposition", "answer"), _negated=True),
                    ("kind", "human"),
                    _connector="OR",
                ),
                name="inbound_answer_is_human",
            ),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(
                condition=models.Q(("status", "queued")),
                fields=["next_attempt_at", "id"],
                name="email_due",
            ),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(
                condition=models.Q(("status", "sending")),
                fields=["lease_until"],
                name="email_leased",
            ),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(
                condition=models.Q(("status", "unknown")),
                fields=["next_attempt_at"],
                name="email_unknown",
            ),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(
                condition=models.Q(("news", ""), _negated=True), fields=["id"], name="email_news"
            ),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(fields=["status", "-id"], name="email_by_status"),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["queued", "sending", "sent", "failed", "unknown", "stopped"])
                ),
                name="email_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "sent"), _negated=True),
                    ("accepted_at__isnull", False),
                    _connector="OR",
                ),
                name="email_sent_was_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "queued"), _negated=True),
                    ("next_attempt_at__isnull", False),
                    _connector="OR",
                ),
                name="email_queued_has_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "sending"), _negated=True),
                    models.Q(("lease__isnull", False), ("lease_until__isnull", False)),
                    _connector="OR",
                ),
                name="email_sending_has_lease",
            ),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("subject__regex", "[\\r\\n]"),
                    ("to_email__regex", "[\\r\\n]"),
                    ("to_name__regex", "[\\r\\n]"),
                    ("from_email__regex", "[\\r\\n]"),
                    ("from_name__regex", "[\\r\\n]"),
                    ("reply_to__regex", "[\\r\\n]"),
                    ("in_reply_to__regex", "[\\r\\n]"),
                    _connector="OR",
                    _negated=True,
                ),
                name="email_headers_one_line",
            ),
        ),
    ]
