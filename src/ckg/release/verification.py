"""Whether the parts of a release agree: files, graphs, dumps, store, search index, catalogue and what was withdrawn.

Every part is held against the staged graphs, which are what was judged. Nothing is repaired here: what is wrong is
named, file by file. A release of a million triples takes seconds (docs/benchmarks/build.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ckg import formats
from ckg.errors import CkgError, PartsDisagree
from ckg.formats.statement_lines import iri
from ckg.model.staged import Role
from ckg.process_jobs import Job, cores, run
from ckg.release import canonical_json, dumps, layout, ledger, manifest, things, verify_statements, withdrawn
from ckg.release.layout import Release
from ckg.release.ledger import Ledger
from ckg.release.verify_statements import StatementSums, Survey

PARTS = ("files", "graphs", "dumps", "store", "search", "catalogue", "withdrawn", "ledger")

_SHOWN = 10
_HINT = "Build it again with `ckg build`, or go back to an earlier release (`ckg releases --back`)."
_WORTH_PROCESSES = 100_000  # triples; below, starting processes takes longer than the work
_VOID = "http://rdfs.org/ns/void#"
_SPDX = "http://spdx.org/rdf/terms#"
_DCAT = "http://www.w3.org/ns/dcat#"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that is wrong: the part of the release, the file (a path inside the release), and what about it."""

    part: str
    file: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check came to: the release, whether it was the quick one, and what is wrong (nothing, if all is well)."""

    release: str
    quick: bool
    problems: tuple[Mismatch, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def record(self) -> Mapping[str, Any]:
        """Return what programs read of it."""
        return {"sound": self.sound, **asdict(self), "parts": list(PARTS)}

    def raise_for_problems(self, hint: str = _HINT) -> None:
        """Raise `PartsDisagree` that names what is wrong, if anything is; `hint` says what to do."""
        if self.problems:
            shown = "\n  ".join(map(str, self.problems[:_SHOWN]))
            more = f"\n  … and {len(self.problems) - _SHOWN} more" if len(self.problems) > _SHOWN else ""
            raise PartsDisagree(
                f"the parts of the release {self.release} do not agree:\n  {shown}{more}",
                hint=hint,
            )


def verify(release: Release, *, name: str = "", quick: bool = False, published: Ledger | None = None) -> Verification:
    """Hold all parts of a release against each other.

    `name` is the one that a release will have which lies in another folder yet. With `quick` the dump in JSON-LD is
    held against its SHA-256 only, and a store that was loaded at once is counted, graph by graph, instead of being
    asked for every statement; one that was gone on from is always asked. `published` is the ledger of the project,
    which must list whatever the release has or lists as withdrawn. Raises `StageFailed` where a process dies.
    """
    name = name or release.id
    try:
        found = [Mismatch("files", *line.split(": ", 1)) for line in manifest.problems(release, name=name, deep=True)]
    except (CkgError, KeyError, TypeError, ValueError) as error:
        found = [Mismatch("files", layout.MANIFEST, f"it cannot be read: {error}")]
    # Where a file is another one, what it says is of no interest any more.
    if not found:
        found = [*_agreement(release, quick=quick), *(_of_ledger(release, published) if published is not None else ())]
    return Verification(name, quick, tuple(found))


def _agreement(release: Release, *, quick: bool) -> Iterator[Mismatch]:
    graphs, union = release.staging.graphs, release.dump(formats.N_TRIPLES)
    published = release.staging.of(*dumps.PUBLISHED)
    made_at_once = canonical_json.read_object(release.folder / layout.STORE_FILES).get("steps") == 0
    asked = None if quick and made_at_once else release.store
    read = [dump for dump in dumps.read(release.folder / layout.DUMPS) if not dump.omitted and dump.path != union]
    left_out = (formats.JSON_LD,) if quick else ()
    readable = [dump for dump in read if isinstance(dump.format, formats.InputFormat) and dump.format not in left_out]
    jobs = [
        *(_job(dump.path.name, verify_statements.read, dump.path, dump.format) for dump in readable),
        _job("graphs", verify_statements.graphs, graphs, asked),
        _job("union", verify_statements.read, union, formats.N_TRIPLES, asked),
        _job("survey", verify_statements.survey, union, release.base, _own_names(release)),
        _job("kept as one", verify_statements.kept_as_one, union, graphs),
        _job("stored", verify_statements.stored, release.store),
        _job("description", verify_statements.by_graph, release.description, release.store),
        _job("merged", verify_statements.union_digest, published),
        *(_job(f"part {p.key}", verify_statements.union, release.staging.of(*p.roles)) for p in dumps.PARTS),
    ]
    processes = cores() if release.staging.triples > _WORTH_PROCESSES else 1
    results = run(jobs, processes=processes)
    failed = [(job, results[job.name]) for job in jobs if isinstance(results[job.name], _Failed)]
    if failed:
        for job, failure in failed:
            yield Mismatch(*_where(release, job), failure.message)
        return
    yield from _of_graphs(release, results)
    yield from _of_dumps(release, results)
    yield from _of_store(release, results)
    yield from _of_search(release, results["survey"])
    yield from _of_catalogue(release, results["survey"])
    yield from _of_withdrawn(release)


@dataclass(frozen=True, slots=True)
class _Failed:
    """What kept a job from reading its file."""

    message: str


def _job(name: str, function: Callable[..., Any], *arguments: Any) -> Job:
    return Job(name, _tried, (function, *arguments))


def _tried(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a job comes to, or a `_Failed`."""
    try:
        return function(*arguments)
    except (OSError, SyntaxError, ValueError, RuntimeError) as error:
        return _Failed(f"it cannot be read: {error}")


