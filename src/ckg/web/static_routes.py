"""`/static/…`: files of this package and of the project; under an address that holds their digest, for a year."""

from __future__ import annotations

import mimetypes
from typing import Final

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from ckg.model.byte_lru import ByteLru
from ckg.model.negotiation import IDENTITY
from ckg.pages.static_files import StaticFile
from ckg.web.front import content_coding
from ckg.web.headers import has_representation
from ckg.web.open_release import serving
from ckg.web.response_cache import mark_cacheable

EXTENSION: Final = "ckg.compressed"
"""The key in `app.extensions` of the compressed static files."""

MARK: Final = "mark.svg"
"""The picture of sites without a logo."""

_COMPRESSED_BYTES: Final = 16 << 20
_FOR_A_YEAR: Final = "public, max-age=31536000, immutable"  # RFC 8246
_ASK_AGAIN: Final = "public, no-cache"  # keep it, and confirm it by its ETag before each use


def register(app: Flask) -> None:
    """Add the routes."""
    compressed = app.extensions[EXTENSION] = ByteLru[bytes](_COMPRESSED_BYTES, share_divisor=8)

    @app.get("/static/<path:filename>")
    def static(filename: str) -> Response:
        return _answer(serving().site.core_files.find(filename), compressed)

    @app.get("/favicon.ico")
    def favicon() -> Response:
        site = serving().site
        logo = site.folder.config.logo
        files, name = (site.project_files, logo) if logo else (site.core_files, MARK)
        return _answer(files.find(name), compressed)

    @app.get("/static/project/<path:filename>")
    def project_file(filename: str) -> Response:
        return _answer(serving().site.project_files.find(filename), compressed)


def _answer(file: StaticFile | None, compressed: ByteLru[bytes]) -> Response:
    """Return a file in the coding that the client likes best."""
    if file is None:
        raise NotFound("There is no such file.")
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    charset = "; charset=utf-8" if media_type.startswith("text/") or media_type.endswith("javascript") else ""
    answer = Response(file.content, content_type=media_type + charset)
    codings = content_coding.acceptable(request.headers.get("Accept-Encoding"), content_coding.OFFERED_LASTING)
    coding = codings[0] if codings and content_coding.is_compressible(media_type) else IDENTITY
    if len(file.content) < content_coding.WORTH_BYTES and IDENTITY in codings:
        coding = IDENTITY
    answer.headers["ETag"] = content_coding.tag_of(f'"{file.digest}"', coding)
    if coding != IDENTITY and not has_representation(answer.headers["ETag"]):
        made = compressed.make(
            (file.digest, coding), lambda: content_coding.compress(file.content, coding, lasting=True), len
        )
        answer.set_data(made)
    if coding != IDENTITY:
        answer.headers["Content-Encoding"] = coding
    answer.headers["Cache-Control"] = _FOR_A_YEAR if file.is_marked else _ASK_AGAIN
    mark_cacheable()
    return answer
