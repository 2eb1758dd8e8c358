"""When the disk is full or a file may not grow: a clear error that names the file, from every part of a release."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ckg.errors import StageFailed
from ckg.formats.statement_lines import subjects
from ckg.model.iris import Base
from ckg.model.staged import Staging
from ckg.release import catalogue, counts, dumps, merge, store, writing
from ckg.release.dumps import Dump
from ckg.release.layout import ProjectMetadata
from ckg.release.search import index

ID = "https://w3id.org/ckg/id/"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"


def test_a_full_disk_is_called_that(tmp_path):
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full here")
    with pytest.raises(StageFailed, match="No space left") as caught:
        writing.write_bytes(full, [b"x" * 100_000])
    assert "Free some space" in str(caught.value.hint)


@pytest.fixture
def graphs(stage) -> Staging:
    return stage({"a": [f'<{ID}{n}> {LABEL} "a label of the thing {n}"@en' for n in range(5_000)]})


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may grow beyond 64 kB, as on a disk that fills up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _union(graphs: Staging, union: Dump, into: Path) -> None:
    dumps.union(graphs, into, "ckg")


def _dumps(graphs: Staging, union: Dump, into: Path) -> None:
    dumps.write(graphs, into, "ckg", prefixes={}, base=Base("https://w3id.org/ckg/"), processes=1)


def _search(graphs: Staging, union: Dump, into: Path) -> None:
    index.build(union, into / "search.sqlite", graphs, Base("https://w3id.org/ckg/"))


def _store(graphs: Staging, union: Dump, into: Path) -> None:
    store.build(graphs, union, into / "store")


def _catalogue(graphs: Staging, union: Dump, into: Path) -> None:
    about = ProjectMetadata("c", "T" * 70_000, "", "https://w3id.org/ckg/", "1", "", "x:l", "", "", ("en",), (), {})
    catalogue.write(about, graphs, [union], counts.count(subjects(merge.lines(union.path)), Base(about.base)), into)


@pytest.mark.parametrize("part", [_union, _dumps, _search, _store, _catalogue])
def test_a_part_that_cannot_be_written_says_so_by_name(graphs, tmp_path, request, part: Callable[..., None]):
    (tmp_path / "union").mkdir()
    (tmp_path / "out").mkdir()
    union = dumps.union(graphs, tmp_path / "union", "ckg")
    request.getfixturevalue("small_files")
    with pytest.raises(StageFailed, match=r"cannot write .*out"):
        part(graphs, union, tmp_path / "out")
