"""Two histories of the same release: built at once, or gone on from through several edits.

What is served must not depend on how it came about. A store that was gone on from has more tables than one built at
once, and a query worker must be able to read all of them; so the tests of the endpoint, of pages and of search run on
both. The last files of both are the same, and so are all files of their releases but those of the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ckg.release import canonical_json
from ckg.release.current import Releases
from ckg.release.layout import Release

AT_ONCE, GONE_ON = "at once", "gone on from"
BOTH = (AT_ONCE, GONE_ON)

TABLES_OPENED_WITH_A_STORE = 16
"""RocksDB opens so many tables when it opens a store as pyoxigraph does; the others when they are first read."""

STORE_FILES = ("store/", "store.json")
"""What may differ: the tables, and the file that lists them and says how they came about."""

VISITOR = "data/visitor.ttl"
GRAPHS = "data/graphs.ttl"
_VISITORS_GRAPH = """
<https://w3id.org/ckg/graph/visitor> a ckg:NamedGraph ;
    rdfs:label "Visitors"@en ;
    dcterms:description "What comes and goes."@en ;
    ckg:standing standing:curated .
"""
_VISITORS = (
    '<http://visitor.example/one> <http://www.w3.org/2000/01/rdf-schema#label> "A visitor"@en ;\n'
    "    <http://visitor.example/saw> <http://visitor.example/two> .\n"
)

Files = Mapping[str, str]


class Edit(NamedTuple):
    """An edit of a file: the text `before` became `after`; with nothing after it, the last words were taken away."""

    path: str
    before: str
    after: str

    def undone(self, files: Files) -> dict[str, str]:
        """Return the files as they were before the edit."""
        text = files[self.path]
        assert self.after in text, f"{self.path} has no {self.after!r} any more: choose another edit"
        earlier = text.replace(self.after, self.before, 1) if self.after else text + self.before
        return {**files, self.path: earlier}


Builds = Sequence[Sequence[Edit]]
"""The edits before each build but the first."""


def earlier(files: Files, builds: Builds) -> list[Files]:
    """Return the states that a project was in before the edits came to `files`, the earliest first.

    Beside the edits a file comes with the first build and is taken away with the last.
    """
    states: list[Files] = []
    for edits in reversed(builds):
        for edit in reversed(edits):
            files = edit.undone(files)
        states.append(files)
    states.reverse()
    return [states[0], *(_with_visitors(state) for state in states[1:])]


def _with_visitors(files: Files) -> Files:
    """Return files with the visitors' beside them, described where a project describes its graphs."""
    described = {GRAPHS: files[GRAPHS] + _VISITORS_GRAPH} if GRAPHS in files else {}
    return {**files, **described, VISITOR: _VISITORS}


def read(project: Path, folders: Sequence[str] = ("data", "ontology", "shapes")) -> dict[str, str]:
    """Return the files of a project by their path."""
    paths = (path for folder in folders for path in (project / folder).rglob("*") if path.is_file())
    return {path.relative_to(project).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


def write(project: Path, files: Files) -> None:
    """Let a project have these files and no others; a file that stays as it was is not touched."""
    there = read(project)
    for path in there.keys() - files.keys():
        (project / path).unlink()
    for path, text in files.items():
        if there.get(path) != text:
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(text, encoding="utf-8")


def steps(release: Release) -> int:
    """Return how many times the store was gone on from."""
    return int(canonical_json.read_object(release.folder / "store.json")["steps"])


def tables(store: Path) -> int:
    """Return how many tables a store has."""
    return sum(1 for _ in store.glob("*.sst"))


def contents(release: Release) -> dict[str, bytes]:
    """Return every file of a release by its path but those of the store."""
    inside = {path.relative_to(release.folder).as_posix(): path for path in release.folder.rglob("*")}
    return {
        name: path.read_bytes()
        for name, path in sorted(inside.items())
        if path.is_file() and not name.startswith(STORE_FILES)
    }


def different(one: Release, other: Release, *, but: Sequence[str] = ()) -> list[str]:
    """Return the names of the files that differ between two releases of the same inputs, `but` those left out."""
    first, second = contents(one), contents(other)
    return sorted(name for name in (first.keys() | second.keys()) - set(but) if first.get(name) != second.get(name))


def check(releases: Path, history: str) -> None:
    """Assert that the store of the current release came about as a test wants it."""
    release = Releases(releases).current()
    if history == AT_ONCE:
        assert steps(release) == 0
    else:
        assert steps(release) > 1
        assert tables(release.store) > TABLES_OPENED_WITH_A_STORE


def load(folder: Path, quads: Iterable[ox.Quad], history: str) -> None:
    """Make a store of these statements alone, for tests that need no release; by the second history in three steps."""
    quads = list(quads)
    if history == AT_ONCE:
        _load(folder, quads)
    else:
        later, visitors = quads[::10], [_visitor(number) for number in range(3)]
        _load(folder, [*(quad for number, quad in enumerate(quads) if number % 10), *visitors])
        for number, visitor in enumerate(visitors):
            _edit(folder, visitor, later[number :: len(visitors)])
        assert tables(folder) > TABLES_OPENED_WITH_A_STORE


def _load(folder: Path, quads: list[ox.Quad]) -> None:
    store = ox.Store(str(folder))
    store.bulk_extend(quads)
    store.optimize()
    store.flush()


def _edit(folder: Path, removed: ox.Quad, added: list[ox.Quad]) -> None:
    store = ox.Store(str(folder))
    store.remove(removed)
    store.bulk_extend(added)
    store.flush()


def _visitor(number: int) -> ox.Quad:
    node = ox.NamedNode(f"http://visitor.example/{number}")
    return ox.Quad(node, node, ox.Literal("visitor"), node)


def go_on(project: Path, files: Files, builds: Builds, build: Callable[[Path], Release]) -> Release:
    """Build a project in the states before the edits, one after the other, and at last with `files`."""
    for state in [*earlier(files, builds), files]:
        write(project, state)
        release = build(project)
    return release
