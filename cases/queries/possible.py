"""What may be done with a case now, and why not when not: one list for screens and API."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from accounts.roles import may
from cases.domain.states import State
from cases.models import Case
from cases.models.case import nothing_went_down

RETRIABLE = ("failed", "stopped", "reactivating")
# These ask for something before they are done: `cases.views.case_form` draws their forms.
WITH_FORM = frozenset({
    "ask", "verify", "confirm", "reschedule", "withdraw", "restore", "decline_restore", "reopen",
    "settle", "issue_bill", "pay_bill", "note_balance",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Possible:
    """One action on the case page: its name, key, and why it is not possible now, if so."""

    name: str
    label: str
    key: str
    deed: str
    primary: bool = False
    why_not: str = ""
    danger: bool = False
    spare: bool = False  # possible, but nobody waits for it: never the next step
    at: str = ""  # the field of the page where it is done

    @property
    def allowed(self) -> bool:
        return not self.why_not

    @property
    def has_form(self) -> bool:
        return self.name in WITH_FORM


def list_possible(*, case: Case, user: User) -> list[Possible]:
    """The actions in the order in which the page offers them; the first allowed is the next step.

    Actions that cannot matter in this state are left out; those that could, and cannot now, say
    why.
    """
    offers = [build(case, user) for build in BUILDERS.get(case.status, ())]
    shown = [o for o in offers if o is not None]
    for index, offer in enumerate(shown):
        if offer.allowed and not offer.danger and not offer.spare:
            shown[index] = Possible(**{**offer.__dict__, "primary": True})
            break
    return shown


def refuse(user: User, deed: str, reason: str = "") -> str:
    return reason if may(user, deed) else "Your role does not allow this."


def open_questions(case: Case) -> int:
    return sum(q.is_open for q in case.questions.all())


def offer_verify(case: Case, user: User) -> Possible | None:
    """Where we may confirm, and nobody was verified yet: nothing ends without it."""
    if case.verified_at is not None or case.rules.agent_refusal:
        return None
    checks = case.brand.verification
    return Possible(
        name="verify",
        label="Verify the caller",
        key="V",
        deed="case.edit",
        why_not=refuse(user, "case.edit", "" if checks else "This brand names no check."),
    )


def offer_answers(case: Case, user: User) -> Possible | None:
    """They wrote: what was read plainly is accepted in one go, the rest is noted by a person."""
    unsettled = [q for q in case.questions.all() if q.is_open and (q.required or q.is_suggested)]
    if not unsettled:
        return None
    sure = sum(q.is_suggested and q.suggested_sure for q in unsettled)
    return Possible(
        name="accept_answer" if sure else "note_answers",
        label=f"Accept {sure} answer{'s' if sure > 1 else ''}" if sure else "Note the answers",
        key="Y",
        deed="case.edit",
        why_not=refuse(user, "case.edit"),
        at="" if sure else f"q-{unsettled[0].pk}",
    )


def offer_ask(case: Case, user: User) -> Possible:
    n = open_questions(case)
    again = " again" if case.status is State.IN_REVIEW and n else ""
    return Possible(
        name="ask",
        label=f"Ask {n} question{'s' if n > 1 else ''}{again}" if n else "Ask by email",
        key="A",
        deed="case.ask",
        why_not=refuse(user, "case.ask", missing_address(case)),
    )


def missing_address(case: Case) -> str:
    return "" if case.contact else "There is nobody to write to: choose a contact first."


def offer_confirm(case: Case, user: User) -> Possible:
    reason = missing_address(case)
    if case.verified_at is None:
        reason = "The caller has not been verified yet."
    elif any(q.is_open and q.required for q in case.questions.all()):
        reason = "Questions are open."
    else:
        reason = case.rules.agent_refusal or reason
    return Possible(
        name="confirm",
        label="Confirm the date",
        key="C",
        deed="case.confirm",
        why_not=refuse(user, "case.confirm", reason),
    )


def offer_withdraw(case: Case, user: User) -> Possible:
    return Possible(
        name="withdraw",
        label="They stay",
        key="W",
        deed="case.withdraw",
        danger=True,
        why_not=refuse(user, "case.withdraw"),
    )


def offer_stay(case: Case, user: User) -> Possible | None:
    """Nothing went down, all of it waits for a person: then the customer can still stay."""
    return offer_withdraw(case, user) if nothing_went_down(case) else None


def offer_send_again(case: Case, user: User) -> Possible | None:
    if not case.ask_paused_because:
        return None
    return Possible(
        name="send_again",
        label="Ask again",
        key="A",
        deed="mail.reply",
        why_not=refuse(user, "mail.reply", missing_address(case)),
    )


def offer_reschedule(case: Case, user: User) -> Possible:
    return Possible(
        name="reschedule",
        label="Move the date",
        spare=True,
        key="M",
        deed="case.reschedule",
        why_not=refuse(user, "case.reschedule"),
    )


def offer_retry(case: Case, user: User) -> Possible:
    failed = [i for i in case.items.all() if i.outcome in RETRIABLE]
    return Possible(
        name="retry",
        label=f"Retry {len(failed)} service{'s' if len(failed) != 1 else ''}",
        key="T",
        deed="case.execute",
        why_not=refuse(user, "case.execute", "" if failed else "Nothing has failed."),
    )


def offer_purge(case: Case, user: User) -> Possible | None:
    """Closed, and the provider has not ended everything yet."""
    left = sum(i.outcome == "purging" and i.failures > 0 for i in case.items.all())
    if not left:
        return None
    return Possible(
        name="retry",
        label=f"Retry {left} service{'s' if left != 1 else ''}",
        key="T",
        deed="case.execute",
        why_not=refuse(user, "case.execute"),
    )


def offer_restore(case: Case, user: User) -> Possible:
    down = sum(i.outcome == "deactivated" for i in case.items.all())
    return Possible(
        name="restore",
        label=f"Restore {down} service{'s' if down != 1 else ''}",
        key="R",
        deed="case.restore",
        danger=case.status is State.IN_GRACE,
        why_not=refuse(
            user,
            "case.restore",
            "" if case.rules.grace_days else "Under this policy it cannot be undone.",
        ),
    )


def offer_decline(case: Case, user: User) -> Possible:
    return Possible(
        name="decline_restore",
        label="Not a restore",
        key="D",
        deed="case.restore",
        danger=True,
        why_not=refuse(user, "case.restore"),
    )


def offer_reopen(case: Case, user: User) -> Possible:
    return Possible(
        name="reopen",
        label="Reopen",
        spare=True,
        key="O",
        deed="case.reopen",
        why_not=refuse(user, "case.reopen"),
    )


def offer_issue_bill(case: Case, user: User) -> Possible | None:
    """R50: the final bill comes first."""
    if case.final_bill is None or case.final_bill.status != "awaited":
        return None
    return offer_billing("issue_bill", "Final bill issued", "I", user)


def offer_pay_bill(case: Case, user: User) -> Possible | None:
    if case.final_bill is None or case.final_bill.status == "paid":
        return None
    issued = case.final_bill.status == "issued"
    reason = "" if issued else "The final bill has not been issued yet."
    return offer_billing("pay_bill", "Final bill paid", "P", user, reason)


def offer_settle(case: Case, user: User) -> Possible | None:
    """R50: paid and cleared closes by itself; where that was noted elsewhere, a person says so."""
    if case.final_bill is None or case.final_bill.status != "paid":
        return None
    owed = case.customer.balance > 0
    reason = "Something is still owed: note what was paid under Balance." if owed else ""
    return offer_billing("settle", "Close the account", "S", user, reason)


def offer_balance(case: Case, user: User) -> Possible:
    return offer_billing("note_balance", "Balance", "B", user)


def offer_billing(name: str, label: str, key: str, user: User, reason: str = "") -> Possible:
    return Possible(
        name=name,
        label=label,
        key=key,
        deed="case.settle",
        why_not=refuse(user, "case.settle", reason),
    )


def offer_link(case: Case, user: User) -> Possible | None:
    """The caller goes on by themselves: send them to their page (R32)."""
    if case.rules.channel != "self_service":
        return None
    return Possible(
        name="send_link",
        label="Send the link" if case.status is State.INTAKE else "Send the link again",
        key="L",
        deed="case.ask",
        spare=case.status is State.AWAITING_CUSTOMER,
        why_not=refuse(user, "case.ask", missing_address(case)),
    )


BUILDERS = {
    State.INTAKE: (offer_link, offer_verify, offer_confirm, offer_ask, offer_withdraw),
    State.IN_REVIEW: (
        offer_answers,
        offer_verify,
        offer_confirm,
        offer_ask,
        offer_link,
        offer_withdraw,
    ),
    State.AWAITING_CUSTOMER: (offer_send_again, offer_link, offer_withdraw),
    State.SCHEDULED: (offer_reschedule, offer_withdraw),
    State.EXECUTING: (offer_retry, offer_stay),
    State.IN_GRACE: (offer_restore,),
    State.RESTORE_REQUESTED: (offer_restore, offer_decline),
    State.RESTORING: (offer_retry,),
    State.AWAITING_FINAL_BILL: (
        offer_settle,
        offer_issue_bill,
        offer_pay_bill,
        offer_balance,
    ),
    State.DROPPED: (offer_reopen,),
    State.CLOSED: (offer_purge,),
}
