"""Who works together, to whom the desk's rules give cases, and the views that they share."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Brand, Team, User
from cases.actions.saved_views import save_view
from cases.models import AssignmentRule, Availability

VOICE, TRUNKS = "Voice", "Trunks and mobile"
# Team: the companies that it looks after, and its members.
TEAMS = {
    VOICE: (("larkspur",), ("mara", "jonas", "sam")),
    TRUNKS: (("tamarind", "quillwort"), ("mara", "jonas", "sam", "kim")),
}
# Who: their languages, and how many cases may need them at once.
AVAILABLE = {"mara": (["en"], 25), "jonas": (["en", "de"], 25), "kim": (["en", "ja"], 10)}
# Owner, name, the queue's own address, shared.
VIEWS = (
    ("sam", "Needs us, nobody's", "tab=us&whose=all&owner=nobody", True),
    ("sam", "Ends within a week", "tab=calendar&whose=all&due=week", True),
    ("mara", "Answers that I wait for", "tab=customer&whose=mine&sort=since", False),
)


def build_teams(brands: dict[str, Brand]) -> None:
    """Teams by name, with the companies of the example by key."""
    users = {user.username: user for user in User.objects.all()}
    for name, (companies, members) in TEAMS.items():
        team = Team.objects.create(name=name)
        team.brands.set(brands[key] for key in companies)
        team.members.set(users[username] for username in members)
    for username, (languages, capacity) in AVAILABLE.items():
        Availability.objects.create(user=users[username], languages=languages, capacity=capacity)


def build_rules() -> None:
    """German callers to whoever speaks it, Larkspur's customers round its team."""
    voice = Team.objects.get(name=VOICE)
    AssignmentRule.objects.create(name="German", position=1, language="de", team=voice)
    AssignmentRule.objects.create(
        name="Larkspur", position=2, brand=Brand.objects.get(slug="larkspur"), team=voice
    )


def build_views(*, now: datetime) -> None:
    for username, name, query, shared in VIEWS:
        owner = User.objects.get(username=username)
        save_view(owner=owner, name=name, query=query, shared=shared, now=now)
