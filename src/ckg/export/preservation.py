"""One file for keeping: the site of a release, its dumps, the sources of the project, and checksums of all of it.

It is a ZIP of a bag (BagIt 1.0, RFC 8493) whose payload is a crate (RO-Crate 1.1, as its appendix on BagIt says), so
that tools of libraries and archives read it; a README says in plain words what it is. The same release gives the same
bytes: entries are sorted and have no time.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import ckg
from ckg.errors import ReleaseError, StageFailed
from ckg.export import checksums
from ckg.export.host_rules import content_types
from ckg.export.preservation_texts import BAGIT, crate, readme
from ckg.release.layout import Release

_TIME: Final = (1980, 1, 1, 0, 0, 0)
_BLOCK_BYTES: Final = 1 << 20
_PAYLOAD: Final = "manifest-sha256.txt"
_TAGS: Final = "tagmanifest-sha256.txt"
SITE, PROJECT, CRATE = "data/site", "data/project", "data/ro-crate-metadata.json"


@dataclass(frozen=True, slots=True)
class Archived:
    """What was packed: how many files, the size of the archive in bytes, and its SHA-256."""

    files: int
    bytes: int
    digest: str


def pack(release: Release, site: Path, project: Path, sources: Sequence[str], target: Path) -> Archived:
    """Pack an export of a release and the sources of its project into one file.

    `sources` are paths below the folder `project`. Nothing is at `target` before all is written. Raises `StageFailed`
    where a file cannot be read or written.
    """
    name = f"{release.about.name}-{release.id}"
    files = {f"{SITE}/{path}": site / path for path in checksums.files_below(site)}
    files |= {f"{PROJECT}/{path}": project / path for path in sources}
    partial = target.with_name(f".{target.name}.partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            rows: dict[str, tuple[str, int]] = {}
            for path in sorted(files):
                with files[path].open("rb") as file:
                    rows[path] = _add(archive, f"{name}/{path}", file)
            described = crate(release, rows, content_types())
            rows[CRATE] = _add_text(archive, f"{name}/{CRATE}", described)
            tags = {
                "README.txt": readme(release),
                "bagit.txt": BAGIT,
                "bag-info.txt": _bag_info(release, rows),
                _PAYLOAD: _manifest({path: digest for path, (digest, _) in rows.items()}),
            }
            digests = {path: _add_text(archive, f"{name}/{path}", text)[0] for path, text in sorted(tags.items())}
            _add_text(archive, f"{name}/{_TAGS}", _manifest(digests))
        partial.replace(target)
    except OSError as error:
        raise StageFailed(f"cannot write {error.filename or target}: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
    digest = _digest_of(target)
    return Archived(len(rows) + len(tags) + 1, target.stat().st_size, digest)


def problems(path: Path) -> Iterator[str]:
    """Yield what is wrong with an archive: files that are missing, changed, not listed, or that no archive may have.

    Everything is read once; nothing is unpacked, and nothing asked of any network. Raises `ReleaseError` for what is
    no such archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _problems(path, archive)
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ReleaseError(f"{path} cannot be read as a ZIP file: {error}", hint="Take another copy of it.") from error


def _problems(path: Path, archive: zipfile.ZipFile) -> Iterator[str]:
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    heads = {name.partition("/")[0] for name in names}
    head = f"{heads.pop()}/" if len(heads) == 1 else ""
    if f"{head}bagit.txt" not in names or f"{head}{_PAYLOAD}" not in names:
        raise ReleaseError(
            f"{path} is no archive of ckg: it has no bag in it", hint="`ckg export --archive FILE` makes one."
        )
    yield from (f"{name}: it is there twice" for name in sorted({name for name in names if names.count(name) > 1}))
    yield from (f"{name}: no archive may have such a path" for name in names if _is_unsafe(name))
    payload, tags = _read_manifest(archive, head + _PAYLOAD), _read_manifest(archive, head + _TAGS)
    listed = payload | tags
    there = {name.removeprefix(head) for name in names}
    yield from (f"{name}: it is missing" for name in sorted(listed.keys() - there))
    yield from (f"{name}: it is not listed" for name in sorted(there - listed.keys() - {_TAGS}))
    for name in sorted(listed.keys() & there):
        try:
            with archive.open(head + name) as file:
                same = _hash(file)[0] == listed[name]
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            yield f"{name}: it cannot be read: {error}"
            continue
        if not same:
            yield f"{name}: its SHA-256 is another one than is listed"
    yield from _site_problems(archive, head, payload)


def _site_problems(archive: zipfile.ZipFile, head: str, payload: Mapping[str, str]) -> Iterator[str]:
    """Yield where the site's own list of files says something else than that of the archive."""
    name = f"{SITE}/{checksums.NAME}"
    if name not in payload:
        yield f"{name}: it is missing"
        return
    own = dict(checksums.rows(archive.read(head + name).decode(), Path(name)))
    held = {path.removeprefix(f"{SITE}/"): sha for path, sha in payload.items() if path.startswith(f"{SITE}/")}
    held.pop(checksums.NAME)
    yield from (
        f"{SITE}/{path}: the lists differ"
        for path in sorted(own.keys() | held.keys())
        if own.get(path) != held.get(path)
    )


def _is_unsafe(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.split("/") or ":" in name.split("/", maxsplit=1)[0]


def _add(archive: zipfile.ZipFile, name: str, file: IO[bytes]) -> tuple[str, int]:
    """Add a file; return the SHA-256 and the size of what was read."""
    info = zipfile.ZipInfo(name, _TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    size = os.fstat(file.fileno()).st_size
    digest, count = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=size > 1 << 30) as entry:
        while block := file.read(_BLOCK_BYTES):
            entry.write(block)
            digest.update(block)
            count += len(block)
    return digest.hexdigest(), count


def _add_text(archive: zipfile.ZipFile, name: str, text: str) -> tuple[str, int]:
    content = text.encode()
    info = zipfile.ZipInfo(name, _TIME)
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return hashlib.sha256(content).hexdigest(), len(content)


def _hash(file: IO[bytes]) -> tuple[str, int]:
    digest, count = hashlib.sha256(), 0
    while block := file.read(_BLOCK_BYTES):
        digest.update(block)
        count += len(block)
    return digest.hexdigest(), count


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return _hash(file)[0]


def _manifest(rows: Mapping[str, str]) -> str:
    """Return a manifest of a bag; RFC 8493, section 2.1.3, encodes `%` and ends of lines in paths."""

    def written(path: str) -> str:
        return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")

    return "".join(f"{digest}  {written(path)}\n" for path, digest in sorted(rows.items()))


def _read_manifest(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    try:
        text = archive.read(name).decode()
    except KeyError:
        raise ReleaseError(f"the archive has no {name}", hint="Take another copy of it.") from None
    rows = checksums.rows(text, Path(name))
    return {path.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%"): digest for path, digest in rows}


def _bag_info(release: Release, rows: Mapping[str, tuple[str, int]]) -> str:
    about = release.about
    said: list[tuple[str, Any]] = [
        ("Bag-Software-Agent", f"ckg {ckg.__version__}"),
        ("Source-Organization", about.publisher),
        ("External-Description", about.title),
        ("External-Identifier", release.base.iri),
        ("Internal-Sender-Identifier", release.id),
        ("Bagging-Date", about.issued),
        ("Payload-Oxum", f"{sum(size for _, size in rows.values())}.{len(rows)}"),
    ]
    return "".join(f"{name}: {' '.join(str(value).split())}\n" for name, value in said if value)
