"""The fragments of a document, page by page: each once, on the page that it is said to be on."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckg.query.fragments import Fragments

DOCUMENT = "https://e.example/doc"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.dictionaries(st.text("abz0", min_size=1, max_size=3), st.integers(1, 30), max_size=30),
    beside=st.sets(st.text("abz0", min_size=1, max_size=3), max_size=10),
    page_bytes=st.integers(60, 3_000),
)
def test_following_the_pages_gives_each_fragment_once(tmp_path: Path, sizes, beside, page_bytes) -> None:
    lines = [f"<{DOCUMENT}#{name}> <e:p> <e:o{n}> .\n" for name, number in sizes.items() for n in range(number)]
    lines += [f"<{DOCUMENT}{end}> <e:p> <e:o> .\n" for end in ("", "s", "-2", "/sub")]
    file = tmp_path / "union.nt"
    file.write_bytes(b"".join(sorted(line.encode() for line in lines)))
    apart = tuple(sorted(f"{DOCUMENT}#{name}" for name in beside))
    fragments = Fragments(file, {DOCUMENT: apart} if apart else {}, page_bytes=page_bytes)
    found: list[str] = []
    number: int | None = 1
    while number is not None:
        page = fragments.page(DOCUMENT, number)
        assert all(fragments.page_of(iri) == number for iri in page.iris)
        found += page.iris
        number = page.following
    fragments.close()
    assert sorted(found) == sorted({f"{DOCUMENT}#{name}" for name in (*sizes, *beside)})