def _where(release: Release, job: Job) -> tuple[str, str]:
    """Return the part and the file that a job is about."""
    if job.name == "stored":
        return "store", layout.STORE
    if job.name == "description":
        return "store", layout.DESCRIPTION
    if job.name in ("graphs", "merged"):
        return "graphs", layout.GRAPHS
    path = release.folder / layout.DUMPS / job.name
    return "dumps", _inside(release, path if path.is_file() else release.dump(formats.N_TRIPLES))


def _inside(release: Release, path: Path) -> str:
    return path.relative_to(release.folder).as_posix()


def _of_graphs(release: Release, results: Mapping[str, Any]) -> Iterator[Mismatch]:
    found: Mapping[str, StatementSums] = results["graphs"]
    for graph in release.staging.graphs:
        if found[graph.name].count != graph.triples:
            message = f"{found[graph.name].count:,} statements, its row in {layout.MANIFEST} says {graph.triples:,}"
            yield Mismatch("graphs", _inside(release, graph.path), message)
    sums = {
        role.value: sum(graph.triples for graph in release.staging.of(role))
        for role in Role
        if role is not Role.CONTEXT
    }
    sums |= {"graphs": len(release.staging.graphs), "triples": results["union"].count}
    survey: Survey = results["survey"]
    sums |= {"entities": survey.entities, "classes": len(survey.classes), "properties": len(survey.properties)}
    for name, number in sums.items():
        if release.counts.get(name) != number:
            message = f"its count of {name} is {release.counts.get(name)}, the files hold {number:,}"
            yield Mismatch("graphs", layout.MANIFEST, message)


def _of_dumps(release: Release, results: Mapping[str, Any]) -> Iterator[Mismatch]:
    union: StatementSums = results["union"]
    listed = manifest.digests(release)
    triples = _inside(release, release.dump(formats.N_TRIPLES))
    if results["merged"] != listed[triples]:
        yield Mismatch("dumps", triples, "it is not the union of the graphs")
    published = [results["graphs"][graph.name] for graph in release.staging.of(*dumps.PUBLISHED)]
    data_set = (union, *published)  # the default graph is the union
    quads = StatementSums(sum(each.count for each in data_set), sum(each.digest for each in data_set) % (1 << 64))
    checksums = (release.folder / layout.DUMPS / layout.CHECKSUMS).read_text(encoding="utf-8").splitlines()
    written = []
    for dump in dumps.read(release.folder / layout.DUMPS):
        if dump.omitted:
            continue
        path = _inside(release, dump.path)
        written.append(f"{dump.sha256}  {dump.path.name}")
        whole = quads if isinstance(dump.format, formats.DatasetFormat) else union
        expected: StatementSums = results[f"part {dump.part}"] if dump.part else whole
        found = union if path == triples else results.get(dump.path.name)
        if found is not None and found.count != expected.count:
            yield Mismatch("dumps", path, f"{found.count:,} statements, the graphs hold {expected.count:,}")
        elif found is not None and found.digest != expected.digest:
            yield Mismatch("dumps", path, "its statements are not those of the graphs")
        if dump.sha256 != listed.get(path) or dump.statements != expected.count:
            message = f"its row for {dump.path.name} does not fit the file"
            yield Mismatch("dumps", f"{layout.DUMPS}/{layout.DUMPS_INDEX}", message)
    if sorted(checksums) != sorted(written):
        yield Mismatch("dumps", f"{layout.DUMPS}/{layout.CHECKSUMS}", "it does not list the dumps as they are")


def _of_store(release: Release, results: Mapping[str, Any]) -> Iterator[Mismatch]:
    default, named = results["stored"]
    lost: Mapping[str, int] = results["kept as one"]
    held: Mapping[str, StatementSums] = {"": results["union"], **results["graphs"], **results["description"]}
    for name, statements in held.items():
        graph = f"the graph <{name}>" if name else "the default graph"
        expected = statements.count - lost.get(name, 0)
        number = named.get(name, 0) if name else default
        if number != expected:
            message = f"{graph} has {number:,} statements, its file holds {expected:,}"
            yield Mismatch("store", layout.STORE, message)
        for statement in statements.missing:
            yield Mismatch("store", layout.STORE, f"{graph} lacks {statement}")
    for name in sorted(named.keys() - held.keys()):
        yield Mismatch("store", layout.STORE, f"it has the graph <{name}>, which no file holds")


