"""What the query page of an export loads to answer in the browser: the engine, the data twice, and names.

Every file is compressed with gzip and has its digest in its name, so that a browser asks for it once. `index.json`
lists them with their sizes. The union alone, in Turtle, is what most queries need; one that speaks of named graphs
loads them all as N-Quads, and the union is made of them, so that a blank node is the same one in both.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

from ckg.export.names import NameRow
from ckg.formats import TURTLE
from ckg.model.staged import Role
from ckg.pages.querying import ENGINE
from ckg.release import canonical_json
from ckg.release.layout import Release
from ckg.release.writing import write_bytes

FOLDER: Final = "_data"
INDEX: Final = "index.json"
_DIGEST_CHARACTERS: Final = 16
_UNION: Final = (Role.ONTOLOGY, Role.DATA, Role.INFERRED)


def write(release: Release, folder: Path, names: Iterable[NameRow]) -> Mapping[str, Any]:
    """Write the files to a folder of an export and return what `index.json` says."""
    folder.mkdir(parents=True, exist_ok=True)
    staging = release.staging.published
    graphs = b"".join(graph.path.read_bytes() for graph in staging.graphs)
    if release.description.is_file():
        graphs += release.description.read_bytes()
    module, wasm = ENGINE
    rows = [[name.iri, name.label, name.language, name.href] for name in names]
    index = {
        "release": release.id,
        "prefixes": dict(release.prefixes),
        "text_numbers": list(release.text_numbers),
        "data": _write(folder, release.dump(TURTLE).read_bytes()),
        "graphs": _write(folder, graphs) | {"union": [graph.name for graph in staging.of(*_UNION)]},
        "names": _write(folder, canonical_json.encode(rows)),
        "engine": _write(folder, _engine(wasm).read_bytes()),
        "module": _write(folder, _engine(module).read_bytes(), ".js", packed=bytes),
    }
    write_bytes(folder / INDEX, [canonical_json.encode(index)])
    return index


def _engine(name: str) -> Any:
    return resources.files("ckg.pages").joinpath("static", "engine", name)


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _write(
    folder: Path, content: bytes, suffix: str = ".bin", packed: Callable[[bytes], bytes] = _gzip
) -> dict[str, Any]:
    """Write one file; return its name and how many bytes are loaded. No suffix is `.gz`: hosts would unpack it."""
    name = f"{hashlib.sha256(content).hexdigest()[:_DIGEST_CHARACTERS]}{suffix}"
    return {"name": name, "bytes": write_bytes(folder / name, [packed(content)]).bytes}
