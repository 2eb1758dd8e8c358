"""`ckg export DIR`: the whole site of one release as files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import ckg
from ckg.errors import ReleaseError, StageFailed
from ckg.export import browser_data, checksums, host_rules, names, search_parts
from ckg.export.site_walk import SiteWalk
from ckg.pages import messages
from ckg.pages.querying import has_engine
from ckg.pages.static_files import StaticFiles
from ckg.release import canonical_json, dumps, withdrawn
from ckg.release.layout import DUMPS, Release
from ckg.release.writing import write_bytes
from ckg.web.app import EXTENSION, create_app

DESCRIPTION: Final = "export.json"
"""The file that says what an export was made from and how."""

_FORWARD: Final = "forward.js"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How an export is made: where it will lie (with `/` at its end), its language, and one file for each document."""

    url: str
    language: str
    single_files: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What was made: how many files of how many bytes, and the SHA-256 of their list, by which exports are compared.

    `answers` says whether it answers queries in the browser, for which the package needs an engine.
    """

    files: int
    bytes: int
    digest: str
    answers: bool


def options_for(release: Release, url: str | None, language: str | None, *, single_files: bool) -> ExportOptions:
    """Return the options of an export of a release. Raises `ReleaseError` where the release has no such language."""
    offered = release.about.languages
    if language is not None and language not in offered:
        raise ReleaseError(f"the release has no labels in {language!r}", hint=f"It has {', '.join(offered)}.")
    address = url or release.base.iri.partition("#")[0]
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc:
        raise ReleaseError(f"{address} is no address of a web site", hint="Write --url https://example.org/data/.")
    return ExportOptions(address.rstrip("/") + "/", language or offered[0], single_files)


def export(
    release: Release, folder: Path, options: ExportOptions, heard: Callable[[int], None] = lambda _number: None
) -> Exported:
    """Write the site of a release to a folder, which is new, empty, or an export that is replaced.

    Nothing is there before all is. `heard` is told of every file. Raises `ReleaseError` for a folder that holds
    something else, `StageFailed` where the site cannot be asked or a file cannot be written.
    """
    folder = folder.absolute()
    replaced = _may_be_written(folder)
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        count, size = _write(release, partial, options, heard)
        digest = checksums.write(partial)
        if replaced:
            shutil.rmtree(folder)
        elif folder.is_dir():
            folder.rmdir()
        partial.rename(folder)
    except OSError as error:
        raise StageFailed(f"cannot write {error.filename or folder}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Exported(count, size, digest, answers=has_engine())


def _may_be_written(folder: Path) -> bool:
    """Say whether a folder holds an export, which is replaced. Raises `ReleaseError` where it holds something else."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise ReleaseError(f"{folder} is a file", hint="Name a folder that is new or empty.")
    if (folder / DESCRIPTION).is_file() and (folder / checksums.NAME).is_file():
        return True
    if any(folder.iterdir()):
        raise ReleaseError(f"{folder} is not empty and no export", hint="Name a folder that is new or empty.")
    return False


def _write(release: Release, folder: Path, options: ExportOptions, heard: Callable[[int], None]) -> tuple[int, int]:
    forward = f"static/{StaticFiles.of_core().marked(_FORWARD)}"
    app = create_app(release.folder, _SETTINGS)
    try:
        walk = SiteWalk(
            app.wsgi_app,
            folder,
            base=release.base.iri,
            url=options.url,
            language=options.language,
            forward_script=forward,
            single_files=options.single_files,
        )
        listed = dumps.read(release.folder / DUMPS)
        seeds = [f"/dump/{row.path.name}" for row in listed if not row.omitted]
        gone = withdrawn.read(release.withdrawn) if release.withdrawn.is_file() else {}
        seeds += ["/" + iri.removeprefix(release.base.iri) for iri in sorted(gone) if iri.startswith(release.base.iri)]
        walk.run([*seeds, f"/{forward}"], heard)
        reader = app.extensions[EXTENSION].acquire().serving.site.reader(options.language)
        found = {row.iri: row for row in names.rows(release, reader, walk.files)}
        if has_engine():
            browser_data.write(release, folder / browser_data.FOLDER, found.values())
        if release.search.is_file():
            search_parts.write(release.search, folder / search_parts.FOLDER, reader, found)
    finally:
        messages.use(messages.ENGLISH)
        app.close()
    for name, text in host_rules.rules(options.url).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        write_bytes(path, [text.encode()])
    write_bytes(folder / DESCRIPTION, [canonical_json.encode(_description(release, options))])
    return len(walk.files), walk.bytes_written


_SETTINGS: Final = {"limits.workers": 1, "limits.spares": 0, "limits.budget_seconds": 1e9, "limits.cache": 16}
"""An export asks as one reader and must not run out of a stranger's allowance."""


def _description(release: Release, options: ExportOptions) -> dict[str, Any]:
    about = release.about
    return {
        "release": release.id,
        "title": about.title,
        "version": about.version,
        "base": release.base.iri,
        "url": options.url,
        "language": options.language,
        "single_file_documents": options.single_files,
        "ckg": ckg.__version__,
    }
