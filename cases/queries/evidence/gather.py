"""What a pack says: who, verified how, what was read out, promised, sent, delivered, happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cases.domain.trust import Level
from cases.models import Case, Event
from cases.queries.history import verify_history
from notifications.models import Email, Inbound
from notifications.outbox.sealed import hide

FORMAT = "lastcall-evidence-1"


def gather_evidence(case: Case) -> dict[str, Any]:
    """Everything about a case that `shared.get_case` has scoped, ready for JSON.

    Instants are ISO 8601 in UTC. The same case gives the same content: it says nothing of who
    asked for it, nor when. A fixed number of queries.
    """
    events = list(case.events.select_related("actor", "contact").order_by("sequence"))
    return {
        "format": FORMAT,
        "case": tell_case(case),
        "verified": tell_verification(case),
        "consent": tell_consent(case, events),
        "policy": {
            "name": str(case.policy_version),
            "version": case.policy_version.number,
            "rules": case.policy_version.data,
        },
        "services": [tell_service(row) for row in case.items.select_related("item").order_by("pk")],
        "questions": [tell_question(row) for row in case.questions.order_by("pk")],
        "promises": [tell_promise(row) for row in case.promises.select_related("made_by")],
        "sent": [tell_sent(email) for email in list_sent(case)],
        "received": [tell_received(mail) for mail in list_received(case)],
        "handed_in": [tell_upload(row) for row in case.uploads.select_related("contact")],
        "events": [tell_event(event) for event in events],
        "history": tell_history(case),
    }


def write_instant(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None


def tell_case(case: Case) -> dict[str, Any]:
    customer = case.customer
    return {
        "number": case.number,
        "state": case.status.label,
        "brand": case.brand.name,
        "customer": customer.name,
        "account_number": customer.account_number,
        "timezone": case.zone,
        "channel": case.get_channel_display(),
        "received_at": write_instant(case.received_at),
        "opened_by": case.opened_by.display_name if case.opened_by else None,
        "whole_account": case.whole_account,
        "reason": case.reason,
        "wished_on": case.wished_on.isoformat() if case.wished_on else None,
        "effective_on": case.effective_on.isoformat() if case.effective_on else None,
    }


def tell_verification(case: Case) -> dict[str, Any]:
    contact = case.contact
    return {
        "caller": case.caller_name,
        "caller_phone": case.caller_phone,
        "contact": contact.name if contact else None,
        "address": contact.email if contact else None,
        "may_cancel": contact.may_cancel if contact else None,
        "checks": list(case.checks),
        "level": (Level.L3 if case.verified_at else Level.L0).name,
        "verified_at": write_instant(case.verified_at),
    }


def tell_consent(case: Case, events: list[Event]) -> dict[str, Any]:
    """The sentences as they were read, in the caller's language."""
    read = next((e for e in events if e.kind == "read_out"), None)
    return {
        "said": read.data.get("said", []) if read else [],
        "read_out_at": write_instant(case.read_out_at),
        "agreed_at": write_instant(case.agreed_at),
    }


def tell_service(row: Any) -> dict[str, Any]:
    return {
        "kind": row.item.kind,
        "label": row.item.label,
        "identifier": row.item.identifier,
        "product": row.item.product,
        "outcome": row.get_outcome_display(),
        "disposition": row.disposition,
        "acknowledged_at": write_instant(row.answered_at),
    }


def tell_question(row: Any) -> dict[str, Any]:
    return {
        "text": row.text,
        "answer": row.answer,
        "answered_at": write_instant(row.answered_at),
        "withdrawn_at": write_instant(row.withdrawn_at),
    }


def tell_promise(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "effective_on": row.effective_on.isoformat(),
        "timezone": row.zone,
        "fee": str(row.fee) if row.fee is not None else None,
        "last_bill": str(row.last_bill) if row.last_bill is not None else None,
        "currency": row.currency,
        "reason": row.reason,
        "made_by": row.made_by.display_name if row.made_by else None,
        "made_at": write_instant(row.made_at),
        "superseded_at": write_instant(row.superseded_at),
    }


def list_sent(case: Case) -> list[Email]:
    return list(case.thread.emails.prefetch_related("files__stored").order_by("pk"))


def tell_sent(email: Email) -> dict[str, Any]:
    """One mail of ours. Links and codes that its reader alone knows are dots here, too."""
    return {
        "message_id": email.message_id,
        "purpose": email.purpose,
        "to": email.to_email,
        "subject": email.subject,
        "text": hide(email.text),
        "queued_at": write_instant(email.created_at),
        "status": email.status,
        "accepted_at": write_instant(email.accepted_at),
        "response": email.response,
        "delivery": email.delivery,
        "delivery_at": write_instant(email.delivery_at),
        "files": [
            {"name": f.name, "size": f.stored.size, "sha256": f.stored.sha256}
            for f in email.files.all()
        ],
    }


def list_received(case: Case) -> list[Inbound]:
    return list(case.thread.inbound.defer("raw", "html").order_by("received_at", "pk"))


def tell_received(mail: Inbound) -> dict[str, Any]:
    return {
        "file": name_mail(mail),
        "sha256": mail.sha256,
        "size": mail.size,
        "received_at": write_instant(mail.received_at),
        "from": mail.from_email,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "authenticity": mail.authenticity,
        "kind": mail.get_kind_display(),
        "disposition": mail.get_disposition_display(),
        "text": mail.reply_text,
    }


def name_mail(mail: Inbound) -> str:
    """A name of ours: the sender's words never name a file."""
    return f"mail/{mail.received_at:%Y%m%dT%H%M%SZ}-{mail.pk}.eml"


def tell_upload(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "size": row.size,
        "sha256": row.sha256,
        "by": row.contact.name,
        "uploaded_at": write_instant(row.uploaded_at),
    }


def tell_event(event: Event) -> dict[str, Any]:
    who = event.actor.display_name if event.actor else event.contact and event.contact.name
    return {
        "sequence": event.sequence,
        "at": write_instant(event.at),
        "kind": event.kind,
        "by": who or event.get_actor_kind_display(),
        "level": event.level,
        "summary": event.summary,
        "data": event.data,
        "salt": event.salt and str(event.salt),
        "hash": event.hash,
    }


def tell_history(case: Case) -> dict[str, Any]:
    """Is the history as it was written? The chain is computed anew (G16)."""
    broken = list(verify_history(Case.objects.filter(pk=case.pk)))
    return {
        "events": case.last_sequence,
        "last_hash": case.last_hash,
        "whole": not broken,
        "problems": [str(found) for found in broken],
    }