def _own_names(release: Release) -> tuple[str, ...]:
    """Return the project's properties of names, as the search index says; nothing where it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{release.search.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            return tuple(name for (name,) in database.execute("SELECT property FROM own_name ORDER BY property"))
    except (sqlite3.Error, ValueError):
        return ()


def _of_search(release: Release, survey: Survey) -> Iterator[Mismatch]:
    expected = {"entity": survey.named, "text": survey.texts, "folded_docsize": survey.texts}
    try:
        with closing(sqlite3.connect(f"{release.search.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            ((said,),) = database.execute("PRAGMA quick_check(1)")
            found = {table: database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in expected}  # noqa: S608
    except (sqlite3.Error, ValueError) as error:
        yield Mismatch("search", layout.SEARCH, f"it cannot be read: {error}")
        return
    if said != "ok":
        yield Mismatch("search", layout.SEARCH, str(said))
    for table, number in expected.items():
        if found[table] != number:
            message = f"its table {table} has {found[table]:,} rows, the dump in N-Triples asks for {number:,}"
            yield Mismatch("search", layout.SEARCH, message)


def _of_catalogue(release: Release, survey: Survey) -> Iterator[Mismatch]:
    try:
        quads = list(ox.parse(path=release.void, format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        yield Mismatch("catalogue", layout.VOID, f"it cannot be read: {error}")
        return
    said: dict[tuple[str, str], list[str]] = {}
    for quad in quads:
        said.setdefault((_text(quad.subject), quad.predicate.value), []).append(_text(quad.object))

    def numbers(subject: str, name: str) -> list[str]:
        return said.get((subject, _VOID + name), [])

    base = release.about.base
    data_set, counts = f"{base}void#dataset", release.counts
    expected = {
        (f"{name} of the data set", *numbers(data_set, name)): counts[name]
        for name in ("triples", "entities", "classes", "properties")
    }
    for graph in release.staging.graphs:
        expected[f"triples of <{graph.name}>", *numbers(graph.name, "triples")] = graph.triples
    parts = ("propertyPartition", "property", "triples"), ("classPartition", "class", "entities")
    for (partition, kind, counted), real in zip(parts, (survey.properties, survey.classes), strict=True):
        nodes = {name: node for node in numbers(data_set, partition) for name in numbers(node, kind)}
        for name in sorted(nodes.keys() | real.keys()):
            expected[f"{counted} of <{name}>", *numbers(nodes.get(name, ""), counted)] = real[name]
    for dump in dumps.read(release.folder / layout.DUMPS):
        node = f"{base}void#{dump.path.name}"
        if not dump.omitted:
            expected[f"size of {dump.path.name}", *said.get((node, f"{_DCAT}byteSize"), [])] = dump.bytes
            (checksum,) = said.get((node, f"{_SPDX}checksum"), [""])
            if said.get((checksum, f"{_SPDX}checksumValue")) != [dump.sha256]:
                yield Mismatch("catalogue", layout.VOID, f"its checksum of {dump.path.name} is another one")
    for (what, *told), number in expected.items():
        if told != [str(number)]:
            message = f"{what}: it says {' and '.join(told) or 'nothing'}, the files hold {number:,}"
            yield Mismatch("catalogue", layout.VOID, message)


def _text(term: object) -> str:
    return term.value if isinstance(term, (ox.NamedNode, ox.BlankNode, ox.Literal)) else str(term)


def _of_ledger(release: Release, published: Ledger) -> Iterator[Mismatch]:
    base = release.base
    names = (name.decode().strip("<>") for name in things.names(release.dump(formats.N_TRIPLES), base))
    there = {iri(f"<{name}>").removeprefix(base.iri) for name in names}
    gone = {name.removeprefix(base.iri) for name in withdrawn.read(release.withdrawn)}
    for path in sorted((there | gone) - published.plain - published.rows.keys()):
        yield Mismatch("ledger", ledger.NAME, f"it does not list <{base.iri}{path}>, which was published")


def _of_withdrawn(release: Release) -> Iterator[Mismatch]:
    try:
        gone = {f"<{name}>".encode() for name in withdrawn.read(release.withdrawn)}
    except (CkgError, TypeError) as error:
        yield Mismatch("withdrawn", layout.WITHDRAWN, f"it cannot be read: {error}")
        return
    there = gone & set(things.names(release.dump(formats.N_TRIPLES), release.base)) if gone else ()
    for name in sorted(there):
        yield Mismatch("withdrawn", layout.WITHDRAWN, f"{name.decode()} is withdrawn and stands in the data")
