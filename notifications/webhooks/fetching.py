"""A time limit for what Anymail fetches: three of its webhooks ask without one, for ever."""

from __future__ import annotations

import functools
from typing import Any

import requests

CONNECT_S, SILENCE_S = 5.0, 15.0  # no word for so long and the provider hears "later"


def limit_fetching() -> None:
    """Give every HTTP call of this process that has no time limit one. Twice is harmless.

    Brevo's, Mailtrap's and Resend's inbound views call `requests.get` without; there is no setting
    for it. A limit that a caller names stands.
    """
    send = requests.Session.send
    if hasattr(send, "__wrapped__"):
        return

    @functools.wraps(send)
    def send_in_time(
        session: requests.Session, request: requests.PreparedRequest, **given: Any
    ) -> requests.Response:
        if given.get("timeout") is None:
            given["timeout"] = (CONNECT_S, SILENCE_S)
        return send(session, request, **given)

    requests.Session.send = send_in_time  # type: ignore[method-assign,assignment]
