"""Who a session belongs to, read together with what every page asks of them."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User

# Each by its name: a connection that has prepared "all columns" fails once a release adds one.
COLUMNS = ", ".join(f'u."{field.column}"' for field in User._meta.concrete_fields)
# Asked with every request, and therefore written out: Django takes ten times as long to write it.
WHO = f"""
SELECT {COLUMNS},
       EXISTS (SELECT FROM accounts_signinrule r WHERE r.role = u.role AND r.second_factor)
       AND NOT EXISTS (
           SELECT FROM mfa_authenticator a
           WHERE a.user_id = u.id AND a.type IN ('totp', 'webauthn')
       ) AS lacks_factor,
       ARRAY(
           SELECT brand_id FROM accounts_user_brands WHERE user_id = u.id
           UNION
           SELECT brand_id FROM accounts_team_brands
           JOIN accounts_team_members m USING (team_id) WHERE m.user_id = u.id
       ) AS brand_ids
FROM accounts_user u WHERE u.id = %s
"""  # noqa: S608 - the model's own columns


class StaffBackend(AuthenticationBackend):
    """allauth's, whose users know their brands and whether they lack a second factor."""

    def get_user(self, user_id: int) -> User | None:
        """Return the user as `load` does; None for who is unknown or inactive."""
        user = load(user_id)
        return user if user and self.user_can_authenticate(user) else None


def load(user_id: int) -> User | None:
    """Return the user with `brand_ids` (accounts.scoping) and `lacks_factor`: the role needs a
    second factor and the person has none."""
    return next(iter(User.objects.raw(WHO, [user_id])), None)


def lacks_factor(user: User) -> bool:
    """Tell it of a user however they were loaded."""
    known = user if hasattr(user, "lacks_factor") else load(user.pk)
    return bool(known and known.lacks_factor)
