"""`/releases.atom`: the releases that lie beside the one that is served, as an Atom feed (RFC 4287)."""

from __future__ import annotations

import datetime
from html import escape
from pathlib import Path
from typing import Final

from flask import Flask, Response

from ckg.errors import ReleaseError
from ckg.formats.media import ATOM
from ckg.release.layout import MANIFEST, Release
from ckg.web import responses
from ckg.web.open_release import serving

_MAX_ENTRIES: Final = 50


def register(app: Flask) -> None:
    """Add the route."""

    @app.get("/releases.atom")
    def releases_feed() -> Response:
        return responses.body(_feed, ATOM, ("releases",), fixed=True)


def _feed() -> bytes:
    current = serving().release
    about = current.about
    found = _beside(current)
    author = escape(about.publisher or about.title)
    entries = "".join(_entry(release, made) for release, made in found)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{escape(about.base)}releases.atom</id>\n<title>{escape(about.title)}: releases</title>\n"
        f"<updated>{_moment(found[0][1])}</updated>\n<author><name>{author}</name></author>\n"
        f'<link rel="self" href="{escape(about.base)}releases.atom"/>\n<link href="{escape(about.base)}"/>\n'
        f"{entries}</feed>\n"
    ).encode()


def _beside(current: Release) -> list[tuple[Release, float]]:
    """Return the releases in the folder of the current one, that one among them, the newest first."""
    found = {current.folder: (current, _made(current))}
    for manifest in current.folder.parent.glob(f"*/{MANIFEST}"):
        release = Release(manifest.parent)
        try:
            if release.about.base == current.about.base:
                found.setdefault(release.folder, (release, _made(release)))
        except (ReleaseError, OSError, ValueError, KeyError):  # it is being written, or removed
            continue
    rows = sorted(found.values(), key=lambda row: (-row[1], row[0].id))
    return rows[:_MAX_ENTRIES]


def _made(release: Release) -> float:
    return Path(release.folder / MANIFEST).stat().st_mtime


def _entry(release: Release, made: float) -> str:
    about = release.about
    counts = release.counts
    said = f"{counts.get('triples', 0):,} triples" if counts.get("triples") else "A release of the data"
    issued = f", dated {about.issued}" if about.issued else ""
    return (
        f"<entry><id>{escape(about.base)}releases/{escape(release.id)}</id>"
        f"<title>Version {escape(about.version)}, release {escape(release.id)}</title>"
        f"<updated>{_moment(made)}</updated>"
        f'<link href="{escape(about.base)}catalog"/>'
        f"<summary>{escape(said + issued)}.</summary></entry>\n"
    )


def _moment(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(int(seconds), tz=datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
