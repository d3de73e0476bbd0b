"""A provider with an HTTP interface: each order is one signed POST, answered now or called back.

Settings, beside "adapter": "url", "secret" (the NAME of PROVISIONING_SECRET_<NAME>), "timeout_s"
(1 to 30, else 10). What is sent and what may be answered stands in docs/provisioning.md.
"""

from __future__ import annotations

import json
import re
from typing import Any

from accounts.provisioning.base import Answer, InvalidProvisioning, Order
from accounts.provisioning.http import (
    DestinationRefused,
    InvalidUrl,
    RequestFailed,
    Response,
    post_json,
    read_url,
)
from accounts.provisioning.registry import register
from accounts.provisioning.results import InvalidResult, read_result
from accounts.provisioning.signing import MissingSecret, find_secrets, make_headers
from config.clock import now as read_clock

TIMEOUT_S = 10
LONGEST_TIMEOUT_S = 30
LONGEST_RETRY_S = 86_400


@register("webhook")
class Webhook:
    """An adapter that talks HTTPS to whoever runs the services."""

    waits_for = "provider"
    is_remote = True

    def carry_out(self, order: Order, config: dict[str, Any]) -> Answer:
        """POST the order; the same key comes with the same webhook-id and Idempotency-Key."""
        body = write_order(order)
        try:
            secret = find_secrets(name=str(config.get("secret", "")))[0]
            headers = make_headers(secret=secret, message_id=order.key, body=body, now=read_clock())
            response = post_json(
                url=str(config.get("url", "")),
                body=body,
                headers={**headers, "Idempotency-Key": order.key},
                timeout_s=config.get("timeout_s", TIMEOUT_S),
            )
        except (MissingSecret, InvalidUrl, DestinationRefused) as error:
            return Answer(status="failed", detail=str(error))
        except RequestFailed as error:
            unsure = " It may have acted: it is asked again with the same key."
            return Answer(status="failed", detail=f"{error}{unsure if error.was_sent else ''}")
        return read_answer(response)

    def validate(self, config: dict[str, Any]) -> None:
        """Refuse an address or a secret that cannot work. Raises InvalidProvisioning."""
        try:
            read_url(url=str(config.get("url", "")))
        except InvalidUrl as error:
            raise InvalidProvisioning(f"“url”: {error}") from error
        name = config.get("secret")
        if not isinstance(name, str) or not re.fullmatch(r"[A-Z0-9_]{1,60}", name):
            raise InvalidProvisioning(
                "“secret” is a name such as ACME; the secret itself stands in the environment, as "
                "PROVISIONING_SECRET_ACME."
            )
        try:
            find_secrets(name=name)
        except MissingSecret as error:
            raise InvalidProvisioning(str(error)) from error
        seconds = config.get("timeout_s", TIMEOUT_S)
        if type(seconds) is not int or not 1 <= seconds <= LONGEST_TIMEOUT_S:
            raise InvalidProvisioning(f"“timeout_s” is 1 to {LONGEST_TIMEOUT_S} seconds.")


def write_order(order: Order) -> bytes:
    """The same bytes for the same order, so that a provider may compare them."""
    item = order.item
    data = {
        "key": order.key,
        "verb": order.verb,
        "brand": item.customer.brand.slug,
        "account": item.customer.account_number,
        "item": {
            "id": item.pk,
            "kind": item.kind,
            "product": item.product,
            "identifier": item.identifier,
            "label": item.label,
        },
    }
    return json.dumps({"type": f"item.{order.verb}", "data": data}, sort_keys=True).encode()


def read_answer(response: Response) -> Answer:
    """What an HTTP answer means. Whatever is not plainly done or pending has failed (R56)."""
    status = response.status
    try:
        said = read_result(response.body) if response.body.strip() else None
    except InvalidResult as error:
        said, problem = None, f": {error}"
    else:
        problem = ""
    if 200 <= status < 300:
        if said is not None:
            return said
        if status == 202 and not problem:
            return Answer(status="pending", detail="Accepted; the result comes later.")
        return Answer(status="failed", detail=f"Answered {status} without a result{problem}.")
    if 300 <= status < 400:
        return Answer(status="failed", detail=f"Answered {status}: redirects are not followed.")
    detail = f"Answered {status}: {said.detail}" if said and said.detail else f"Answered {status}."
    return Answer(status="failed", detail=detail, retry_after_s=read_pause(response))


def read_pause(response: Response) -> int | None:
    """Retry-After in seconds, where it is a sensible number (RFC 9110, 10.2.3)."""
    text = response.headers.get("retry-after", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        return None
    return min(int(text), LONGEST_RETRY_S)
