"""Files written from a query: sorted, whatever the engine did with the order of the rows."""

import hashlib

import duckdb
import pytest

from ckg.reason.engine import sorted_copy
from ckg.reason.engine.sorted_copy import copy_sorted, keep_order

ROWS = 100_000


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE words AS SELECT i, 'word ' || lpad(i::VARCHAR, 6, '0') AS t FROM range({ROWS}) r(i)"
        )
        yield connection


@pytest.mark.parametrize(
    "order",
    ["i", "CASE WHEN i % 700 = 0 THEN i + 1900.5 ELSE i END", "hash(i)"],
    ids=["in order", "some a little late", "in any order"],
)
def test_lines_are_sorted_whether_the_table_is_or_not(connection, tmp_path, monkeypatch, order):
    monkeypatch.setattr(sorted_copy, "_BLOCK_BYTES", 50_000)  # several blocks, with late lines across their ends
    connection.execute(f"CREATE TABLE rows AS SELECT i FROM words ORDER BY {order}")
    keep_order(connection)
    path = tmp_path / "it's a file.txt"
    digest = copy_sorted(connection, "SELECT t FROM rows JOIN words USING (i)", "i", path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines == [f"word {number:06}" for number in range(ROWS)]
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_line_that_comes_twice_is_never_taken_for_sorted(connection, tmp_path):
    connection.execute("CREATE TABLE rows AS SELECT 7 AS i FROM range(2)")
    with pytest.raises(AssertionError, match="cannot be sorted"):
        copy_sorted(connection, "SELECT t FROM rows JOIN words USING (i)", "i", tmp_path / "lines")


def test_no_rows_are_an_empty_file(connection, tmp_path):
    digest = copy_sorted(connection, "SELECT t FROM words WHERE i < 0", "i", tmp_path / "lines")
    assert (tmp_path / "lines").read_bytes() == b""
    assert digest == hashlib.sha256(b"").hexdigest()


def test_a_few_late_lines_are_moved_and_nothing_is_written_again(connection, tmp_path):
    late = "CASE WHEN i % 700 = 0 THEN i + 1900.5 ELSE i END"
    connection.execute(f"CREATE TABLE rows AS SELECT i FROM words ORDER BY {late}")
    keep_order(connection)
    path = tmp_path / "lines"
    copy_sorted(connection, "SELECT t FROM rows JOIN words USING (i)", "no_such_column", path)
    assert len(path.read_bytes().splitlines()) == ROWS
