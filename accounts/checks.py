"""What must be right in the settings before the desk starts."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from accounts.roles import Role


@register()
def check_oidc_roles(app_configs: Any, **kwargs: Any) -> list[Error]:
    """OIDC_ROLES names roles that exist."""
    unknown = sorted(set(settings.OIDC_ROLES.values()) - set(Role.values))
    if not unknown:
        return []
    hint = f"Choose among {', '.join(Role.values)}."
    return [Error(f"OIDC_ROLES names no such role: {', '.join(unknown)}.", hint=hint, id="desk.E1")]
