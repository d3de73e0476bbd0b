import datetime

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django_fsm
from django.conf import settings
from django.db import migrations, models

import accounts.validators
import cases.domain.notices
import cases.domain.states
import cases.models.upload


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("accounts", "__first__"),
        ("notifications", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="LinkRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.CharField(max_length=254)),
                ("account_number", models.CharField(blank=True, max_length=40)),
                ("asked_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="Whose it is, such as “billing”.", max_length=80),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "hint",
                    models.CharField(
                        editable=False, help_text="How the key begins.", max_length=12
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False)),
                ("last_used_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_keys",
                        to="accounts.brand",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "ordering": ["brand", "name", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("token_hash__regex", "^[0-9a-f]{64}$")),
                        name="api_key_is_hashed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("idempotency_key", models.CharField(max_length=100)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("answer", models.JSONField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "api_key",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="cases.apikey",
                    ),
                ),
            ],
            options={
                "verbose_name": "API call",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["created_at"], name="api_call_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("api_key", "idempotency_key"), name="api_call_once_per_key"
                    ),
                    models.UniqueConstraint(
                        fields=("user", "idempotency_key"), name="api_call_once_per_user"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("api_key__isnull", True), ("user__isnull", True), _connector="XOR"
                        ),
                        name="api_call_has_sender",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AssignmentRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True)),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=10, help_text="The lowest is asked first."
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        help_text="The customer's, such as de. Empty means any.",
                        max_length=8,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "brand",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.brand",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Availability",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("away_since", models.DateTimeField(blank=True, null=True)),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        default=25, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("last_given_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="availability",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "availability",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("capacity__gte", 1)), name="capacity_of_one_at_least"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("deed", models.CharField(max_length=10)),
                ("query", models.CharField(blank=True, max_length=500)),
                ("done", models.JSONField(default=list)),
                ("left_out", models.JSONField(default=list)),
                ("started_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "key"), name="bulk_run_once"),
                    models.CheckConstraint(
                        condition=models.Q(("deed__in", ["assign", "release", "remind", "note"])),
                        name="bulk_deed_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("data", models.JSONField(blank=True, default=dict)),
                ("said_digest", models.CharField(blank=True, max_length=64)),
                ("read_out_at", models.DateTimeField(blank=True, null=True)),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.customer",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="call_drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-saved_at", "-id"],
                "indexes": [models.Index(fields=["saved_at"], name="call_draft_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "customer"), name="call_draft_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DataRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("copy", "copy of all data"),
                            ("erasure", "erasure"),
                            ("hold", "legal hold"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_requests",
                        to="accounts.customer",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None), ("kind", "erasure")),
                        fields=["asked_at", "id"],
                        name="data_erasure_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("customer", "kind"),
                        name="data_request_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["copy", "erasure", "hold"])),
                        name="data_request_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "copy"), _negated=True),
                            ("ended_at__isnull", False),
                            _connector="OR",
                        ),
                        name="data_copy_is_done",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="data_request_has_reason",
                    ),
                ],
            },
        ),
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
        migrations.CreateModel(
            name="Macro",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "locale",
                    models.CharField(
                        blank=True,
                        help_text="Such as en or de: offered for customers of that language. Empty: for all.",
                        max_length=16,
                        validators=[accounts.validators.validate_locale],
                        verbose_name="language",
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("body", models.TextField(max_length=5000)),
                (
                    "brand",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: offered for every brand.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="macros",
                        to="accounts.brand",
                    ),
                ),
            ],
            options={
                "ordering": ["title", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "locale", "title"),
                        name="macro_title_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("body", ""), _negated=True), name="macro_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kinds", models.JSONField(blank=True, default=dict)),
                (
                    "digest_hour",
                    models.PositiveSmallIntegerField(
                        default=8, validators=[django.core.validators.MaxValueValidator(23)]
                    ),
                ),
                ("last_digest_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_choice",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest_hour__lte", 23)), name="digest_hour_of_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40)),
                ("name", models.CharField(max_length=120)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="accounts.brand",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "policies",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "code"), name="policy_code_once_per_brand"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("data", models.JSONField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="cases.policy",
                    ),
                ),
            ],
            options={
                "ordering": ["policy", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("policy", "number"), name="policy_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="policy_version_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=24, unique=True)),
                ("caller_name", models.CharField(blank=True, max_length=120)),
                (
                    "caller_phone",
                    models.CharField(blank=True, db_default="", default="", max_length=16),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "phone"),
                            ("page", "the customer's page"),
                            ("email", "email"),
                        ],
                        default="phone",
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            (cases.domain.states.State["INTAKE"], "On the phone"),
                            (cases.domain.states.State["AWAITING_CUSTOMER"], "Waiting for answers"),
                            (cases.domain.states.State["IN_REVIEW"], "Customer answered"),
                            (cases.domain.states.State["SCHEDULED"], "Scheduled"),
                            (cases.domain.states.State["EXECUTING"], "Being cancelled"),
                            (cases.domain.states.State["IN_GRACE"], "In grace"),
                            (cases.domain.states.State["RESTORE_REQUESTED"], "Restore requested"),
                            (cases.domain.states.State["RESTORING"], "Being restored"),
                            (
                                cases.domain.states.State["AWAITING_FINAL_BILL"],
                                "Waiting for the final bill",
                            ),
                            (cases.domain.states.State["DROPPED"], "Dropped"),
                            (cases.domain.states.State["CLOSED"], "Closed"),
                            (cases.domain.states.State["WITHDRAWN"], "Withdrawn"),
                            (cases.domain.states.State["RESTORED"], "Restored"),
                        ],
                        default=cases.domain.states.State["INTAKE"],
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                (
                    "turn",
                    models.CharField(
                        choices=[
                            (cases.domain.states.Turn["US"], "Needs us"),
                            (cases.domain.states.Turn["CUSTOMER"], "Waiting for customer"),
                            (cases.domain.states.Turn["CALENDAR"], "On the calendar"),
                            (cases.domain.states.Turn["GRACE"], "In grace"),
                            (cases.domain.states.Turn["DONE"], "Done"),
                        ],
                        default=cases.domain.states.Turn["US"],
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "due_order",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Coalesce(
                            "due_at",
                            models.Value(
                                datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.UTC)
                            ),
                        ),
                        output_field=models.DateTimeField(),
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("last_sequence", models.PositiveIntegerField(default=0)),
                ("last_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("received_at", models.DateTimeField()),
                ("notice_started_at", models.DateTimeField()),
                ("wished_on", models.DateField(blank=True, null=True)),
                ("whole_account", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("checks", models.JSONField(blank=True, default=list)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("read_out_at", models.DateTimeField(blank=True, null=True)),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("ask_round", models.PositiveSmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("ask_paused_because", models.CharField(blank=True, max_length=200)),
                (
                    "reminders_accepted",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateTimeField(), blank=True, default=list, size=None
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("effective_on", models.DateField(blank=True, null=True)),
                (
                    "agreed_fee",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True),
                ),
                ("agreed_on", models.DateField(blank=True, null=True)),
                ("notice_override", models.CharField(blank=True, max_length=300)),
                ("execution_started_at", models.DateTimeField(blank=True, null=True)),
                ("execution_due_at", models.DateTimeField(blank=True, null=True)),
                ("execution_late_at", models.DateTimeField(blank=True, null=True)),
                ("executed_at", models.DateTimeField(blank=True, null=True)),
                ("grace_ends_at", models.DateTimeField(blank=True, null=True)),
                ("restore_asked_at", models.DateTimeField(blank=True, null=True)),
                ("final_notice_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("erased_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "asked_email",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notifications.email",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="accounts.brand",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="accounts.contact",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="accounts.customer",
                    ),
                ),
                (
                    "final_bill",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="accounts.bill",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "thread",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case",
                        to="notifications.thread",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="cases.policyversion"
                    ),
                ),
            ],
            options={
                "ordering": ["-received_at", "-id"],
                "indexes": [
                    models.Index(fields=["turn", "state_since", "id"], name="case_by_turn"),
                    models.Index(
                        fields=["owner", "turn", "state_since", "id"], name="case_by_owner"
                    ),
                    models.Index(
                        fields=["brand", "turn", "state_since", "id"], name="case_by_brand"
                    ),
                    models.Index(fields=["turn", "due_order", "id"], name="case_due_by_turn"),
                    models.Index(
                        fields=["owner", "turn", "due_order", "id"], name="case_due_by_owner"
                    ),
                    models.Index(
                        fields=["brand", "turn", "due_order", "id"], name="case_due_by_brand"
                    ),
                    models.Index(fields=["turn", "received_at", "id"], name="case_calls_by_turn"),
                    models.Index(
                        fields=["owner", "turn", "received_at", "id"], name="case_calls_by_owner"
                    ),
                    models.Index(
                        fields=["brand", "turn", "received_at", "id"], name="case_calls_by_brand"
                    ),
                    models.Index(fields=["state", "state_since", "id"], name="case_by_state"),
                    models.Index(fields=["customer", "-received_at"], name="case_by_customer"),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", False), ("erased_at", None)),
                        fields=["ended_at", "id"],
                        name="case_to_erase",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("execution_due_at__isnull", False),
                            ("execution_late_at__isnull", True),
                            ("state", cases.domain.states.State["EXECUTING"]),
                        ),
                        fields=["execution_due_at"],
                        name="case_execution_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "intake",
                                    "awaiting_customer",
                                    "in_review",
                                    "scheduled",
                                    "executing",
                                    "in_grace",
                                    "restore_requested",
                                    "restoring",
                                    "awaiting_final_bill",
                                    "dropped",
                                    "closed",
                                    "withdrawn",
                                    "restored",
                                ],
                            )
                        ),
                        name="case_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", cases.domain.states.State["SCHEDULED"]), _negated=True
                            ),
                            models.Q(
                                ("confirmed_at__isnull", False), ("effective_on__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="scheduled_has_promise",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "state__in",
                                    [
                                        cases.domain.states.State["IN_GRACE"],
                                        cases.domain.states.State["RESTORE_REQUESTED"],
                                    ],
                                ),
                                _negated=True,
                            ),
                            models.Q(
                                ("executed_at__isnull", False), ("grace_ends_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="grace_follows_execution",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", cases.domain.states.State["AWAITING_FINAL_BILL"]),
                                _negated=True,
                            ),
                            ("final_bill__isnull", False),
                            _connector="OR",
                        ),
                        name="billing_awaits_a_bill",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="case_version_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("channel__in", ["phone", "email"]), ("opened_by__isnull", False)
                            ),
                            models.Q(("channel", "page"), ("opened_by", None)),
                            _connector="OR",
                        ),
                        name="case_channel_says_who_opened",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("caller_phone", ""),
                            ("caller_phone__regex", "^\\+[1-9][0-9]{5,14}$"),
                            _connector="OR",
                        ),
                        name="case_caller_phone_is_e164",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("fee", "a lower fee"), ("notice", "a shorter notice")],
                        max_length=10,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True),
                ),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("alone", "within what one person may"),
                            ("granted", "granted"),
                            ("refused", "not granted"),
                            ("taken_back", "taken back"),
                            ("expired", "expired"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("decision", "")),
                        fields=["expires_at"],
                        name="approval_to_expire",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            ("decided_by", None),
                            _connector="OR",
                        ),
                        name="approval_by_somebody_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_by__isnull", False),
                                ("decision__in", ["granted", "refused"]),
                            ),
                            models.Q(
                                ("decided_by", None),
                                ("decision__in", ["", "alone", "taken_back", "expired"]),
                            ),
                            _connector="OR",
                        ),
                        name="approval_decision_has_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decision", "")),
                            models.Q(
                                models.Q(("decision", ""), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="approval_decided_at_some_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gte", 0), ("ends_on", None), ("kind", "fee")),
                            models.Q(
                                ("amount", None), ("ends_on__isnull", False), ("kind", "notice")
                            ),
                            _connector="OR",
                        ),
                        name="approval_asks_for_one_thing",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("decision", "")),
                        fields=("case", "kind"),
                        name="approval_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.CharField(max_length=254)),
                ("code_hash", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, help_text="Used, burnt or replaced.", null=True
                    ),
                ),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("proof_hash", models.CharField(blank=True, max_length=64)),
                ("proof_until", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portal_codes",
                        to="cases.case",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portal_codes",
                        to="accounts.contact",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["expires_at"], name="code_by_expiry")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("case",),
                        name="code_one_live_per_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tries__lte", 5)), name="code_five_tries"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("proof_hash", ""), ("proof_until", None), ("used_at", None)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("proof_until__isnull", False),
                                ("used_at__isnull", False),
                                models.Q(("proof_hash", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="code_proof_follows_use",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("reply", "Reply"), ("note", "Note")], max_length=5),
                ),
                ("text", models.TextField(max_length=10000)),
                ("saved_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="cases.case",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "user", "kind"), name="draft_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["reply", "note"])), name="draft_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="draft_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[("user", "staff"), ("customer", "customer"), ("desk", "the desk")],
                        max_length=10,
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("summary", models.TextField()),
                ("data", models.JSONField(blank=True, default=dict)),
                ("content_hash", models.CharField(blank=True, max_length=64, null=True)),
                ("hash", models.CharField(max_length=64)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="cases.case",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.contact",
                    ),
                ),
                (
                    "email",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notifications.email",
                    ),
                ),
                (
                    "inbound",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notifications.inbound",
                    ),
                ),
            ],
            options={
                "ordering": ["case", "sequence"],
                "indexes": [models.Index(fields=["kind", "at"], name="event_kind_at")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "sequence"), name="event_sequence_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gte", 1)), name="event_sequence_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor__isnull", False), ("actor_kind", "user")),
                            models.Q(
                                ("actor__isnull", True), ("actor_kind__in", ["customer", "desk"])
                            ),
                            _connector="OR",
                        ),
                        name="event_actor_fits_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact__isnull", True), ("level__isnull", True)),
                            models.Q(
                                ("actor_kind", "customer"),
                                ("contact__isnull", False),
                                ("level__range", (0, 3)),
                            ),
                            _connector="OR",
                        ),
                        name="event_contact_is_customer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")),
                        name="event_hash_is_sha256",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("planned", "to be cancelled"),
                            ("deactivating", "being deactivated"),
                            ("deactivated", "deactivated"),
                            ("failed", "failed, will be retried"),
                            ("stopped", "stopped, needs a person"),
                            ("reactivating", "being restored"),
                            ("purging", "being ended for good"),
                            ("restored", "restored"),
                            ("lost", "cannot be restored"),
                            ("ended", "ended for good"),
                            ("kept", "left as it was"),
                        ],
                        default="planned",
                        max_length=16,
                    ),
                ),
                ("holds_item", models.BooleanField(default=True)),
                ("ordered_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("detail", models.CharField(blank=True, max_length=300)),
                (
                    "disposition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ported", "ported to another carrier"),
                            ("moved", "moved to another account"),
                            ("released", "no longer needed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("disposition_note", models.CharField(blank=True, max_length=200)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="cases.case",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_items",
                        to="accounts.item",
                    ),
                ),
                (
                    "disposition_event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.event",
                    ),
                ),
                (
                    "loss_event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.event",
                    ),
                ),
            ],
            options={
                "ordering": ["case", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_attempt_at__isnull", False)),
                        fields=["next_attempt_at"],
                        name="case_item_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "item"), name="item_once_per_case"),
                    models.UniqueConstraint(
                        condition=models.Q(("holds_item", True)),
                        fields=("item",),
                        name="item_in_one_open_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                [
                                    "planned",
                                    "deactivating",
                                    "deactivated",
                                    "failed",
                                    "stopped",
                                    "reactivating",
                                    "purging",
                                    "restored",
                                    "lost",
                                    "ended",
                                    "kept",
                                ],
                            )
                        ),
                        name="case_item_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disposition", ""), ("disposition_event__isnull", True)),
                            models.Q(
                                ("disposition__in", ["ported", "moved", "released"]),
                                ("disposition_event__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="case_item_disposition_told",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("view", "opens a case"),
                            ("start", "opens an account"),
                            ("step", "confirms one act"),
                        ],
                        max_length=10,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("email", models.CharField(max_length=254)),
                (
                    "purpose",
                    models.CharField(
                        blank=True, help_text="The mail that carries it.", max_length=60
                    ),
                ),
                ("action", models.CharField(blank=True, max_length=40)),
                ("case_version", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "seen",
                    models.CharField(
                        blank=True, help_text="Digest of what was shown.", max_length=64
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portal_links",
                        to="cases.case",
                    ),
                ),
                (
                    "case_item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.caseitem",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portal_links",
                        to="accounts.contact",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portal_links",
                        to="accounts.customer",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["case", "-id"], name="link_by_case"),
                    models.Index(fields=["expires_at"], name="link_by_expiry"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("action", ""), ("case", None), ("kind", "start")),
                            models.Q(("action", ""), ("case__isnull", False), ("kind", "view")),
                            models.Q(
                                ("case__isnull", False),
                                ("case_version__isnull", False),
                                ("kind", "step"),
                                models.Q(("action", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="link_is_bound",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="link_expires",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "view"), _negated=True),
                            ("used_at", None),
                            _connector="OR",
                        ),
                        name="link_to_view_is_not_used_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (cases.domain.notices.Notice["ASSIGNED"], "A case was given to me"),
                            (cases.domain.notices.Notice["REPLY"], "A customer wrote on my case"),
                            (cases.domain.notices.Notice["MENTIONED"], "A colleague mentioned me"),
                            (cases.domain.notices.Notice["TODO"], "My case needs a decision"),
                            (
                                cases.domain.notices.Notice["DUE"],
                                "A promised date of my case is near",
                            ),
                            (
                                cases.domain.notices.Notice["FAILED"],
                                "A service of my case could not be cancelled",
                            ),
                        ],
                        max_length=12,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("key", models.CharField(max_length=120)),
                ("by_mail", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="cases.case",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["user", "-created_at", "-id"], name="notice_of_user"),
                    models.Index(
                        condition=models.Q(("read_at", None)), fields=["user"], name="notice_unread"
                    ),
                    models.Index(
                        condition=models.Q(("by_mail", True), ("mailed_at", None)),
                        fields=["user"],
                        name="notice_to_mail",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "key"), name="notice_told_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["assigned", "reply", "mentioned", "todo", "due", "failed"],
                            )
                        ),
                        name="notice_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField()),
                ("effective_on", models.DateField()),
                ("zone", models.CharField(max_length=64)),
                ("currency", models.CharField(max_length=3)),
                (
                    "fee",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
                ),
                (
                    "last_bill",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promises",
                        to="cases.case",
                    ),
                ),
                (
                    "email",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notifications.email",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["case", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="promise_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True)),
                        fields=("case",),
                        name="promise_in_force",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=60)),
                ("text", models.CharField(max_length=500)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("yes_no", "yes or no"),
                            ("date", "date"),
                            ("choice", "choice"),
                        ],
                        default="text",
                        max_length=10,
                    ),
                ),
                ("choices", models.JSONField(blank=True, default=list)),
                ("required", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("suggested_answer", models.TextField(blank=True)),
                ("suggested_quote", models.TextField(blank=True)),
                ("suggested_line", models.PositiveIntegerField(blank=True, null=True)),
                ("suggested_note", models.CharField(blank=True, max_length=300)),
                ("suggested_sure", models.BooleanField(default=False)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="cases.case",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notifications.inbound",
                    ),
                ),
                (
                    "suggested_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notifications.inbound",
                    ),
                ),
            ],
            options={
                "ordering": ["case", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "key"), name="question_key_once_per_case"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_at__isnull", True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="answered_has_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["text", "yes_no", "date", "choice"])),
                        name="question_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("suggested_answer", ""),
                                ("suggested_from__isnull", True),
                                ("suggested_quote", ""),
                            ),
                            models.Q(
                                ("suggested_from__isnull", False),
                                models.Q(("suggested_quote", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="suggestion_has_its_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("suggested_sure", False),
                            models.Q(("suggested_answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="sure_suggestion_has_answer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(max_length=50)),
                ("turn", models.CharField(max_length=10)),
                ("cases", models.BigIntegerField()),
                ("settled", models.BooleanField(db_default=False, default=False)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.brand",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled", False)),
                        fields=["id"],
                        name="queue_count_loose",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("settled", True)),
                        fields=("brand", "owner", "state", "turn"),
                        name="queue_count_settled_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=500)),
                ("shared", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("shared", True)), fields=["name"], name="view_shared"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "name"),
                        name="view_name_once",
                        violation_error_message="You have a view of this name already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="view_has_a_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Throttle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("window_ends_at", models.DateTimeField()),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["window_ends_at"], name="throttle_by_end")],
                "constraints": [
                    models.UniqueConstraint(fields=("key", "window_ends_at"), name="throttle_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Timer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=24)),
                ("due_at", models.DateTimeField()),
                ("check_at", models.DateTimeField()),
                ("held_because", models.CharField(blank=True, max_length=200)),
                ("mail_counts_until", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("fired_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="timers",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "ordering": ["due_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("cancelled_at__isnull", True), ("fired_at__isnull", True)
                        ),
                        fields=["check_at", "id"],
                        name="timer_due",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("cancelled_at__isnull", True),
                            ("fired_at__isnull", True),
                            ("kind__in", ["close", "drop", "execute"]),
                        ),
                        fields=["check_at"],
                        name="timer_destructive",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("cancelled_at__isnull", True), ("fired_at__isnull", True)
                        ),
                        fields=("case", "kind"),
                        name="timer_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fired_at__isnull", True),
                            ("cancelled_at__isnull", True),
                            _connector="OR",
                        ),
                        name="timer_fired_or_cancelled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fired_at__isnull", True),
                            ("fired_at__gte", models.F("due_at")),
                            _connector="OR",
                        ),
                        name="timer_never_early",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Todo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=300)),
                ("evidence", models.JSONField(blank=True, default=dict)),
                ("answers", models.JSONField(blank=True, default=list)),
                ("holds", models.BooleanField(default=True)),
                ("hold_until", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolution", models.CharField(blank=True, max_length=200)),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="todos",
                        to="cases.case",
                    ),
                ),
                (
                    "inbound",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notifications.inbound",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="todos",
                        to="accounts.item",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_at__isnull", True)),
                        fields=["created_at", "id"],
                        name="todo_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resolved_at__isnull", True)),
                        fields=("case", "kind", "inbound", "item"),
                        name="todo_open_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Upload",
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
                ("name", models.CharField(max_length=255)),
                ("file", models.FileField(upload_to=cases.models.upload.choose_path)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="cases.case",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.contact",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="cases.question",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "sha256", "name"), name="upload_once_per_case"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="upload_is_not_empty"
                    ),
                ],
            },
        ),
    ]
