"""What lies where in a release folder, and the value that everybody reads a release through."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from ckg.errors import NoRelease, ReleaseError
from ckg.formats import DUMP_FORMATS, GraphFormat
from ckg.model.config import Project
from ckg.model.iris import Base
from ckg.model.prefixes import Prefixes
from ckg.model.staged import Role, StagedGraph, Staging
from ckg.release import canonical_json

MANIFEST = "manifest.json"
PROJECT = "project.json"
GRAPHS = "graphs"
DUMPS = "dumps"
CHECKSUMS = "SHA256SUMS"
DUMPS_INDEX = "dumps.json"
STORE = "store"
STORE_FILES = "store.json"
SEARCH = "search.sqlite"
VOID = "void.ttl"
DESCRIPTION = "description.nq"
REPORT_TURTLE = "report.ttl"
REPORT_JSON = "report.json"
EVIDENCE = "evidence.json"
DERIVATIONS = "derivations"
CONTRADICTIONS = "contradictions.json"
WITHDRAWN = "withdrawn.json"
ONTOLOGY_CHANGES = "ontology_changes.json"
PAGES = "pages"


@dataclass(frozen=True, slots=True)
class ProjectMetadata:
    """What a release says about itself: the `[project]` section of ckg.toml and the prefixes, kept in project.json.

    `issued` is an ISO 8601 date or empty; `prefixes` maps prefix to namespace IRI; `bases` are all bases of the
    project's IRIs, `base` first.
    """

    name: str
    title: str
    description: str
    base: str
    version: str
    issued: str
    license: str
    publisher: str
    homepage: str
    languages: tuple[str, ...]
    examples: tuple[str, ...]
    prefixes: Mapping[str, str]
    bases: tuple[str, ...] = ()

    @classmethod
    def of(cls, project: Project, prefixes: Mapping[str, str]) -> ProjectMetadata:
        """Take what a project says of itself."""
        issued: datetime.date | None = project.issued
        return cls(
            name=project.name,
            title=str(project.get("project.title")),
            description=str(project.get("project.description")),
            base=project.base.iri,
            version=project.version,
            issued=issued.isoformat() if issued else "",
            license=str(project.get("project.license")),
            publisher=str(project.get("project.publisher")),
            homepage=str(project.get("project.homepage")),
            languages=project.languages,
            examples=tuple(project.get("project.examples")),
            prefixes=dict(prefixes),
            bases=project.bases,
        )

    @classmethod
    def read(cls, path: Path) -> ProjectMetadata:
        """Read project.json; `ReleaseError` where it is missing or lacks a key."""
        values = canonical_json.read_object(path)
        missing = [field.name for field in fields(cls) if field.name not in values]
        if missing:
            raise ReleaseError(f"{path} lacks {', '.join(missing)}", hint="Build the release again.")
        kept: dict[str, Any] = {field.name: values[field.name] for field in fields(cls)}
        kept["languages"] = tuple(kept["languages"])
        kept["examples"] = tuple(kept["examples"])
        kept["bases"] = tuple(kept["bases"])
        return cls(**kept)

    def write(self, path: Path) -> None:
        """Write project.json, the same bytes for the same values."""
        path.write_bytes(canonical_json.encode(asdict(self)))


class Release:
    """A release folder, opened: its files by name, and what project.json and manifest.json say, read when asked for.

    Raises `NoRelease` where there is no such folder. Whether the files are what the manifest says is the job of
    `manifest.verify`.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise NoRelease(f"there is no release in {folder}", hint="Make one with `ckg build`.")
        self.folder = folder

    def __repr__(self) -> str:
        return f"Release({str(self.folder)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Release) and self.folder == other.folder

    def __hash__(self) -> int:
        return hash(self.folder)

    @property
    def id(self) -> str:
        """The name of the release: its version and the beginning of the hash of its inputs."""
        return self.folder.name

    @cached_property
    def about(self) -> ProjectMetadata:
        """What project.json says."""
        return ProjectMetadata.read(self.folder / PROJECT)

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What manifest.json says."""
        return canonical_json.read_object(self.folder / MANIFEST)

    def manifest_id(self) -> tuple[int, int]:
        """Return what tells this release from one that took its place under the same name. Raises `ReleaseError`."""
        try:
            status = (self.folder / MANIFEST).stat()
        except OSError as error:
            raise ReleaseError(f"{self.folder / MANIFEST} cannot be read: {error.strerror or error}") from None
        return status.st_ino, status.st_mtime_ns

    @cached_property
    def base(self) -> Base:
        """The base of the IRIs the project mints."""
        return Base(self.about.base)

    @cached_property
    def prefixes(self) -> Prefixes:
        """The prefixes of the project."""
        return Prefixes(self.about.prefixes)

    @property
    def counts(self) -> Mapping[str, int]:
        """The counts of the manifest, by name."""
        counts: Mapping[str, int] = self.manifest["counts"]
        return counts

    @property
    def store(self) -> Path:
        """The folder of the Oxigraph store."""
        return self.folder / STORE

    @cached_property
    def store_probes(self) -> tuple[str, ...]:
        """Look-ups that reach every table of the store, as lines of N-Quads (`ckg.model.store_tables`)."""
        return tuple(canonical_json.read_object(self.folder / STORE_FILES).get("probes", ()))

    @property
    def text_numbers(self) -> tuple[str, ...]:
        """The properties with numbers that the store keeps as text (`ckg.release.text_numbers`)."""
        return tuple(canonical_json.read_object(self.folder / STORE_FILES).get("text_numbers", ()))

    @property
    def search(self) -> Path:
        """The SQLite file of the search index."""
        return self.folder / SEARCH

    @property
    def description(self) -> Path:
        """The graphs of the store that describe it (`ckg.release.description`); older releases lack the file."""
        return self.folder / DESCRIPTION

    @cached_property
    def description_graphs(self) -> Mapping[str, int]:
        """The graphs that describe the store, and how many statements each holds."""
        counts: dict[str, int] = {}
        for line in self.description.read_bytes().splitlines() if self.description.is_file() else ():
            name = line[: -len(b" .")].rpartition(b" ")[2].decode()[1:-1]
            counts[name] = counts.get(name, 0) + 1
        return counts

    @property
    def void(self) -> Path:
        """The catalogue in Turtle."""
        return self.folder / VOID

    @property
    def report_turtle(self) -> Path:
        """The SHACL validation report in Turtle."""
        return self.folder / REPORT_TURTLE

    @property
    def report_json(self) -> Path:
        """The SHACL validation report in JSON."""
        return self.folder / REPORT_JSON

    @property
    def evidence(self) -> Path:
        """What became of every quotation."""
        return self.folder / EVIDENCE

    @cached_property
    def contradictions(self) -> Mapping[str, Any]:
        """How many contradictions were reported, and the first of them; a release of an earlier version had none."""
        path = self.folder / CONTRADICTIONS
        return canonical_json.read_object(path) if path.is_file() else {"count": 0, "contradictions": []}

    @property
    def withdrawn(self) -> Path:
        """The things that earlier releases had and this one has not."""
        return self.folder / WITHDRAWN

    @cached_property
    def ontology_changes(self) -> tuple[Mapping[str, Any], ...]:
        """The terms that are not as in the version before, as rows of ontology_changes.json; none without the file."""
        path = self.folder / ONTOLOGY_CHANGES
        return tuple(canonical_json.read_object(path)["terms"]) if path.is_file() else ()

    @property
    def pages(self) -> Path | None:
        """The folder of the project's own pages, if it has one."""
        found = self.folder / PAGES
        return found if found.is_dir() else None

    @property
    def graphs(self) -> Path:
        """The folder of the staged graphs."""
        return self.folder / GRAPHS

    @cached_property
    def derivations(self) -> Path | None:
        """The file or folder that says why each inferred triple holds, if there is one."""
        found = sorted(self.folder.glob(f"{DERIVATIONS}*"))
        return found[0] if found else None

    def dump(self, wanted: GraphFormat) -> Path:
        """Return the path of the dump in one of `formats.DUMP_FORMATS`; it may be missing, see `dumps`."""
        return self.folder / DUMPS / f"{self.about.name}.{wanted.key}"

    @cached_property
    def dumps(self) -> Mapping[str, Path]:
        """Every file in dumps/ by its file name; the formats come first, in the order of the format table."""
        first = [self.dump(offered).name for offered in DUMP_FORMATS]
        names = [path.name for path in sorted((self.folder / DUMPS).iterdir()) if path.is_file()]
        names.sort(key=lambda name: first.index(name) if name in first else len(first))
        return {name: self.folder / DUMPS / name for name in names}

    @cached_property
    def staging(self) -> Staging:
        """The staged graphs as the manifest lists them."""
        return Staging(
            tuple(
                StagedGraph(
                    name=str(row["name"]),
                    role=Role(row["role"]),
                    path=self.folder / str(row["file"]),
                    sha256=str(row["sha256"]),
                    triples=int(row["triples"]),
                    sources=tuple(row["sources"]),
                )
                for row in self.manifest["graphs"]
            )
        )
