"""Where subjects of the data have their addresses: below a base, outside of all, or where the site answers itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ckg.build.inputs import Inputs, code
from ckg.build.stage_cache import StageCache, key
from ckg.errors import ProjectWarning
from ckg.model.config import Project
from ckg.model.iris import GRAPH, THING
from ckg.model.site_paths import SITE_PATHS
from ckg.model.staged import Role

_FILE = "addresses.json"
_SHOWN = 5
_OURS = frozenset({GRAPH.rstrip("/"), THING.rstrip("/")})  # paths that are there for what the data describe


@dataclass(frozen=True, slots=True)
class DataAddresses:
    """How many subjects of data and ontology have an IRI, how many of them lie outside of all bases of the project.

    `hidden` is how many have an IRI at which the site has a page of its own, `examples` the first of those.
    """

    subjects: int
    outside: int
    hidden: int = 0
    examples: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[ProjectWarning, ...]:
        """What the people of the project should know."""
        if not self.hidden:
            return ()
        shown = ", ".join(f"<{iri}>" for iri in self.examples)
        more = f" and {self.hidden - len(self.examples):,} more" if self.hidden > len(self.examples) else ""
        return (
            ProjectWarning(
                f"the data describe {shown}{more}, where the site has a page of its own",
                hint="There the data are answered, and the site's own page is below /-/ (the setting serve.reserved).",
            ),
        )


def survey(project: Project, inputs: Inputs, cache: StageCache) -> DataAddresses:
    """Count the subjects of data and ontology by where their IRIs lie."""
    graphs = inputs.staging.of(Role.DATA, Role.ONTOLOGY)
    made = cache.make(
        "addresses",
        key(code("build", "model"), project.bases, *((graph.name, graph.sha256) for graph in graphs)),
        lambda into: _write(into, _count(project, [graph.path for graph in graphs])),
    )
    row = json.loads((made / _FILE).read_text(encoding="utf-8"))
    return DataAddresses(row["subjects"], row["outside"], row["hidden"], tuple(row["examples"]))


def _write(into: Path, found: DataAddresses) -> None:
    (into / _FILE).write_text(json.dumps(asdict(found)), encoding="utf-8")


def _count(project: Project, files: list[Path]) -> DataAddresses:
    bases = tuple(f"<{base}".encode() for base in project.bases)
    terms = {term for file in files for term in _subjects(file)}
    outside = sum(not term.startswith(bases) for term in terms)
    hidden = sorted(term for term in terms if _is_hidden(term, project.base.iri))
    examples = tuple(term[1:-1].decode() for term in hidden[:_SHOWN])
    return DataAddresses(len(terms), outside, len(hidden), examples)


def _subjects(file: Path) -> Iterator[bytes]:
    last = b""
    with file.open("rb") as lines:
        for line in lines:
            term = line.partition(b" ")[0]
            if term != last and term[:1] == b"<":
                yield term
            last = term


def _is_hidden(term: bytes, base: str) -> bool:
    """Whether the document of an IRI, in angle brackets, would be at an address at which the site answers itself."""
    iri = term[1:-1].decode()
    document = iri.partition("#")[0].partition("?")[0]
    if document == base.rstrip("/"):
        return True
    if not document.startswith(base):
        return False
    first = document[len(base) :].partition("/")[0]
    return not document[len(base) :] or (first in SITE_PATHS and first not in _OURS)
