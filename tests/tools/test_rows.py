"""A row that fails is named, and hides none behind it."""

import pytest

from tests.rows import each


@each("left", [1, 2, 3])
@each("right, total", [(1, 2), (2, 4)])
def add(left: int, right: int, total: int) -> None:
    assert left + right == total


def test_every_row_is_asked_and_all_that_fail_are_named() -> None:
    with pytest.raises(AssertionError) as failed:
        add()
    said = str(failed.value)
    assert said.startswith("3 of 3 fail\n1: 1 of 2 fail\n(2, 4): ")
    assert "\n2: 1 of 2 fail\n(1, 2): " in said
    assert "\n3: 2 of 2 fail\n(1, 2): " in said


def test_no_rows_are_no_test() -> None:
    with pytest.raises(AssertionError, match="no rows for left"):
        each("left", [])
