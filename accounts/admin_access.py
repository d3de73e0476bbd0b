"""Roles and scoping for the admin, of this app and of others: RoleAdmin and its inlines.

Django's own permissions and the superuser flag are not asked: accounts.roles is the only table.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Field, ForeignKey, ManyToManyField, Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.forms import PaginationInlineFormSet

from accounts.roles import may
from accounts.scoping import BRAND_PATHS, brands_of, scope


class RoleAccess:
    """Permissions by deed; rows and choices of the user's brands alone.

    ``read_deed`` and ``edit_deed`` name the deeds; ``edit_deed`` None means nobody edits here.
    ``brand_path`` leads from the model to its brand; None means the rows belong to no brand.
    """

    model: type[Model]
    read_deed: str = "settings.read"
    edit_deed: str | None = None
    can_add = True
    can_change = True
    can_remove = False

    def get_brand_path(self) -> str | None:
        """Return how the model leads to its brand; None when it belongs to none."""
        return BRAND_PATHS.get(self.model)

    def may_edit(self, request: HttpRequest) -> bool:
        """Tell whether the user's role may change these rows."""
        return self.edit_deed is not None and may(request.user, self.edit_deed)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the app shows on the admin's first page."""
        return may(request.user, self.read_deed)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether rows are shown."""
        return may(request.user, self.read_deed)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether a row can be added."""
        return self.can_add and self.may_edit(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether rows can be changed."""
        return self.can_change and self.may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether rows can be removed; off unless the class says so."""
        return self.can_remove and self.may_edit(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of the user's brands: another brand's does not exist here (T50)."""
        rows = super().get_queryset(request)  # type: ignore[misc]
        path = self.get_brand_path()
        return rows if path is None else scope(rows, user=request.user, path=path)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer and accept only rows of the user's brands."""
        self._scope_choices(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer and accept only rows of the user's brands."""
        self._scope_choices(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def _scope_choices(
        self, db_field: Field[Any, Any], request: HttpRequest, kwargs: dict[str, Any]
    ) -> None:
        related = db_field.related_model
        if isinstance(related, type) and related in BRAND_PATHS and "queryset" not in kwargs:
            rows = related._default_manager.all()
            kwargs["queryset"] = scope(rows, user=request.user)


def filter_by_brand(path: str) -> type[SimpleListFilter]:
    """Return a list filter over the user's brands; ``path`` leads from the row to its brand."""

    class BrandFilter(SimpleListFilter):
        title = "brand"
        parameter_name = "brand"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return [(str(brand.pk), brand.name) for brand in brands_of(request.user)]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            known = {key for key, _ in self.lookup_choices}
            chosen = self.value()
            return queryset.filter(**{path: chosen}) if chosen in known else queryset

    return BrandFilter


class RoleAdmin(RoleAccess, ModelAdmin):
    """An admin page that asks accounts.roles and accounts.scoping."""

    list_per_page = 50
    show_full_result_count = False
    list_fullwidth = True
    warn_unsaved_form = True


class CustomerPartAdmin(RoleAdmin):
    """A page of what belongs to a customer for good: once saved, it is nobody else's."""

    read_deed = "customer.read"
    edit_deed = "customer.edit"

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Fix the customer once the row exists."""
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "customer") if obj is not None else fixed


class PartFormSet(PaginationInlineFormSet):
    """Rows of one parent, which each row knows before it is checked, also while both are new."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)
        setattr(form.instance, self.fk.name, self.instance)
        return form

    def get_page_num(self) -> int:
        """Read the page of the address; what is no page is the first (T52)."""
        for given in (self.request.GET, self.request.POST):
            page = given.get(self.get_pagination_key(), "")
            if page.isascii() and page.isdigit() and len(page) < 10:
                return max(1, int(page))
        return 1


class RoleTabularInline(RoleAccess, TabularInline):
    """Rows in a table inside another page, with the same access."""

    formset = PartFormSet
    extra = 0
    per_page = 20
    tab = True


class RoleStackedInline(RoleAccess, StackedInline):
    """Rows one under another inside another page, with the same access."""

    formset = PartFormSet
    extra = 0
    per_page = 20
    tab = True
