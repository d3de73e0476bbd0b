"""Teams: who works for which brands together."""

from django.db import models

from accounts.models.brands import Brand
from accounts.models.users import User


class Team(models.Model):
    """Colleagues who look after the same brands; another team's brands do not exist for them."""

    name = models.CharField(max_length=120, unique=True)
    brands = models.ManyToManyField(
        Brand,
        related_name="teams",
        help_text="The members see these brands' customers and cases, beside brands of their own.",
    )
    members = models.ManyToManyField(User, blank=True, related_name="teams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
