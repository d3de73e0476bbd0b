"""No line of a log holds a customer's link (THREATS 56)."""

from __future__ import annotations

import logging
import logging.config
from typing import Any

import pytest

from config.logs import make_logging

TOKEN = "A" * 43


@pytest.mark.threat(56)
@pytest.mark.parametrize("pretty", [True, False])
def test_no_line_holds_a_customers_link(pretty: bool, capsys: Any) -> None:
    settings = make_logging(pretty=pretty, level="INFO")
    handler = logging.StreamHandler()
    formatter = settings["formatters"]["line"]
    made = formatter["()"](
        foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"]
    )
    handler.setFormatter(made)
    log = logging.getLogger("django.request.test_logs")
    log.addHandler(handler)
    log.propagate = False
    try:
        log.warning("Gone: %s", f"/my/l/{TOKEN}/", extra={"request": f"GET '/my/l/{TOKEN}/'"})
        try:
            raise ValueError(f"at https://desk.example.com/my/l/{TOKEN}/?x=1")
        except ValueError:
            log.exception("it broke")
    finally:
        log.removeHandler(handler)
    said = capsys.readouterr().err
    assert said.count("/my/l/…") >= 3
    assert TOKEN not in said
