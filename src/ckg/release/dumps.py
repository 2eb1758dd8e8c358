"""The dumps: the whole data set as files to download, written from the staged graphs and never from the store.

There is one in each of `formats.DUMP_FORMATS`. Each holds the union of ontology, data and inferred statements, each
triple once; those that have named graphs (N-Quads, TriG) have it as their default graph, as the endpoint does, and
every statement in its graph besides. Beside them, `<name>-shapes.ttl` holds the shapes, and `<name>-asserted.nt` what
they hold for, ontology and data without what was inferred; what is offered in a file of its own is a row of `PARTS`.
`SHA256SUMS` lists them as `sha256sum --check` reads it, `dumps.json` says what each holds. Every lexical form is as it
was written in the sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from ckg import formats
from ckg.errors import NotExpressible
from ckg.formats import DUMP_FORMATS, DatasetFormat, GraphFormat
from ckg.formats.statement_lines import Lines, subjects
from ckg.model.iris import Base
from ckg.model.staged import Role, Staging
from ckg.process_jobs import Job, ResultOf, run
from ckg.release import canonical_json, layout, merge
from ckg.release.counts import Counts, Tally
from ckg.release.documents import Outcome, write_together
from ckg.release.writing import WrittenFile, write_bytes

PUBLISHED = (Role.ONTOLOGY, Role.DATA, Role.INFERRED)


@dataclass(frozen=True, slots=True)
class DumpPart:
    """Graphs that are offered in a file `<name>-<key>.<format>` of their own: those of some roles, each triple once."""

    key: str
    title: str
    holds: str
    roles: tuple[Role, ...]
    format: GraphFormat = formats.TURTLE


ASSERTED = DumpPart(
    "asserted",
    "Asserted statements",
    "ontology and data without what was inferred: what the shapes hold for",
    (Role.ONTOLOGY, Role.DATA),
    formats.N_TRIPLES,
)
PARTS = (
    ASSERTED,
    DumpPart("shapes", "Shapes", "the shapes, with the prefixes of their queries", (Role.SHAPES,)),
)
"""What is offered beside the data set."""

UNION, OF_UNION = "union", "dumps of the union"
"""The names of the jobs that return the dump in N-Triples, and a `FromUnion`."""

_NAMED: tuple[DatasetFormat, ...] = tuple(f for f in DUMP_FORMATS if isinstance(f, DatasetFormat))
_OF_UNION = tuple(f for f in DUMP_FORMATS if not isinstance(f, DatasetFormat) and f != formats.N_TRIPLES)


@dataclass(frozen=True, slots=True)
class Dump:
    """One file of the dumps: its format, where it lies, its size and digest, and how many statements it holds.

    A dump that could not be written has no file; `omitted` then says why. `part` is the key of the part that it holds,
    empty where it holds the data set.
    """

    format: GraphFormat
    path: Path
    bytes: int
    sha256: str
    statements: int
    omitted: str = ""
    part: str = ""

    @property
    def holds(self) -> str:
        """What is in it, in words."""
        return next((part.holds for part in PARTS if part.key == self.part), "everything, what was inferred included")


def union(staging: Staging, into: Path, name: str) -> Dump:
    """Write `into`/`name`.nt: every triple of ontology, data and inferred once, sorted by bytes.

    The other dumps, the store, the search index and the catalogue read this file. Raises `StageFailed`.
    """
    path = into / f"{name}.{formats.N_TRIPLES.key}"
    return _lines(formats.N_TRIPLES, path, merge.triples(staging.of(*PUBLISHED)))


@dataclass(frozen=True, slots=True)
class FromUnion:
    """What one pass over the union makes: dumps, and the counts of what it holds."""

    dumps: tuple[Dump, ...]
    counts: Counts


def write(
    staging: Staging, into: Path, name: str, *, prefixes: Mapping[str, str], base: Base, processes: int = 2
) -> tuple[tuple[Dump, ...], Counts]:
    """Write all dumps; return them in the order of the table, and the counts. Raises `StageFailed`."""
    made = run(jobs(staging, into, name, prefixes=prefixes, base=base), processes=processes)
    return finish(made.values(), into), made[OF_UNION].counts


def jobs(staging: Staging, into: Path, name: str, *, prefixes: Mapping[str, str], base: Base) -> list[Job]:
    """Return the jobs that write all dumps, that of the union first and the longest second; see `finish`.

    They return a `FromUnion` or a `Dump` each. `base` is that of the project, for the counts.
    """
    plain = dict(prefixes)
    return [
        Job(UNION, union, (staging, into, name)),
        Job(OF_UNION, of_union, (ResultOf(UNION), into, plain, base)),
        *(Job(f"dump {f.key}", _named_graphs, (ResultOf(UNION), f, staging, into, plain)) for f in _NAMED),
        *(Job(f"dump {p.key}", _part, (p, staging, into / f"{name}-{p.key}.{p.format.key}", plain)) for p in PARTS),
    ]


def finish(made: Iterable[object], into: Path) -> tuple[Dump, ...]:
    """Write SHA256SUMS and dumps.json; return all dumps in the order of the format table, parts last.

    `made` is what the jobs returned; what is no dump is left alone.
    """
    found: list[Dump] = []
    for result in made:
        found += result.dumps if isinstance(result, FromUnion) else [result] if isinstance(result, Dump) else []
    order = [offered.key for offered in DUMP_FORMATS]
    dumps = sorted(found, key=lambda d: (d.part, order.index(d.format.key)))
    names = sorted((dump.path.name, dump.sha256) for dump in dumps if not dump.omitted)
    write_bytes(into / layout.CHECKSUMS, [f"{digest}  {name}\n".encode() for name, digest in names])
    _write_index(into, dumps)
    return tuple(dumps)


def read(folder: Path) -> tuple[Dump, ...]:
    """Return the dumps in a folder that `finish` completed. Raises `ReleaseError`."""
    rows = canonical_json.read_object(folder / layout.DUMPS_INDEX)["dumps"]
    known = {offered.key: offered for offered in DUMP_FORMATS}
    return tuple(
        Dump(
            known[row["format"]],
            folder / row["file"],
            row["bytes"],
            row["sha256"],
            row["statements"],
            row["omitted"],
            row.get("part", _part_by_name(row["file"])),
        )
        for row in rows
    )


def _part_by_name(file: str) -> str:
    """Return the part that a dump holds in a release whose dumps.json does not say it yet."""
    return next((part.key for part in PARTS if Path(file).stem.endswith(f"-{part.key}")), "")


def _write_index(into: Path, dumps: Iterable[Dump]) -> None:
    rows = [
        {
            "format": dump.format.key,
            "file": dump.path.name,
            "bytes": dump.bytes,
            "sha256": dump.sha256,
            "statements": dump.statements,
            "omitted": dump.omitted,
            "part": dump.part,
        }
        for dump in dumps
    ]
    write_bytes(into / layout.DUMPS_INDEX, [canonical_json.encode({"dumps": rows})])


def _dump(offered: GraphFormat, written: WrittenFile, statements: int) -> Dump:
    return Dump(offered, written.path, written.bytes, written.sha256, statements)


def _lines(offered: GraphFormat, path: Path, blocks: Iterable[Lines]) -> Dump:
    count = 0

    def counted() -> Iterator[bytes]:
        nonlocal count
        for lines in blocks:
            count += len(lines)
            yield b"".join(lines)

    written = write_bytes(path, counted())
    return _dump(offered, written, count)


def of_union(triples: Dump, into: Path, prefixes: Mapping[str, str], base: Base) -> FromUnion:
    """Write the dumps of the union, but for N-Triples, and count what it holds, in one pass over it.

    A format that has no form for one of the triples is left out, and `omitted` says why. Raises `StageFailed`.
    """
    tally = Tally(base)
    paths = {offered: into / f"{triples.path.stem}.{offered.key}" for offered in _OF_UNION}
    writers = {paths[offered]: offered.writer(dict(prefixes)) for offered in _OF_UNION}
    outcomes = write_together(subjects(merge.lines(triples.path)), writers, heard=tally.add)
    made = tuple(_outcome(offered, path, outcomes[path], triples.statements) for offered, path in paths.items())
    return FromUnion(made, tally.counts())


def _outcome(offered: GraphFormat, path: Path, outcome: Outcome, statements: int) -> Dump:
    if isinstance(outcome, NotExpressible):
        return Dump(offered, path, 0, "", 0, omitted=str(outcome))
    return _dump(offered, outcome, statements)


def _named_graphs(
    triples: Dump, offered: DatasetFormat, staging: Staging, into: Path, prefixes: Mapping[str, str]
) -> Dump:
    """Write the dump of a data set: the union, and then each graph. `triples` is the dump of the union."""
    graphs = staging.of(*PUBLISHED)
    path = into / f"{triples.path.stem}.{offered.key}"
    union = ("", merge.lines(triples.path))
    named = ((graph.name, merge.triples([graph])) for graph in graphs)
    written = write_bytes(path, offered.dataset(chain([union], named), prefixes))
    return _dump(offered, written, triples.statements + sum(graph.triples for graph in graphs))


def _part(part: DumpPart, staging: Staging, path: Path, prefixes: Mapping[str, str]) -> Dump:
    graphs = staging.of(*part.roles)
    if part.format == formats.N_TRIPLES:
        return replace(_lines(part.format, path, merge.triples(graphs)), part=part.key)
    count = 0

    def counted() -> Iterator[Lines]:
        nonlocal count
        for lines in merge.triples(graphs):
            count += len(lines)
            yield lines

    written = write_bytes(path, part.format.document(counted(), prefixes))
    return Dump(part.format, written.path, written.bytes, written.sha256, count, part=part.key)
