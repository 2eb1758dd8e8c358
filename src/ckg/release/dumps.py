"""The dumps: the whole data set as files to download, written from the staged graphs and never from the store.

`<name>.nt`, `.ttl`, `.jsonld` and `.rdf` hold the union of ontology, data and inferred statements, each triple once;
`<name>.nq` and `.trig` hold the same statements in their named graphs; `<name>-shapes.ttl` holds the shapes.
`SHA256SUMS` lists them as `sha256sum --check` reads it, `dumps.json` says what each holds. Every lexical form is as it
was written in the sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ckg.jobs import Job, run
from ckg.model import formats
from ckg.model.formats import Format
from ckg.model.staged import Role, Staging
from ckg.release import canonical_json, layout, merge
from ckg.release.jsonld import SchemeClash, json_ld
from ckg.release.rdfxml import NotExpressible, rdf_xml
from ckg.release.turtle import trig, turtle
from ckg.release.writing import Written, naming, write_bytes, write_text

PUBLISHED = (Role.ONTOLOGY, Role.DATA, Role.INFERRED)

SHAPES = "-shapes"

_FEW = 50_000


@dataclass(frozen=True, slots=True)
class Dump:
    """One file of the dumps: its format, where it lies, its size and digest, and how many statements it holds.

    A dump that could not be written has no file; `omitted` then says why.
    """

    format: Format
    path: Path
    bytes: int
    sha256: str
    statements: int
    omitted: str = ""


def union(staging: Staging, into: Path, name: str) -> Dump:
    """Write `into`/`name`.nt: every triple of ontology, data and inferred once, sorted by bytes.

    The other dumps, the store, the search index and the catalogue read this file. Raises `StageFailed`.
    """
    path = into / f"{name}.nt"
    made = _lines(formats.N_TRIPLES, path, merge.triples(staging.of(*PUBLISHED)))
    _write_index(into, [made])
    return made


def write(
    staging: Staging, triples: Dump, into: Path, *, name: str, prefixes: Mapping[str, str], processes: int = 2
) -> tuple[Dump, ...]:
    """Write all other dumps and return every one in the order of the table, `triples` (the result of `union`) included.

    RDF/XML is left out, and says so in `omitted`, where the triples cannot be written in it. Raises `StageFailed`.
    """
    made = run(
        jobs(staging, triples, into, name=name, prefixes=prefixes),
        processes=processes if staging.triples > _FEW else 1,
    )
    return finish(made, triples, into)


def jobs(staging: Staging, triples: Dump, into: Path, *, name: str, prefixes: Mapping[str, str]) -> list[Job]:
    """Return one job per dump but `triples`, for `jobs.run` together with other work; then call `finish`."""
    plain = dict(prefixes)
    work: list[tuple[Format, Callable[..., Dump]]] = [
        (formats.JSON_LD, _json_ld),
        (formats.RDF_XML, _rdf_xml),
        (formats.TURTLE, _turtle),
    ]
    made = [Job(_name(f), function, (triples, into / f"{name}.{f.key}", plain)) for f, function in work]
    made.append(Job(_name(formats.TRIG), _trig, (staging, into / f"{name}.trig", plain)))
    made.append(Job(_name(formats.N_QUADS), _quads, (staging, into / f"{name}.nq")))
    made.append(Job("dump shapes", _shapes, (staging, into / f"{name}{SHAPES}.ttl", plain)))
    return made


def finish(made: Mapping[str, object], triples: Dump, into: Path) -> tuple[Dump, ...]:
    """Write SHA256SUMS and dumps.json; return all dumps in the order of the format table, the shapes last."""
    found = [dump for dump in made.values() if isinstance(dump, Dump)]
    order = [offered.key for offered in formats.DUMP_FORMATS]
    dumps = sorted([triples, *found], key=lambda d: (d.path.stem.endswith(SHAPES), order.index(d.format.key)))
    names = sorted((dump.path.name, dump.sha256) for dump in dumps if not dump.omitted)
    write_text(into / layout.CHECKSUMS, [f"{digest}  {name}\n" for name, digest in names])
    _write_index(into, dumps)
    return tuple(dumps)


def read(folder: Path) -> tuple[Dump, ...]:
    """Return the dumps in a folder that `union` or `write` filled. Raises `ReleaseError`."""
    rows = canonical_json.read_object(folder / layout.DUMPS_INDEX)["dumps"]
    known = {offered.key: offered for offered in formats.DUMP_FORMATS}
    return tuple(
        Dump(known[row["format"]], folder / row["file"], row["bytes"], row["sha256"], row["statements"], row["omitted"])
        for row in rows
    )


def _write_index(into: Path, dumps: Iterable[Dump]) -> None:
    rows = [
        {
            "format": dump.format.key,
            "file": dump.path.name,
            "bytes": dump.bytes,
            "sha256": dump.sha256,
            "statements": dump.statements,
            "omitted": dump.omitted,
        }
        for dump in dumps
    ]
    write_bytes(into / layout.DUMPS_INDEX, [canonical_json.encode({"dumps": rows})])


def _name(offered: Format) -> str:
    return f"dump {offered.key}"


def _dump(offered: Format, written: Written, statements: int) -> Dump:
    return Dump(offered, written.path, written.bytes, written.sha256, statements)


def _lines(offered: Format, path: Path, blocks: Iterable[merge.Lines]) -> Dump:
    count = 0

    def counted() -> Iterator[bytes]:
        nonlocal count
        for lines in blocks:
            count += len(lines)
            yield b"".join(lines)

    written = write_bytes(path, counted())
    return _dump(offered, written, count)


def _read(triples: Dump) -> Iterator[merge.Lines]:
    return merge.lines(triples.path)


def _turtle(triples: Dump, path: Path, prefixes: Mapping[str, str]) -> Dump:
    return _dump(formats.TURTLE, write_text(path, turtle(_read(triples), prefixes)), triples.statements)


def _json_ld(triples: Dump, path: Path, prefixes: Mapping[str, str]) -> Dump:
    usable = dict(prefixes)
    while True:
        try:
            written = write_text(path, json_ld(_read(triples), usable))
        except SchemeClash as clash:
            del usable[clash.prefix]
        else:
            return _dump(formats.JSON_LD, written, triples.statements)


def _rdf_xml(triples: Dump, path: Path, prefixes: Mapping[str, str]) -> Dump:
    try:
        written = write_text(path, rdf_xml(_read(triples), prefixes))
    except NotExpressible as problem:
        with naming(path):
            path.unlink()
        return Dump(formats.RDF_XML, path, 0, "", 0, omitted=str(problem))
    return _dump(formats.RDF_XML, written, triples.statements)


def _trig(staging: Staging, path: Path, prefixes: Mapping[str, str]) -> Dump:
    graphs = staging.of(*PUBLISHED)
    written = write_text(path, trig(((graph.name, merge.triples([graph])) for graph in graphs), prefixes))
    return _dump(formats.TRIG, written, sum(graph.triples for graph in graphs))


def _quads(staging: Staging, path: Path) -> Dump:
    return _lines(formats.N_QUADS, path, merge.quads(staging.of(*PUBLISHED)))


def _shapes(staging: Staging, path: Path, prefixes: Mapping[str, str]) -> Dump:
    graphs = staging.of(Role.SHAPES)
    written = write_text(path, turtle(merge.triples(graphs), prefixes))
    return _dump(formats.TURTLE, written, sum(graph.triples for graph in graphs))
