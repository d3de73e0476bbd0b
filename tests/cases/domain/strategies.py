"""Any policy that can be published, any account, any call."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

from cases.domain.plan import Account, Contract, Item, Port, Request
from cases.domain.policy import Exclusion, FeeRule, FeeStep, Policy, validate
from tests.cases.domain.build import EIGHT, SIPSTATION, SORACOM

# A busy machine is no failure; the nightly look at many more examples is a profile's business.
CALM = settings(deadline=None)
BRIEF = settings(deadline=None, max_examples=settings().max_examples // 2)

ZONES = st.sampled_from(
    [
        "America/Chicago",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "America/Sao_Paulo",
        "Africa/Cairo",
        "America/Havana",
        "Asia/Kathmandu",
        "UTC",
    ]
)
EXPRESS = Exclusion(product="express", where_to_go="Express has an admin page of its own.")
# Years in which Apia lost a day and Sao Paulo still moved its midnights are among them.
INSTANTS = st.datetimes(datetime(2009, 1, 1), datetime(2032, 12, 31)).map(
    lambda instant: instant.replace(tzinfo=UTC)
)
MONEY = st.decimals(0, 5000, places=2)
PERCENTS = st.decimals(0, 100, places=1)
TIMES = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@st.composite
def fee_rules(draw) -> FeeRule:
    kind = draw(st.sampled_from(["none", "flat", "declining", "percentage", "remaining_months"]))
    amount = draw(st.decimals(1, 5000, places=2))
    steps: tuple[FeeStep, ...] = ()
    if kind == "percentage":
        years = sorted(draw(st.sets(st.integers(1, 5), min_size=1, max_size=3)))
        steps = tuple(FeeStep(from_year=year, percent=draw(PERCENTS)) for year in years)
    floor, ceiling = draw(st.sampled_from([(None, None), (Decimal(20), None), (None, Decimal(90))]))
    return FeeRule(
        kind=kind, amount=amount, percent=draw(PERCENTS), steps=steps, floor=floor, ceiling=ceiling
    )


@st.composite
def any_policies(draw) -> Policy:
    notice = draw(st.sampled_from([0, 1, 14, 30, 90]))
    grace = draw(st.sampled_from([0, 0, 1, 30, 60]))
    endings = ["after_grace"] if grace else ["at_once", "after_final_bill"]
    reminders = tuple(sorted(draw(st.sets(st.integers(1, 20), max_size=3))))
    channel = draw(st.sampled_from(["phone", "self_service"]))
    first = tuple(sorted(draw(st.sets(st.sampled_from(["sim", "vpg", "device"]), max_size=2))))
    policy = Policy(
        code="any",
        name="Any",
        exclusions=draw(st.sampled_from([(), (EXPRESS,)])),
        channel=channel,
        agent_may_execute=channel == "phone" or draw(st.booleans()),
        execution_seconds=draw(st.sampled_from([None, 60])) if notice == 0 else None,
        number_disposition_required=draw(st.booleans()),
        terminate_first=first,
        protection=bool(first) and draw(st.booleans()),
        bill_last_day=draw(st.booleans()),
        notice_days=notice,
        notice_from=draw(st.sampled_from(["call", "confirmation"])),
        execute_time=draw(st.one_of(st.just(time(0)), TIMES)),
        reminder_days=reminders,
        drop_after_days=draw(st.integers((reminders or (0,))[-1] + 1, 40)),
        billing=draw(st.sampled_from(["whole_month", "no_refund", "daily"])),
        fee=draw(fee_rules()),
        grace_days=grace,
        final_notice_time=draw(TIMES),
        restore_by_reply=bool(grace) and draw(st.booleans()),
        port_blocks=draw(st.sampled_from(["advisory", "hard"])),
        unassign_licences=draw(st.booleans()),
        closes=draw(st.sampled_from(endings)),
    )
    assert [p for p in validate(policy) if p.field != "fee.percent"] == []
    return policy


EACH = {
    "8x8": st.just(EIGHT),
    "sipstation": st.just(SIPSTATION),
    "soracom": st.just(SORACOM),
    "any": any_policies(),
}
POLICIES = st.one_of(st.sampled_from([EIGHT, SIPSTATION, SORACOM]), EACH["any"])


@st.composite
def accounts(draw) -> Account:
    ids = [str(n) for n in range(draw(st.integers(1, 6)))]
    items = tuple(
        Item(
            id=id,
            kind=draw(st.sampled_from(["extension", "number", "licence", "sim", "vpg"])),
            label=f"Item {id}",
            parent_id=draw(st.sampled_from([None, *ids])),
            location_id=(place := draw(st.sampled_from([None, "n", "h"]))),
            location_name={"n": "North", "h": "Head"}.get(place or "", ""),
            monthly_price=draw(MONEY),
            status=draw(st.sampled_from(["active", "active", "suspended", "ended", "ported"])),
            assigned_to=draw(st.sampled_from(["", "Jo"])),
            protected=draw(st.booleans()),
        )
        for id in ids
    )
    contracts = []
    for number in range(draw(st.integers(0, 2))):
        starts_on = draw(st.dates(date(2008, 1, 1), date(2033, 1, 1)))
        contracts.append(
            Contract(
                id=str(number),
                starts_on=starts_on,
                ends_on=starts_on.replace(day=1, year=starts_on.year + draw(st.integers(1, 4))),
                monthly_amount=draw(MONEY),
                item_ids=frozenset(draw(st.sets(st.sampled_from(ids)))),
            )
        )
    ports = tuple(
        Port(item_id=id, status=draw(st.sampled_from(["pending", "done", "failed"])))
        for id in draw(st.sets(st.sampled_from(ids), max_size=2))
    )
    return Account(
        timezone=draw(ZONES),
        currency=draw(st.sampled_from(["USD", "EUR", "JPY", "KWD"])),
        billing_anchor=draw(st.integers(1, 31)),
        balance=draw(st.sampled_from([Decimal(0), Decimal("12.50")])),
        items=items,
        contracts=tuple(contracts),
        ports=ports,
    )


@st.composite
def calls(draw, account: Account) -> Request:
    """A call that has just come in; only what is active can be chosen."""
    active = [item.id for item in account.items if item.is_active]
    received_at = draw(INSTANTS)
    wished = draw(st.none() | st.integers(-20, 800))
    return Request(
        received_at=received_at,
        item_ids=frozenset(draw(st.sets(st.sampled_from(active)))) if active else frozenset(),
        wished_on=None
        if wished is None
        else date.fromordinal(received_at.date().toordinal() + wished),
        questions_open=draw(st.integers(0, 2)),
    )


@st.composite
def scenes(draw, policies=POLICIES) -> tuple[Policy, Account, Request]:
    account = draw(accounts())
    return draw(policies), account, draw(calls(account))
