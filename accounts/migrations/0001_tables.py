import django.contrib.auth.validators
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.addresses
import accounts.folding
import accounts.models.brands
import accounts.models.users
import accounts.phones
import accounts.validators


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Brand",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                (
                    "email_name",
                    models.CharField(help_text="The sender's name on every email.", max_length=120),
                ),
                (
                    "email_from",
                    accounts.addresses.AddressField(
                        help_text="The sender's address on every email.", max_length=254
                    ),
                ),
                (
                    "reply_domain",
                    accounts.addresses.DomainField(
                        help_text="Replies come to reply+…@ this domain. It belongs to one brand alone.",
                        max_length=253,
                        unique=True,
                    ),
                ),
                ("phone", accounts.phones.PhoneField(blank=True, max_length=16)),
                (
                    "colour",
                    models.CharField(
                        default="#1f5fbf",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}\\Z", "Write # and six of 0–9 and a–f."
                            )
                        ],
                    ),
                ),
                (
                    "logo",
                    models.FileField(
                        blank=True,
                        help_text="Stands on top of every email: PNG, JPEG or GIF, 200 kB at most, read at 40 pixels of height, also on white in dark mode.",
                        upload_to=accounts.models.brands.choose_logo_path,
                        validators=[accounts.validators.validate_logo],
                    ),
                ),
                (
                    "default_locale",
                    models.CharField(
                        default="en",
                        max_length=16,
                        validators=[accounts.validators.validate_locale],
                    ),
                ),
                (
                    "default_region",
                    models.CharField(
                        default="US",
                        help_text="Phone numbers without + are read as of this country.",
                        max_length=2,
                        validators=[accounts.validators.validate_region],
                    ),
                ),
                (
                    "verification",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="How a caller is verified, such as [“Account PIN”, “Last bill amount”].",
                        validators=[accounts.validators.validate_verification],
                    ),
                ),
                (
                    "checks_needed",
                    models.PositiveSmallIntegerField(
                        db_default=1,
                        default=1,
                        help_text="How many of these make a caller verified, who may then end services.",
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                (
                    "provisioning",
                    models.JSONField(
                        default=accounts.models.brands.use_sandbox_provider,
                        help_text="{“adapter”: name, …its settings}; “kinds” may name another for an item kind.",
                    ),
                ),
                (
                    "retention_days",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="So many days after its end a case loses everything personal. Nothing: never.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(30)],
                    ),
                ),
                (
                    "fee_alone_up_to",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        help_text="A supervisor alone may lower a fee by this much; beyond it a colleague agrees.",
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "notice_alone_days",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="A supervisor alone may shorten the notice by so many days; beyond it a colleague agrees.",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("fee_alone_up_to__gte", 0)),
                        name="brand_fee_alone_is_no_debt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reply_domain", django.db.models.functions.text.Lower("reply_domain"))
                        ),
                        name="brand_reply_domain_is_lower",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email_from", django.db.models.functions.text.Lower("email_from"))
                        ),
                        name="brand_email_is_lower",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("phone", ""),
                            ("phone__regex", "^\\+[1-9][0-9]{5,14}$"),
                            _connector="OR",
                        ),
                        name="brand_phone_is_e164",
                        violation_error_message="Write the phone number as + and digits.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("colour__regex", "^#[0-9a-f]{6}$")),
                        name="brand_colour_is_hex",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("checks_needed__gte", 1)),
                        name="brand_checks_at_least_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("retention_days", None), ("retention_days__gte", 30), _connector="OR"
                        ),
                        name="brand_retention_is_a_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("default_region__regex", "^[A-Z]{2}$")),
                        name="brand_region_is_iso",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                (
                    "first_name",
                    models.CharField(blank=True, max_length=150, verbose_name="first name"),
                ),
                (
                    "last_name",
                    models.CharField(blank=True, max_length=150, verbose_name="last name"),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("agent", "Agent"),
                            ("supervisor", "Supervisor"),
                            ("administrator", "Administrator"),
                            ("auditor", "Auditor"),
                        ],
                        default="agent",
                        max_length=20,
                    ),
                ),
                (
                    "timezone",
                    models.CharField(
                        default="UTC",
                        help_text="IANA name; times on the desk are shown in it.",
                        max_length=64,
                        validators=[accounts.validators.validate_timezone],
                    ),
                ),
                (
                    "locale",
                    models.CharField(
                        default="en",
                        max_length=16,
                        validators=[accounts.validators.validate_locale],
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                (
                    "brands",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Only the customers and cases of these brands, and of the brands of the person's teams, are seen. None at all means every brand.",
                        related_name="users",
                        to="accounts.brand",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["agent", "supervisor", "administrator", "auditor"])
                        ),
                        name="user_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_superuser", False), ("role", "administrator"), _connector="OR"
                        ),
                        name="user_superuser_is_administrator",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("email", ""), _negated=True),
                        name="user_email_is_unique",
                        violation_error_message="Another user has this email address.",
                    ),
                ],
            },
            managers=[
                ("objects", accounts.models.users.StaffManager()),
            ],
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_number", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=200)),
                (
                    "timezone",
                    models.CharField(
                        max_length=64, validators=[accounts.validators.validate_timezone]
                    ),
                ),
                (
                    "locale",
                    models.CharField(
                        default="en",
                        max_length=16,
                        validators=[accounts.validators.validate_locale],
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        help_text="Two-letter country. Nothing means the brand's.",
                        max_length=2,
                        validators=[accounts.validators.validate_region],
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        default="USD",
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}\\Z", "Three capital letters, such as USD."
                            )
                        ],
                    ),
                ),
                (
                    "billing_anchor",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="The day on which a billing month starts; 29 to 31 clamp to shorter months.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(31),
                        ],
                    ),
                ),
                (
                    "balance",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        help_text="What is owed; less than 0 is credit.",
                        max_digits=14,
                    ),
                ),
                (
                    "inventory_problem",
                    models.CharField(
                        blank=True,
                        help_text="Why the account's inventory could not be read; while it stands, nothing that ends the account can be confirmed (R45).",
                        max_length=200,
                    ),
                ),
                (
                    "inventory_read_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the inventory was last read, or tried to be.",
                        null=True,
                    ),
                ),
                ("notes", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "name_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=accounts.folding.FoldedName("name"),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "account_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=accounts.folding.FoldedAccountNumber("account_number"),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="accounts.brand",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(fields=["name", "id"], name="customer_by_name"),
                    models.Index(fields=["brand", "name_key"], name="customer_name_prefix"),
                    models.Index(fields=["brand", "account_key"], name="customer_account_prefix"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector("name_key", config="simple"),
                        name="customer_name_words",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "account_number"), name="customer_account_number_is_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account_number", ""), _negated=True),
                            models.Q(("name", ""), _negated=True),
                        ),
                        name="customer_is_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("billing_anchor__gte", 1), ("billing_anchor__lte", 31)),
                        name="customer_billing_anchor_in_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                        name="customer_currency_is_iso",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("region__regex", "^([A-Z]{2})?$")),
                        name="customer_region_is_iso",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("email", accounts.addresses.AddressField(db_collation="C", max_length=254)),
                (
                    "email_since",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When staff wrote this address; codes wait for a day. Empty: it came otherwise.",
                        null=True,
                    ),
                ),
                ("phone", accounts.phones.PhoneField(blank=True, db_collation="C", max_length=16)),
                ("is_owner", models.BooleanField(default=False)),
                ("may_cancel", models.BooleanField(default=False)),
                ("may_restore", models.BooleanField(default=False)),
                ("may_port", models.BooleanField(default=False)),
                (
                    "removed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Since then this person speaks for the customer no more.",
                        null=True,
                    ),
                ),
                (
                    "name_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=accounts.folding.FoldedName("name"),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="accounts.customer",
                    ),
                ),
            ],
            options={
                "ordering": ["-is_owner", "name", "id"],
                "indexes": [
                    models.Index(fields=["name_key"], name="contact_name_prefix"),
                    models.Index(fields=["email"], name="contact_email_prefix"),
                    models.Index(fields=["phone"], name="contact_phone_prefix"),
                    models.Index(
                        django.db.models.functions.text.Reverse("phone"),
                        name="contact_phone_ending",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email")),
                            models.Q(("email", ""), _negated=True),
                        ),
                        name="contact_email_is_lower",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("phone", ""),
                            ("phone__regex", "^\\+[1-9][0-9]{5,14}$"),
                            _connector="OR",
                        ),
                        name="contact_phone_is_e164",
                        violation_error_message="Write the phone number as + and digits.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("customer", "email"),
                        name="contact_email_is_unique",
                        violation_error_message="Another contact of this customer has this address.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Bill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period_starts_on", models.DateField()),
                ("period_ends_on", models.DateField(help_text="The last day that it covers.")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        help_text="0 until it is issued.",
                        max_digits=14,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("awaited", "Awaited"), ("issued", "Issued"), ("paid", "Paid")],
                        default="awaited",
                        max_length=16,
                    ),
                ),
                ("is_final", models.BooleanField(default=False)),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bills",
                        to="accounts.customer",
                    ),
                ),
            ],
            options={
                "ordering": ["-period_starts_on", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["awaited", "issued", "paid"])),
                        name="bill_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_ends_on__gte", models.F("period_starts_on"))),
                        name="bill_ends_after_start",
                        violation_error_message="The period ends before it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paid_at__isnull", False), ("status", "paid")),
                            models.Q(
                                models.Q(("status", "paid"), _negated=True), ("paid_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="bill_paid_has_its_time",
                        violation_error_message="A paid bill has a time of payment, another has none.",
                    ),
                    models.UniqueConstraint(
                        fields=("customer", "period_starts_on", "is_final"),
                        name="bill_one_per_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Location",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("address", models.TextField(blank=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="locations",
                        to="accounts.customer",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer", "name"), name="location_name_is_unique"
                    ),
                    models.UniqueConstraint(
                        fields=("id", "customer"), name="location_id_with_customer"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
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
                            ("number", "Number"),
                            ("extension", "Extension"),
                            ("trunk", "Trunk"),
                            ("licence", "Licence"),
                            ("sim", "SIM"),
                            ("device", "Device"),
                            ("vpg", "VPG"),
                            ("service", "Service"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "product",
                    models.CharField(blank=True, help_text="The product's code.", max_length=60),
                ),
                ("label", models.CharField(max_length=120)),
                (
                    "identifier",
                    models.CharField(
                        blank=True,
                        db_collation="C",
                        help_text="Phone number (+ and digits), extension, ICCID…",
                        max_length=64,
                    ),
                ),
                (
                    "monthly_price",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("suspended", "Suspended"),
                            ("ended", "Ended"),
                            ("ported", "Ported away"),
                        ],
                        default="active",
                        max_length=16,
                    ),
                ),
                (
                    "status_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="Since when the status holds.",
                        null=True,
                    ),
                ),
                (
                    "assigned_to",
                    models.CharField(
                        blank=True,
                        help_text="Who uses the licence; nothing means unassigned.",
                        max_length=120,
                    ),
                ),
                (
                    "protected",
                    models.BooleanField(
                        default=False,
                        help_text="Termination protection is on; it is switched off by its own step.",
                    ),
                ),
                ("activated_on", models.DateField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="accounts.customer",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        help_text="The item that this one hangs on, of the same customer.",
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="children",
                        to="accounts.item",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="items",
                        to="accounts.location",
                    ),
                ),
            ],
            options={
                "ordering": ["location__name", "kind", "label", "id"],
                "indexes": [
                    models.Index(fields=["identifier"], name="item_identifier_prefix"),
                    models.Index(
                        django.db.models.functions.text.Reverse("identifier"),
                        name="item_identifier_ending",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "number",
                                    "extension",
                                    "trunk",
                                    "licence",
                                    "sim",
                                    "device",
                                    "vpg",
                                    "service",
                                ],
                            )
                        ),
                        name="item_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["active", "suspended", "ended", "ported"])
                        ),
                        name="item_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("monthly_price__gte", 0)),
                        name="item_price_is_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "number"), _negated=True),
                            ("identifier", ""),
                            ("identifier__regex", "^\\+[1-9][0-9]{5,14}$"),
                            _connector="OR",
                        ),
                        name="item_number_is_e164",
                        violation_error_message="Write the phone number as + and digits.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="item_is_not_its_own_parent",
                    ),
                    models.UniqueConstraint(
                        fields=("id", "customer"), name="item_id_with_customer"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(help_text="The last day of the term.")),
                (
                    "monthly_amount",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contracts",
                        to="accounts.customer",
                    ),
                ),
                (
                    "items",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The services that it binds, of the same customer. None means all of them.",
                        related_name="contracts",
                        to="accounts.item",
                    ),
                ),
            ],
            options={
                "ordering": ["ends_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="contract_ends_after_start",
                        violation_error_message="The contract ends before it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("monthly_amount__gte", 0)),
                        name="contract_amount_is_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ManualTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("verb", models.CharField(max_length=16)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.item",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verb__in", ["deactivate", "reactivate", "terminate"])),
                        name="manual_task_verb_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="manual_task_done_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Port",
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
                        choices=[
                            ("pending", "In progress"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=16,
                    ),
                ),
                (
                    "carrier",
                    models.CharField(blank=True, help_text="Who takes the number.", max_length=120),
                ),
                ("expected_on", models.DateField(blank=True, null=True)),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ports",
                        to="accounts.item",
                    ),
                ),
            ],
            options={
                "ordering": ["expected_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "done", "cancelled", "failed"])
                        ),
                        name="port_status_is_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "pending")),
                        fields=("item",),
                        name="port_one_pending_per_item",
                        violation_error_message="This item has a port in progress already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("completed_at__isnull", False), ("status", "done")),
                            models.Q(("completed_at", None), ("status", "pending")),
                            ("status__in", ["cancelled", "failed"]),
                            _connector="OR",
                        ),
                        name="port_done_has_its_time",
                        violation_error_message="A port that is done has a time, one in progress has none.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.CharField(max_length=128)),
                ("received_at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.brand",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["received_at"], name="provider_call_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "message_id"), name="provider_call_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SandboxOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("verb", models.CharField(max_length=16)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.item",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verb__in", ["deactivate", "reactivate", "terminate"])),
                        name="sandbox_order_verb_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("agent", "Agent"),
                            ("supervisor", "Supervisor"),
                            ("administrator", "Administrator"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=20,
                        unique=True,
                    ),
                ),
                (
                    "second_factor",
                    models.BooleanField(
                        default=False,
                        help_text="People of this role set up a passkey or an authenticator app before they see anything else.",
                        verbose_name="second factor required",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["agent", "supervisor", "administrator", "auditor"])
                        ),
                        name="sign_in_role_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                (
                    "brands",
                    models.ManyToManyField(
                        help_text="The members see these brands' customers and cases, beside brands of their own.",
                        related_name="teams",
                        to="accounts.brand",
                    ),
                ),
                (
                    "members",
                    models.ManyToManyField(
                        blank=True, related_name="teams", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
    ]
