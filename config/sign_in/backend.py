"""Who a session belongs to, read together with what signing in still asks of them."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import SignInRule, User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class StaffBackend(AuthenticationBackend):
    """allauth's, whose users know whether they lack a second factor: no page asks a query more."""

    def get_user(self, user_id: int) -> User | None:
        """Return the user with `lacks_factor`; None for who is unknown or inactive."""
        user = with_lack(User.objects.filter(pk=user_id)).first()
        return user if user and self.user_can_authenticate(user) else None


def with_lack(users: QuerySet[User]) -> QuerySet[User]:
    """Add `lacks_factor`: the role needs a second factor and the person has none."""
    needed = SignInRule.objects.filter(role=OuterRef("role"), second_factor=True)
    has = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return users.annotate(lacks_factor=Exists(needed) & ~Exists(has))


def lacks_factor(user: User) -> bool:
    """Tell it of a user however they were loaded."""
    if not hasattr(user, "lacks_factor"):
        user = with_lack(User.objects.filter(pk=user.pk)).get()
    return bool(user.lacks_factor)  # type: ignore[attr-defined]  # an annotation
