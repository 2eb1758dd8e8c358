"""`/dump/…`: the files of a release, with ranges (RFC 9110, section 14), digests (RFC 9530) and checksums."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from flask import Flask, Response, redirect, request, send_file
from werkzeug.exceptions import NotFound

from ckg.formats import DUMP_FORMATS, HTML, Format, by_key
from ckg.formats.media import TEXT
from ckg.model.negotiation import negotiate
from ckg.release import dumps as described
from ckg.release.layout import CHECKSUMS, DUMPS
from ckg.web import answers, headers
from ckg.web.pages import routes as pages
from ckg.web.serving import Serving, serving

_ONE_RANGE = re.compile(r"bytes=(\d+-\d*|-\d+)\Z")


def register(app: Flask) -> None:
    """Add the index of dumps and the files."""

    @app.get("/dump/")
    def dump_index() -> Response:
        wanted = negotiate(request.headers.get("Accept"), (HTML, *DUMP_FORMATS), HTML)
        if wanted is None or wanted == HTML:
            return answers.page(lambda: pages.dumps(listed(serving())), "dumps", negotiated=True)
        answer = Response(status=303, headers={"Location": f"{request.script_root}/catalog.{wanted.key}"})
        headers.vary(answer, "Accept")
        return answer

    @app.get("/dump")
    def dump_index_without_slash() -> Response:
        return Response(status=308, headers={"Location": f"{request.script_root}/dump/"})

    @app.get("/dump/<name>")
    def dump(name: str) -> Response:
        current = serving()
        folder = current.release.folder / DUMPS
        if name == CHECKSUMS:
            return answers.body((folder / CHECKSUMS).read_bytes, TEXT, ("dump", name), fixed=True)
        for row in listed(current):
            if row.path.name == name:
                return _file(row.path, row.sha256, row.format)
        asked = by_key(name, DUMP_FORMATS)
        if asked is not None:  # `/dump/ttl`, for people who do not know the file's name
            return _see(f"{request.script_root}/dump/{current.release.about.name}.{asked.key}")
        raise NotFound("There is no such dump; /dump/ lists those that there are.")


def listed(current: Serving) -> tuple[described.Dump, ...]:
    """Return the dumps that are there, in the order of the format table."""
    return tuple(row for row in described.read(current.release.folder / DUMPS) if not row.omitted)


def _see(target: str) -> Response:
    answer = redirect(target, code=303)
    return Response(answer.get_data(), status=303, headers=answer.headers)


def _file(path: Path, sha256: str, format_: Format) -> Response:
    """Send a file as a whole or one range of it.

    Several ranges at once, or one that is no range of bytes, are ignored, as RFC 9110 (14.2) allows; so is
    `If-Modified-Since` with any other date than ours (see `headers.not_modified`).
    """
    environ = request.environ
    wanted = environ.get("HTTP_RANGE", "")
    if request.method == "HEAD" or not _ONE_RANGE.match(wanted.replace(" ", "")):
        environ.pop("HTTP_RANGE", None)
    if environ.get("HTTP_IF_MODIFIED_SINCE") != headers.last_modified():
        environ.pop("HTTP_IF_MODIFIED_SINCE", None)
    answer = send_file(
        path,
        mimetype=format_.content_type,
        etag=sha256[:32],
        last_modified=serving().made,
        conditional=True,
        download_name=path.name,
    )
    if request.method == "HEAD" or answer.status_code == 304:  # nothing will read, nor close, the file
        answer.close()
        answer.response = []
        answer.direct_passthrough = False
    answer.headers["Content-Type"] = format_.content_type
    answer.headers["Content-Disposition"] = f'inline; filename="{path.name}"'
    answer.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Cache-Control"] = "public, max-age=60, stale-if-error=86400"
    headers.link(answer, f"{request.script_root}/dump/{CHECKSUMS}", "describedby", type="text/plain")
    headers.link(answer, serving().release.about.license, "license")
    return answer
