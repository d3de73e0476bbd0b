"""`make mutations` counts a failed assertion as a catch and nothing else."""

from importlib.util import cache_from_source
from pathlib import Path

import pytest

from tests.tools.mutate import read_failure
from tests.tools.mutations import Mutation, NotOnce


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        ('<failure message="AssertionError: assert 2 == 1&#10;more">here</failure>',
         "AssertionError: assert 2 == 1"),
        ('<failure message="Failed: DID NOT RAISE ValueError">here</failure>',
         "Failed: DID NOT RAISE ValueError"),
        ('<failure message="psycopg.OperationalError: gone">here</failure>', ""),
        ('<error message="collection failure">ImportError</error>', ""),
        ("<skipped />", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_only_an_assertion_is_a_catch(tmp_path: Path, outcome: str, line: str) -> None:
    (tmp_path / "report.xml").write_text(f"<testsuite><testcase>{outcome}</testcase></testsuite>")
    assert read_failure(tmp_path)[0] == line


def test_a_run_that_left_no_report_is_none(tmp_path: Path) -> None:
    assert read_failure(tmp_path) == ("", "")


def test_it_is_taken_out_with_pythons_cached_file_and_put_back(tmp_path: Path) -> None:
    source, cached = tmp_path / "a.py", Path(cache_from_source(str(tmp_path / "a.py")))
    source.write_text("one\ntwo\n")
    cached.parent.mkdir()
    given = {"promise": "G1", "out": "", "file": "a.py", "test": ""}
    mutation = Mutation(**given, old="one", new="six")
    for _ in range(2):
        cached.write_bytes(b"old")
        text = mutation.apply(tmp_path)
        assert (source.read_text(), cached.exists()) == ("six\ntwo\n", False)
        mutation.write(tmp_path, text)
        assert source.read_text() == "one\ntwo\n"
    for old in ("three", "o"):
        with pytest.raises(NotOnce):
            Mutation(**given, old=old, new="").apply(tmp_path)
