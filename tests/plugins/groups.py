"""Keeps the tests of one `xdist_group` on one worker, as `--dist loadgroup` promises.

pytest-xdist 3.8 marks such a test by writing `@group` behind `item._nodeid`; pytest 9.2 no longer
reads that attribute, so that the groups were silently scattered. This writes it where pytest looks.
It does nothing where xdist has done it already, and can go when xdist does it again.
"""

from __future__ import annotations

import pytest

try:
    from _pytest.nodeid import NodeId
except ImportError:  # an older pytest, which xdist knows how to deal with
    NodeId = None  # type: ignore[assignment,misc]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if NodeId is None or not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        groups = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        suffix = "@" + "_".join(groups)
        if groups and not item.nodeid.endswith(suffix):
            item._id = NodeId.parse(item.nodeid + suffix)  # type: ignore[attr-defined]
