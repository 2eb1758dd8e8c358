"""The manifest: every file of a release with its size and SHA-256, what is in it, and what made it.

The files of the store are listed apart, in store.json: RocksDB writes different bytes on every build, and everything
else, manifest.json included, is the same for the same inputs.
"""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ckg.errors import ReleaseError
from ckg.jobs import cores
from ckg.model.staged import Staging
from ckg.release import canonical_json, layout
from ckg.release.layout import Release
from ckg.release.writing import sha256, write_bytes

TOOLS = ("ckg", "pyoxigraph", "rdflib", "pyshacl", "owlrl", "duckdb")

_FORMAT = 1
_SHOWN = 10
_UNLISTED = (layout.MANIFEST, layout.STORE_FILES)
# What RocksDB writes beside the data whenever a store is opened.
ROCKSDB_CHATTER = ("LOCK", "LOG")


def write(
    folder: Path,
    *,
    release: str,
    inputs: str,
    staging: Staging,
    counts: Mapping[str, int],
    known: Mapping[Path, str] | None = None,
    store: Mapping[str, Any] | None = None,
) -> None:
    """Write manifest.json and store.json of a release folder that is otherwise complete.

    `release` is the name it will have, `inputs` the hash of its inputs, `staging` its graphs as they lie in `folder`.
    `known` maps files below `folder` to digests that were taken when they were written, so that large files are not
    read again; the digests of `staging` are used likewise. `store` says how the store was made, for store.json. Raises
    `StageFailed`.
    """
    digests = {graph.path: graph.sha256 for graph in staging.graphs} | dict(known or {})
    paths = [path for path in _files(folder) if path.relative_to(folder).as_posix() not in _UNLISTED]
    with ThreadPoolExecutor(cores()) as threads:  # hashing holds no lock of the interpreter
        digests |= threads.map(_digest, (path for path in paths if path not in digests))
    rows = [_row(path, folder, digests[path]) for path in paths]
    stored = [row for row in rows if row["path"].startswith(f"{layout.STORE}/")]
    others = [row for row in rows if row not in stored]
    write_bytes(folder / layout.STORE_FILES, [canonical_json.encode({**(store or {}), "files": stored})])
    manifest = {
        "format": _FORMAT,
        "release": release,
        "inputs": inputs,
        "tools": tools(),
        "counts": dict(counts),
        "graphs": [
            {
                "name": graph.name,
                "role": graph.role.value,
                "file": graph.path.relative_to(folder).as_posix(),
                "sha256": graph.sha256,
                "triples": graph.triples,
                "sources": list(graph.sources),
            }
            for graph in staging.graphs
        ],
        "files": others,
    }
    write_bytes(folder / layout.MANIFEST, [canonical_json.encode(manifest)])


def _digest(path: Path) -> tuple[Path, str]:
    return path, sha256(path).sha256


def _row(path: Path, folder: Path, digest: str) -> dict[str, Any]:
    return {"path": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size, "sha256": digest}


def tools() -> dict[str, str]:
    """Return the versions of everything whose behaviour decides over the bytes of a release."""
    versions = {name: version(name) for name in TOOLS}
    return {**versions, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}


def verify(release: Release, *, deep: bool) -> None:
    """Check that a release is what its manifest says: names and sizes, and with `deep` every digest.

    Raises `ReleaseError` that names what is missing, changed or not listed.
    """
    problems = list(_problems(release, deep=deep))
    if problems:
        shown = "\n  ".join(problems[:_SHOWN])
        more = f"\n  … and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise ReleaseError(
            f"the release {release.id} is not what its manifest says:\n  {shown}{more}",
            hint="Build it again with `ckg build`, or go back to an earlier release.",
        )


def _problems(release: Release, *, deep: bool) -> Iterator[str]:
    manifest = release.manifest
    if manifest.get("format") != _FORMAT:
        yield f"{layout.MANIFEST}: its format is {manifest.get('format')!r}, this version of ckg reads {_FORMAT}"
        return
    if manifest["release"] != release.id:
        yield f"{layout.MANIFEST}: it belongs to the release {manifest['release']}"
    listed = {row["path"]: row for row in manifest["files"]}
    stored = {row["path"]: row for row in canonical_json.read_object(release.folder / layout.STORE_FILES)["files"]}
    if not stored:
        yield f"{layout.STORE}: it has no files"
    present = {path.relative_to(release.folder).as_posix(): path for path in _files(release.folder)}
    for name, row in sorted({**listed, **stored}.items()):
        path = present.pop(name, None)
        if path is None:
            yield f"{name}: missing"
        else:
            yield from _change(name, path, row, deep=deep)
    for name in sorted(present):
        if name not in _UNLISTED:
            yield f"{name}: not listed"


def _change(name: str, path: Path, row: Mapping[str, Any], *, deep: bool) -> Iterator[str]:
    size = path.stat().st_size
    if size != row["bytes"]:
        yield f"{name}: {size} bytes instead of {row['bytes']}"
    elif deep and sha256(path).sha256 != row["sha256"]:
        yield f"{name}: changed"


def _files(folder: Path) -> Iterator[Path]:
    store = folder / layout.STORE
    for path in sorted(folder.rglob("*")):
        chatter = path.parent == store and path.name.startswith(ROCKSDB_CHATTER)
        if path.is_file() and not chatter:
            yield path
