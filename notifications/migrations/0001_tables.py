import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import notifications.models.attachment
import notifications.models.file
import notifications.models.mailbox
import notifications.models.thread


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("words", models.CharField(max_length=300)),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Epoch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lineage", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveBigIntegerField(default=0)),
                ("advanced_at", models.DateTimeField(help_text="By the database's own clock.")),
                ("begun_at", models.DateTimeField()),
                ("begun_by", models.CharField(blank=True, max_length=150)),
                ("reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Pulse",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("beat_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Stall",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("words", models.CharField(max_length=300)),
                ("noticed_at", models.DateTimeField()),
                (
                    "told_at",
                    models.DateTimeField(
                        blank=True, help_text="When operators were told.", null=True
                    ),
                ),
            ],
            options={
                "ordering": ["noticed_at", "name"],
            },
        ),
        migrations.CreateModel(
            name="SwitchChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("sending", "Sending mail"),
                            ("destruction", "Drop, execution and purge"),
                            ("restored", "Everything, after a restored backup,"),
                        ],
                        max_length=30,
                    ),
                ),
                ("paused", models.BooleanField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("allowance", models.PositiveIntegerField(null=True)),
                ("allowance_until", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="DoorHealth",
            fields=[
                ("door", models.CharField(max_length=60, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("push", "listens: mail waits outside while it is shut"),
                            ("pull", "fetches: mail waits in its mailbox while it is shut"),
                            ("passive", "is part of the web server and has no heartbeat"),
                        ],
                        default="push",
                        max_length=7,
                    ),
                ),
                ("beat_at", models.DateTimeField(blank=True, null=True)),
                ("reopened_at", models.DateTimeField(blank=True, null=True)),
                ("outage", models.DurationField(blank=True, null=True)),
                ("last_ok_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=500)),
                ("last_error_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "door health",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["push", "pull", "passive"])),
                        name="door_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.SlugField(
                        help_text="Short and for good, such as “support”.",
                        max_length=40,
                        unique=True,
                    ),
                ),
                ("enabled", models.BooleanField(default=True, help_text="Read this mailbox.")),
                (
                    "host",
                    models.CharField(
                        help_text="imap.example.com",
                        max_length=255,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\r\\n\\x00]",
                                "A line break cannot be part of this.",
                                inverse_match=True,
                            )
                        ],
                    ),
                ),
                (
                    "port",
                    models.PositiveIntegerField(
                        default=993,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(65535),
                        ],
                    ),
                ),
                (
                    "tls",
                    models.CharField(
                        choices=[
                            ("implicit", "TLS from the start (usually port 993)"),
                            ("starttls", "STARTTLS (usually port 143)"),
                        ],
                        default="implicit",
                        max_length=8,
                        verbose_name="encryption",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        max_length=255,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\r\\n\\x00]",
                                "A line break cannot be part of this.",
                                inverse_match=True,
                            )
                        ],
                        verbose_name="user name",
                    ),
                ),
                (
                    "secret_variable",
                    models.CharField(
                        blank=True,
                        help_text="The name of an environment variable, such as IMAP_SUPPORT_PASSWORD.",
                        max_length=100,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^IMAP_[A-Z0-9_]+$", "Its name begins with IMAP_, in capitals."
                            )
                        ],
                        verbose_name="password from the variable",
                    ),
                ),
                ("secret", models.TextField(blank=True, editable=False)),
                (
                    "folder",
                    models.CharField(
                        default="INBOX",
                        help_text="Everything in it is read, so give the desk a folder of its own.",
                        max_length=255,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\r\\n\\x00]",
                                "A line break cannot be part of this.",
                                inverse_match=True,
                            )
                        ],
                    ),
                ),
                (
                    "archive_folder",
                    models.CharField(
                        blank=True,
                        help_text="Where mail is moved once it is stored. Empty: it stays and gets the mark below.",
                        max_length=255,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\r\\n\\x00]",
                                "A line break cannot be part of this.",
                                inverse_match=True,
                            )
                        ],
                    ),
                ),
                (
                    "flag",
                    models.CharField(
                        blank=True,
                        default="\\Seen",
                        help_text="What stored mail is marked with. Empty: it stays as it is.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(\\\\(Seen|Flagged|Answered)|\\$?[A-Za-z][A-Za-z0-9_-]*)$",
                                "\\Seen, \\Flagged, \\Answered, or a keyword.",
                            )
                        ],
                        verbose_name="mark",
                    ),
                ),
                (
                    "recipient_header",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("Delivered-To", "Delivered-To (Postfix, Dovecot, Gmail)"),
                            ("X-Original-To", "X-Original-To (Postfix with aliases)"),
                            ("Envelope-To", "Envelope-To (Exim)"),
                            ("X-Delivered-To", "X-Delivered-To (Fastmail, Cyrus)"),
                            ("", "none: everything is for the address below"),
                        ],
                        default="Delivered-To",
                        help_text="The header in which your own server writes for whom a mail came.",
                        max_length=20,
                        verbose_name="recipient from",
                    ),
                ),
                (
                    "address",
                    models.EmailField(
                        help_text="For whom a mail is where that header is missing.", max_length=320
                    ),
                ),
                (
                    "authserv_id",
                    models.CharField(
                        blank=True,
                        default=notifications.models.mailbox.choose_authserv_id,
                        help_text="The name under which the server of this mailbox writes Authentication-Results, such as mx.google.com. Empty where it writes none: then nobody's are believed, and signatures are checked here.",
                        max_length=255,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\r\\n\\x00]",
                                "A line break cannot be part of this.",
                                inverse_match=True,
                            )
                        ],
                        verbose_name="results are written by",
                    ),
                ),
                (
                    "largest_mb",
                    models.PositiveIntegerField(
                        default=25,
                        help_text="Of a larger one only the headers are fetched; it goes to quarantine.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(200),
                        ],
                        verbose_name="largest mail, MB",
                    ),
                ),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "IMAP mailbox",
                "verbose_name_plural": "IMAP mailboxes",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("secret", ""), ("secret_variable", ""), _connector="OR"
                        ),
                        name="mailbox_one_secret",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("secret_variable", ""),
                            ("secret_variable__regex", "^IMAP_[A-Z0-9_]+$"),
                            _connector="OR",
                        ),
                        name="mailbox_secret_variable_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tls__in", ["implicit", "starttls"])),
                        name="mailbox_tls_required",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("folder", models.F("archive_folder")), _negated=True),
                        name="mailbox_archive_elsewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("host__regex", "[\\r\\n]"),
                            ("username__regex", "[\\r\\n]"),
                            ("folder__regex", "[\\r\\n]"),
                            ("archive_folder__regex", "[\\r\\n]"),
                            _connector="OR",
                            _negated=True,
                        ),
                        name="mailbox_one_line",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("size", models.PositiveBigIntegerField()),
                ("content", models.FileField(upload_to=notifications.models.file.choose_path)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="stored_file_digest",
                    )
                ],
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
                            ("restored", "Everything, after a restored backup,"),
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
                ("allowance", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ("allowance_until", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name_plural": "switches",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("allowance__isnull", True), ("allowance_until__isnull", True)
                            ),
                            models.Q(
                                ("allowance__isnull", False), ("allowance_until__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="switch_allowance_ends",
                    )
                ],
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
                ("has_files", models.BooleanField(db_default=False, default=False)),
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
                (
                    "provider_id",
                    models.CharField(blank=True, db_default="", default="", max_length=200),
                ),
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
                (
                    "thread",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emails",
                        to="notifications.thread",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "queued")),
                        fields=["next_attempt_at", "id"],
                        name="email_due",
                    ),
                    models.Index(
                        condition=models.Q(("status", "sending")),
                        fields=["lease_until"],
                        name="email_leased",
                    ),
                    models.Index(
                        condition=models.Q(("status", "unknown")),
                        fields=["next_attempt_at"],
                        name="email_unknown",
                    ),
                    models.Index(
                        condition=models.Q(("news", ""), _negated=True),
                        fields=["id"],
                        name="email_news",
                    ),
                    models.Index(
                        condition=models.Q(("provider_id", ""), _negated=True),
                        fields=["provider_id"],
                        name="email_provider_id",
                    ),
                    models.Index(fields=["status", "-id"], name="email_by_status"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["queued", "sending", "sent", "failed", "unknown", "stopped"],
                            )
                        ),
                        name="email_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True),
                            ("accepted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="email_sent_was_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "queued"), _negated=True),
                            ("next_attempt_at__isnull", False),
                            _connector="OR",
                        ),
                        name="email_queued_has_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sending"), _negated=True),
                            models.Q(("lease__isnull", False), ("lease_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="email_sending_has_lease",
                    ),
                    models.CheckConstraint(
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
                ],
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
                (
                    "thread",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbound",
                        to="notifications.thread",
                    ),
                ),
            ],
            options={
                "verbose_name": "inbound mail",
                "verbose_name_plural": "inbound mail",
                "ordering": ["-received_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "received")),
                        fields=["received_at", "id"],
                        name="inbound_due",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("status", "received"), models.Q(("recipient_token", ""), _negated=True)
                        ),
                        fields=["received_at", "id"],
                        name="inbound_due_reply",
                    ),
                    models.Index(fields=["-received_at", "-id"], name="inbound_latest"),
                    models.Index(
                        fields=["disposition", "-received_at", "-id"], name="inbound_by_fate"
                    ),
                    models.Index(
                        condition=models.Q(
                            ("disposition__in", ["", "quarantined"]),
                            models.Q(("recipient_token", ""), _negated=True),
                        ),
                        fields=["recipient_token"],
                        name="inbound_waiting_token",
                    ),
                    models.Index(
                        condition=models.Q(("disposition__in", ["quarantined", "unmatched"])),
                        fields=["from_email"],
                        name="inbound_waiting_from",
                    ),
                    models.Index(
                        condition=models.Q(("disposition", "quarantined")),
                        fields=["envelope_from"],
                        name="inbound_waiting_sender",
                    ),
                    models.Index(
                        condition=models.Q(("message_id", ""), _negated=True),
                        fields=["message_id"],
                        name="inbound_message_id",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("channel", "recipient", "sha256"), name="inbound_stored_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["received", "processed", "quarantined"])
                        ),
                        name="inbound_status_known",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disposition", "answer"), _negated=True),
                            ("kind", "human"),
                            _connector="OR",
                        ),
                        name="inbound_answer_is_human",
                    ),
                ],
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
                ("content_type", models.CharField(max_length=127)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("problem", models.CharField(blank=True, max_length=500)),
                ("name", models.CharField(blank=True, max_length=255)),
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
            name="WebhookReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("esp", models.CharField(max_length=30)),
                ("event_id", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["received_at"], name="webhook_receipt_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("esp", "event_id"), name="webhook_event_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Fetched",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uidvalidity", models.BigIntegerField()),
                ("uid", models.BigIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("stored", "Stored"),
                            ("too_large", "too large"),
                            ("unreadable", "Unreadable"),
                        ],
                        max_length=10,
                    ),
                ),
                ("size", models.PositiveBigIntegerField()),
                ("fetched_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "inbound",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fetched",
                        to="notifications.inbound",
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fetched",
                        to="notifications.mailbox",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "fetched",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("mailbox", "uidvalidity", "uid"), name="fetched_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["stored", "too_large", "unreadable"])),
                        name="fetched_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EmailFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=100)),
                ("content_id", models.CharField(blank=True, max_length=100)),
                (
                    "email",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="notifications.email",
                    ),
                ),
                (
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="notifications.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("name__regex", "[\\r\\n]"),
                            ("content_type__regex", "[\\r\\n]"),
                            ("content_id__regex", "[\\r\\n<>]"),
                            _connector="OR",
                            _negated=True,
                        ),
                        name="email_file_one_line",
                    )
                ],
            },
        ),
    ]
