"""Policies as data: a policy belongs to a brand, its versions never change once published."""

from __future__ import annotations

import json
from functools import lru_cache

from django.db import models
from django.db.models import Q

from cases.domain import policy as domain


class Policy(models.Model):
    brand = models.ForeignKey("accounts.Brand", on_delete=models.PROTECT, related_name="policies")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)

    # Set by queries.policies.list_policies: the versions, newest first, and the one in force.
    shown: list[PolicyVersion]
    in_force: PolicyVersion | None

    class Meta:
        verbose_name_plural = "policies"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "code"], name="policy_code_once_per_brand")
        ]

    def __str__(self) -> str:
        return self.name

    def current(self) -> PolicyVersion | None:
        """The newest published version, or None when nothing has been published yet."""
        return self.versions.filter(published_at__isnull=False).order_by("-number").first()


class PolicyVersion(models.Model):
    """One version of a policy. `data` is what `cases.domain.policy.from_dict` reads."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    published_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="policy_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"

    @property
    def rules(self) -> domain.Policy:
        """The policy as the domain reads it."""
        if not hasattr(self, "_rules"):
            self._rules = read_policy(json.dumps(self.data))
        return self._rules


@lru_cache(maxsize=256)
def read_policy(text: str) -> domain.Policy:
    """Read a policy's JSON: once per text, as every case of a brand lives by the same few."""
    return domain.Policy.from_dict(json.loads(text))
