"""The history of a case: append-only, numbered without gaps, chained, written with what it tells.

`Change.record` in cases.actions.base is the one place that writes events.
"""

from operator import itemgetter
from uuid import uuid4

from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from cases.domain.history import Line, hash_line

HEX_DIGITS = "0123456789abcdef"
# The columns of `Line`, in its order.
read_line = itemgetter(
    "case_id", "sequence", "kind", "at", "actor_kind", "actor_id", "contact_id", "level",
    "summary", "data", "salt", "email_id", "inbound_id", "content_hash",
)  # fmt: skip


class Event(models.Model):
    """One line of history. `actor` is empty for the customer and for the desk itself.

    `contact` is the person who acted for the customer on a page of ours, `level` how far they were
    trusted at that moment (see *Trust* in the architecture).

    `hash` covers the event and the one before it (cases.domain.history). `content_hash` stands
    only where `summary`, `data` and `salt` were erased, the one change that the database allows.
    """

    ACTORS = [("user", "staff"), ("customer", "customer"), ("desk", "the desk")]

    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, related_name="events", db_index=False
    )
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=ACTORS)
    actor = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    contact = models.ForeignKey(
        "accounts.Contact",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    summary = models.TextField()
    data = models.JSONField(default=dict, blank=True)
    email = models.ForeignKey(
        "notifications.Email",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    inbound = models.ForeignKey(
        "notifications.Inbound",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    salt = models.UUIDField(default=uuid4, null=True, editable=False)
    content_hash = models.CharField(max_length=64, null=True, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["case", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="event_sequence_once"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="event_sequence_from_one"),
            models.CheckConstraint(
                condition=Q(actor_kind="user", actor__isnull=False)
                | Q(actor_kind__in=["customer", "desk"], actor__isnull=True),
                name="event_actor_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(contact__isnull=True, level__isnull=True)
                | Q(actor_kind="customer", contact__isnull=False, level__range=(0, 3)),
                name="event_contact_is_customer",
            ),
            # A pattern would be compiled anew for each line that is written.
            models.CheckConstraint(
                condition=Q(Exact(Length("hash"), 64))
                & Q(Exact(Func("hash", Value(HEX_DIGITS), function="btrim"), Value(""))),
                name="event_hash_is_sha256",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "at"], name="event_kind_at"),
            # Most lines name none of these: their indexes hold only those that do.
            models.Index(fields=["actor"], condition=Q(actor__isnull=False), name="event_actor"),
            models.Index(
                fields=["contact"], condition=Q(contact__isnull=False), name="event_contact"
            ),
            models.Index(fields=["email"], condition=Q(email__isnull=False), name="event_email"),
            models.Index(
                fields=["inbound"], condition=Q(inbound__isnull=False), name="event_inbound"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.sequence} {self.kind}"

    def make_hash(self, *, previous: str) -> str:
        """Return what `hash` must be after an event whose hash is `previous`."""
        return hash_line(self.line, previous=previous)

    @property
    def line(self) -> Line:
        return Line(*read_line(self.__dict__))
