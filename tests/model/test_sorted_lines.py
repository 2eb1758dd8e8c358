"""Look-ups in sorted files find what a search through all lines finds."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ckg.model.sorted_lines import SortedLines

LINES = st.lists(st.text("ab<> ", min_size=1, max_size=4).map(str.encode), max_size=12, unique=True)


@given(LINES, st.text("ab<> ", max_size=3).map(str.encode), st.booleans())
def test_the_lines_that_start_with_a_prefix_are_found_with_their_places(
    unsorted: list[bytes], prefix: bytes, ends: bool
) -> None:
    lines = sorted(unsorted)
    content = b"\n".join(lines) + (b"\n" if ends and lines else b"")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines"
        path.write_bytes(content)
        file = SortedLines(path)
        wanted = [line for line in lines if line.startswith(prefix)]
        assert list(file.starting_with(prefix)) == wanted
        for place, line in file.placed(prefix):
            assert content[place:].startswith(line)
            assert next(file.placed(prefix, place))[1] == line
        assert file.contains(prefix) is (prefix in content)
        file.close()
