"""The admin of staff, brands and customers.

Supervisors edit customers; administrators edit staff and brands too; auditors read.
Nobody deletes people or services here: contacts are removed by date, users made inactive, and an
item's status is moved by cases alone.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm

from accounts.admin_access import (
    CustomerPartAdmin,
    RoleAdmin,
    RoleTabularInline,
    filter_by_brand,
)
from accounts.admin_sign_in import reset_second_factors
from accounts.forms import (
    BrandForm,
    ContractForm,
    ItemForm,
    StaffChangeForm,
    StaffCreationForm,
)
from accounts.models import (
    Bill,
    Brand,
    Contact,
    Contract,
    Customer,
    Item,
    Location,
    Port,
    Team,
    User,
)
from accounts.queries import find_customers
from accounts.signals import address_changed
from config import clock

SEARCH_LIMIT = 100

admin.site.unregister(Group)  # accounts.roles is the only table of who may do what


@admin.register(User)
class UserAdmin(DjangoUserAdmin, RoleAdmin):  # type: ignore[misc]
    """Staff. A person who left is made inactive: their name stays in histories."""

    edit_deed = "user.edit"
    actions = (reset_second_factors,)
    form = StaffChangeForm
    add_form = StaffCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active", filter_by_brand("brands"))
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    autocomplete_fields = ("brands",)
    readonly_fields = ("last_login", "date_joined", "is_superuser")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email", "timezone", "locale")}),
        ("Work", {"fields": ("role", "brands", "is_active", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "email", "role", "usable_password", "password1", "password2")},
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Hide the password from those who only read."""
        fieldsets = super().get_fieldsets(request, obj)
        if self.may_edit(request):
            return fieldsets
        return [(None, {"fields": ("username",)}), *fieldsets[1:]]

    def _scope_choices(self, db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> None:
        """Accept every brand: staff are the desk's. Choices cut to the editor's own brands would
        take the others away from a colleague without a word.
        """

    @display(description="Name")
    def full_name(self, user: User) -> str:
        """First and last name."""
        return user.get_full_name()


@admin.register(Team)
class TeamAdmin(RoleAdmin):
    """Teams: what their members see."""

    edit_deed = "user.edit"
    can_remove = True
    list_display = ("name", "list_brands", "list_members")
    search_fields = ("name",)
    autocomplete_fields = ("brands", "members")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        """Load brands and members with the teams."""
        return super().get_queryset(request).prefetch_related("brands", "members")

    def _scope_choices(self, db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> None:
        """Accept every brand, as for one member of staff."""

    @display(description="Brands")
    def list_brands(self, team: Team) -> str:
        """The brands' names."""
        return ", ".join(brand.name for brand in team.brands.all())

    @display(description="Members")
    def list_members(self, team: Team) -> str:
        """The members' names."""
        return ", ".join(user.display_name for user in team.members.all())


@admin.register(Brand)
class BrandAdmin(RoleAdmin):
    """Brands."""

    edit_deed = "brand.edit"
    form = BrandForm
    list_display = ("name", "slug", "email_from", "reply_domain", "default_locale")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


class CustomerPart(RoleTabularInline):
    """What belongs to a customer: seen with it, edited by those who edit it."""

    read_deed = "customer.read"
    edit_deed = "customer.edit"


class ContactInline(CustomerPart):
    """The people who speak for a customer."""

    model = Contact
    fields = (
        "name",
        "email",
        "phone",
        "is_owner",
        "may_cancel",
        "may_restore",
        "may_port",
        "removed_at",
    )


class LocationInline(CustomerPart):
    """The customer's places."""

    model = Location
    fields = ("name", "address")


class ItemInline(CustomerPart):
    """The customer's services, read here and edited on their own page: there may be thousands."""

    model = Item
    can_add = False
    can_change = False
    show_change_link = True
    fields = ("label", "kind", "identifier", "location", "monthly_price", "status", "assigned_to")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        """Load the places with the services."""
        return super().get_queryset(request).select_related("location")


class ContractInline(CustomerPart):
    """The customer's terms; which services each binds is on its own page."""

    model = Contract
    can_remove = True
    show_change_link = True
    fields = ("name", "starts_on", "ends_on", "monthly_amount")


class BillInline(CustomerPart):
    """The customer's bills."""

    model = Bill
    fields = ("period_starts_on", "period_ends_on", "amount", "status", "is_final", "paid_at")


class PortInline(CustomerPart):
    """The ports of one number."""

    model = Port
    fields = ("status", "carrier", "expected_on", "completed_at")


@admin.register(Customer)
class CustomerAdmin(RoleAdmin):
    """Customers with their people, places, services, contracts and bills."""

    read_deed = "customer.read"
    edit_deed = "customer.edit"
    list_display = ("name", "account_number", "brand", "timezone", "locale", "currency", "balance")
    list_filter = (filter_by_brand("brand"), "currency", "locale")
    list_select_related = ("brand",)
    search_fields = ("name",)  # opens the search; get_search_results does it
    search_help_text = "Name, account number, phone number, or a contact's name or email"
    autocomplete_fields = ("brand",)
    readonly_fields = ("created_at", "ports", "inventory_read_at")
    fieldsets = (
        (None, {"fields": ("brand", "name", "account_number", "ports")}),
        ("Place", {"fields": ("timezone", "locale", "region")}),
        ("Money", {"fields": ("currency", "billing_anchor", "balance")}),
        ("Inventory", {"fields": ("inventory_problem", "inventory_read_at")}),
        ("More", {"fields": ("notes", "created_at")}),
    )
    inlines = (ContactInline, LocationInline, ItemInline, ContractInline, BillInline)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """Search as intake does, by indexes: at most SEARCH_LIMIT customers."""
        if not search_term.strip():
            return queryset, False
        found = find_customers(text=search_term, user=request.user, limit=SEARCH_LIMIT)
        return queryset.filter(pk__in=[customer.pk for customer in found]), False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Note when staff write a contact's address, so that no code goes there at once: who
        could change an address and read its codes could act in the customer's name. Whoever reads
        the old one is told.
        """
        now = clock.now()
        is_known = formset.model is Contact and change
        written = [row for row in formset.forms if is_known and "email" in row.changed_data]
        for row in written:
            row.instance.email_since = now
        super().save_formset(request, form, formset, change)
        for row in written:
            before = row.initial.get("email")
            if before and before != row.instance.email:
                address_changed.send(Contact, contact=row.instance, before=before, now=now)

    @display(description="Ports")
    def ports(self, customer: Customer) -> str:
        """Every port of the customer's numbers, newest first."""
        ports = Port.objects.filter(item__customer=customer).select_related("item")
        if not customer.pk:
            return ""
        lines = (
            (
                port.item.label,
                port.item.identifier,
                port.get_status_display(),
                port.expected_on or "—",
            )
            for port in ports.order_by("-id")[:20]
        )
        return format_html_join("", "<div>{} {} · {} · {}</div>", lines)


@admin.register(Item)
class ItemAdmin(CustomerPartAdmin):
    """Services. Their status is read here; cases move it."""

    form = ItemForm
    list_display = (
        "label",
        "kind",
        "identifier",
        "customer",
        "location",
        "monthly_price",
        "status",
    )
    list_filter = ("kind", "status", "protected", filter_by_brand("customer__brand"))
    list_select_related = ("customer", "location")
    search_fields = ("label", "identifier__startswith", "customer__account_number__startswith")
    autocomplete_fields = ("customer", "location", "parent")
    readonly_fields = ("status", "status_at")
    inlines = (PortInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Protection that is on is switched off by the customer alone, in its own step (R47)."""
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "protected") if isinstance(obj, Item) and obj.protected else fixed


@admin.register(Location)
class LocationAdmin(CustomerPartAdmin):
    """Places; mostly for choosing one on a service's page."""

    list_display = ("name", "customer", "address")
    list_select_related = ("customer",)
    search_fields = ("name", "customer__name")
    autocomplete_fields = ("customer",)


@admin.register(Contract)
class ContractAdmin(CustomerPartAdmin):
    """Terms, and which services each binds."""

    can_remove = True
    form = ContractForm
    list_display = ("name", "customer", "starts_on", "ends_on", "monthly_amount")
    list_filter = (filter_by_brand("customer__brand"),)
    list_select_related = ("customer",)
    search_fields = ("name", "customer__name", "customer__account_number")
    autocomplete_fields = ("customer", "items")


@admin.register(Port)
class PortAdmin(RoleAdmin):
    """Ports. A port cancels nothing and bills nothing less (R2)."""

    read_deed = "customer.read"
    edit_deed = "customer.edit"
    list_display = ("item", "customer", "status", "carrier", "expected_on", "completed_at")
    list_filter = ("status", filter_by_brand("item__customer__brand"))
    list_select_related = ("item__customer",)
    ordering = ("-id",)
    search_fields = ("item__label", "item__identifier", "item__customer__name", "carrier")
    autocomplete_fields = ("item",)

    @display(description="Customer")
    def customer(self, port: Port) -> Customer:
        """Whose number it is."""
        return port.item.customer
