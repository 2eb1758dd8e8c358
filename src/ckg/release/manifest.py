"""The manifest: every file of a release with its size and SHA-256, what is in it, and what made it.

The files of the store are listed apart, in store.json: RocksDB writes different bytes on every build, and everything
else, manifest.json included, is the same for the same inputs.
"""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from ckg.errors import ReleaseError
from ckg.model.staged import Staging
from ckg.process_jobs import cores
from ckg.release import canonical_json, layout
from ckg.release.layout import Release
from ckg.release.writing import sha256, write_bytes

TOOLS = ("ckg", "pyoxigraph", "rdflib", "pyshacl", "elementpath", "owlrl", "duckdb")

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


STORE_CHECKED_MAX_BYTES: Final = 256 << 20
"""Bytes of a store whose digests take no time that anybody would notice before it is served."""


def verify(release: Release, *, deep: bool, store: bool = False) -> None:
    """Check that a release is what its manifest says: names and sizes, and with `deep` every digest.

    `store` checks the digests of the store's files, if they have no more than `STORE_CHECKED_MAX_BYTES` in all.

    Raises `ReleaseError` that names what is missing, changed or not listed.
    """
    found = problems(release, name=release.id, deep=deep, store=store)
    if found:
        shown = "\n  ".join(found[:_SHOWN])
        more = f"\n  … and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise ReleaseError(
            f"the release {release.id} is not what its manifest says:\n  {shown}{more}",
            hint="Build it again with `ckg build`, or go back to an earlier release.",
        )


def digests(release: Release) -> dict[str, str]:
    """Return the SHA-256 of every file of a release, by path, as the manifest and store.json list them."""
    return {path: row["sha256"] for path, row in rows(release).items()}


def check(release: Release, paths: Iterable[Path]) -> None:
    """Check single files of a release by their SHA-256. Raises `ReleaseError` for the first that is another one."""
    listed = digests(release)
    for path in paths:
        name = path.relative_to(release.folder).as_posix()
        if not path.is_file() or sha256(path).sha256 != listed.get(name):
            raise ReleaseError(f"{path} is not what its manifest says", hint="Build it again with `ckg build`.")


def problems(release: Release, *, name: str, deep: bool, store: bool = False) -> list[str]:
    """Return what is missing, changed or not listed, a line `file: what` each; `name` is the one of the release.

    With `deep` every digest is checked, with `store` those of a small store (`STORE_CHECKED_MAX_BYTES`).

    Raises `ReleaseError` where manifest.json or store.json cannot be read.
    """
    found = list(_differences(release, name))
    listed = rows(release)
    stored = {path: row for path, row in listed.items() if path.startswith(f"{layout.STORE}/")}
    small = sum(row["bytes"] for row in stored.values()) <= STORE_CHECKED_MAX_BYTES
    hashed = listed if deep else stored if store and small else {}
    sound = [path for path in hashed if not any(line.startswith(f"{path}: ") for line in found)]
    with ThreadPoolExecutor(cores()) as threads:
        digests = threads.map(_digest, (release.folder / path for path in sound))
        changed = (path for path, (_, digest) in zip(sound, digests, strict=True) if digest != listed[path]["sha256"])
        return found + [f"{path}: changed" for path in changed]


def rows(release: Release) -> dict[str, Mapping[str, Any]]:
    """Return the row of every file that the manifest and store.json list, by its path."""
    stored = canonical_json.read_object(release.folder / layout.STORE_FILES)["files"]
    return {row["path"]: row for row in (*release.manifest["files"], *stored)}


def _differences(release: Release, name: str) -> Iterator[str]:
    manifest = release.manifest
    if manifest.get("format") != _FORMAT:
        yield f"{layout.MANIFEST}: its format is {manifest.get('format')!r}, this version of ckg reads {_FORMAT}"
        return
    if manifest["release"] != name:
        yield f"{layout.MANIFEST}: it belongs to the release {manifest['release']}"
    listed = rows(release)
    if not any(path.startswith(f"{layout.STORE}/") for path in listed):
        yield f"{layout.STORE}: it has no files"
    present = {path.relative_to(release.folder).as_posix(): path for path in _files(release.folder)}
    for path, row in sorted(listed.items()):
        file = present.pop(path, None)
        if file is None:
            yield f"{path}: missing"
        elif file.stat().st_size != row["bytes"]:
            yield f"{path}: {file.stat().st_size} bytes instead of {row['bytes']}"
    for path in sorted(present):
        if path not in _UNLISTED:
            yield f"{path}: not listed"


def _files(folder: Path) -> Iterator[Path]:
    store = folder / layout.STORE
    for path in sorted(folder.rglob("*")):
        chatter = path.parent == store and path.name.startswith(ROCKSDB_CHATTER)
        if path.is_file() and not chatter:
            yield path
