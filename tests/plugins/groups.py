"""Which worker runs which test: a file's tests stay together, and so do those of one `xdist_group`.

`--dist loadgroup` scatters the tests without a group one by one: every module's world would be made
in each worker, and xdist counts all tests of a worker anew after each of them. Groups begin, for
they take longest; files follow as they are collected.

pytest-xdist 3.8 marks a group by writing `@group` behind `item._nodeid`; pytest 9.2 no longer
reads that attribute, so that the groups were silently scattered. This writes it where pytest looks.
That part does nothing where xdist has done it already, and can go when xdist does it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadGroupScheduling

try:
    from _pytest.nodeid import NodeId
except ImportError:  # an older pytest, which xdist knows how to deal with
    NodeId = None  # type: ignore[assignment,misc]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadGroupScheduling | None:
    """The run's main process asks; None leaves any other --dist to xdist."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class FilesAndGroups(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            scope: str = super()._split_scope(nodeid)
            return nodeid.partition("::")[0] if scope == nodeid else scope

    config.option.loadscopereorder = False  # which begins with the most tests, not the longest
    return FilesAndGroups(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if NodeId is None or not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        groups = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        suffix = "@" + "_".join(groups)
        if groups and not item.nodeid.endswith(suffix):
            item._id = NodeId.parse(item.nodeid + suffix)  # type: ignore[attr-defined]
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
