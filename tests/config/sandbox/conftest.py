"""A real SMTP sink on a thread, a desk that sends to it, and a small world to play in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Contact, Customer, User
from cases.actions import intake
from cases.actions.base import Actor
from cases.models import Case, Policy, PolicyVersion
from config import clock
from config.sandbox.example.build import read_policy
from config.sandbox.example.companies import PolicyOf
from config.sandbox.example.play import post_into_mailroom
from config.sandbox.machine.travel import settle, travel_to
from config.sandbox.post.sink import Sink
from notifications.wake import silence
from tests.factories import make_brand, make_contact, make_customer, make_user


@pytest.fixture
def sink(settings: Any, transactional_db: None) -> Iterator[Sink]:
    """The customers' mail server on a free port; the desk's mail goes there."""
    with Sink("127.0.0.1", 0) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server


@pytest.fixture(autouse=True)
def _wake_ups_reach_nobody() -> Iterator[None]:
    """The sweeps find everything; a test must not depend on who hears of it."""
    with silence():
        yield


@dataclass(kw_only=True)
class World:
    """One company under the 8x8-like policy, one customer, one agent."""

    customer: Customer
    contact: Contact
    agent: User
    policy: Policy

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.agent)

    def open_case(self, **given: Any) -> Case:
        """A call of the owner about everything, verified."""
        facts: dict[str, Any] = {
            "customer": self.customer,
            "policy": self.policy,
            "item_ids": list(self.customer.items.values_list("pk", flat=True)),
            "actor": self.actor,
            "now": clock.now(),
            "contact": self.contact,
            "checks": ["Account PIN"],
        }
        return intake.open_case(**facts | given)

    def pass_time(self, **span: float) -> int:
        """Let time pass, with letters stored as the door does."""
        return travel_to(clock.now() + timedelta(**span), post=post_into_mailroom, patience_s=0)

    def settle(self) -> None:
        settle(post=post_into_mailroom, patience_s=0)


@pytest.fixture
def world(transactional_db: None) -> World:
    brand = make_brand(name="Larkspur Voice", slug="larkspur")
    policy = Policy.objects.create(brand=brand, code="voice", name="By phone")
    rules = read_policy(PolicyOf(file="8x8.toml", code="voice", name="By phone"))
    PolicyVersion.objects.create(
        policy=policy, number=1, data=rules.to_dict(), published_at=clock.now() - timedelta(days=9)
    )
    customer = make_customer(brand=brand, items=2)
    contact = make_contact(customer=customer, name="Rosa Vale", email="rosa@fernwood.example.com")
    return World(
        customer=customer, contact=contact, agent=make_user(username="mara"), policy=policy
    )


@pytest.fixture
def agent(client: Client, world: World) -> Client:
    """A browser in which the agent is signed in."""
    client.force_login(world.agent)
    return client
