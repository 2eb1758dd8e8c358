"""`/dump/…`: the files of a release, with ranges (RFC 9110, section 14), digests (RFC 9530) and checksums."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Sequence
from pathlib import Path

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import NotFound, RequestedRangeNotSatisfiable

from ckg.formats import DUMP_FORMATS, HTML, Format, by_key
from ckg.formats.media import TEXT
from ckg.model.negotiation import IDENTITY, negotiate
from ckg.release import dumps as described
from ckg.release.layout import CHECKSUMS, DUMPS
from ckg.web import headers, pages, responses
from ckg.web.catalogue_pages import offered
from ckg.web.coded_files import CodedFile
from ckg.web.front import content_coding
from ckg.web.front.reply import FileSlice
from ckg.web.front.wsgi import OpenFile
from ckg.web.open_release import OpenRelease, serving

_ONE_RANGE = re.compile(r"bytes=(\d{1,18}-\d{0,18}|-\d{1,18})\Z")


def register(app: Flask) -> None:
    """Add the index of dumps and the files."""

    @app.get("/dump/")
    def dump_index() -> Response:
        described_in = offered(serving(), "catalog")
        formats = (HTML, *(f for f in DUMP_FORMATS if f in described_in))
        wanted = negotiate(request.headers.get("Accept"), formats, HTML)
        if wanted is None or wanted == HTML:
            return responses.page(lambda: pages.dumps(listed(serving())), "dumps", negotiated=True)
        answer = Response(status=303, headers={"Location": serving().function(f"catalog.{wanted.key}")})
        headers.vary(answer, "Accept")
        return answer

    @app.get("/dump")
    def dump_index_without_slash() -> Response:
        return Response(status=308, headers={"Location": serving().function("dump/")})

    @app.get("/dump/<name>")
    def dump(name: str) -> Response:
        current = serving()
        folder = current.release.folder / DUMPS
        if name == CHECKSUMS:
            return responses.body((folder / CHECKSUMS).read_bytes, TEXT, ("dump", name), fixed=True)
        for row in listed(current):
            if row.path.name == name:
                return _file(row.path, row.sha256, row.format)
        asked = by_key(name, DUMP_FORMATS)
        for row in described.read(folder):
            if asked == row.format and row.omitted:
                raise NotFound(f"The data cannot be written in {asked.name}: {row.omitted}. /dump/ lists the dumps.")
        if asked is not None:  # `/dump/ttl`, for people who do not know the file's name
            return _see(serving().function(f"dump/{current.release.about.name}.{asked.key}"))
        raise NotFound("There is no such dump; /dump/ lists those that there are.")


def listed(current: OpenRelease) -> tuple[described.Dump, ...]:
    """Return the dumps that are there, in the order of the format table."""
    return tuple(row for row in described.read(current.release.folder / DUMPS) if not row.omitted)


def _see(target: str) -> Response:
    answer = redirect(target, code=303)
    return Response(answer.get_data(), status=303, headers=answer.headers)


def _file(path: Path, sha256: str, format_: Format) -> Response:
    """Send a file as a whole, in the coding that the client likes best, or one range of it as it is.

    A range is always one of the file as it is (RFC 9110, 14.2: a range belongs to one representation), so that a
    download in a coding begins anew where it broke off. Several ranges at once, or one that is no range of bytes, are
    ignored, as RFC 9110 allows; so is `If-Modified-Since` with any other date than ours (see `headers.not_modified`).
    """
    tag = f'"{sha256[:32]}"'
    answer = Response(content_type=format_.content_type)
    answer.headers["ETag"] = tag
    answer.headers["Last-Modified"] = headers.last_modified()
    codings = content_coding.acceptable(request.headers.get("Accept-Encoding"))
    if not content_coding.is_compressible(format_.content_type):
        codings = (IDENTITY,)
    if headers.not_modified(tag, fixed=True):
        answer.status_code = 304
    else:
        size = path.stat().st_size
        found = _range(size, tag, codings)
        coded = _coded(path, size, codings) if found is None else None
        if coded is not None:
            coding, copy = coded
            answer.headers["Content-Encoding"] = coding
            answer.headers["ETag"] = content_coding.tag_of(tag, coding)
            sha256 = copy.sha256
            responses.send_file(answer, copy.slice)
        else:
            first, end = found or (0, size)
            if end - first < size:
                answer.status_code = 206
                answer.headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
            answer.headers["Accept-Ranges"] = "bytes"
            opened = OpenFile(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
            responses.send_file(answer, FileSlice(opened, first, end - first))
    answer.headers["Content-Disposition"] = f'inline; filename="{path.name}"'
    answer.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"
    answer.headers["Cache-Control"] = "public, max-age=60, stale-if-error=86400"
    headers.link(answer, serving().function(f"dump/{CHECKSUMS}"), "describedby", type="text/plain")
    headers.link(answer, serving().release.about.license, "license")
    return answer


def _coded(path: Path, size: int, codings: Sequence[str]) -> tuple[str, CodedFile] | None:
    """Return the best coding for a file and its copy in it, None for the file as it is."""
    if not codings or codings[0] == IDENTITY or (size < content_coding.WORTH_BYTES and IDENTITY in codings):
        return None
    copy = serving().coded_files.get(path, codings[0], wait=IDENTITY not in codings)
    return None if copy is None else (codings[0], copy)


def _range(size: int, tag: str, codings: tuple[str, ...]) -> tuple[int, int] | None:
    """Return where the one range that is asked for begins and ends, or None for the whole (RFC 9110, 14.2).

    Raises 416 where it begins behind the end. `If-Range` must name the file as it is; a date tells it from its copies
    in a coding only where the client takes none of these.
    """
    wanted = request.headers.get("Range", "").replace(" ", "")
    only_if = request.headers.get("If-Range", tag)
    same = only_if == tag or (only_if == headers.last_modified() and codings[:1] == (IDENTITY,))
    if request.method != "GET" or not _ONE_RANGE.match(wanted) or not same or IDENTITY not in codings:
        return None
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    if not first:
        begin, end = max(0, size - int(last)), size
    else:
        begin, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < int(first):
            return None
    if begin >= size or begin == end:
        raise RequestedRangeNotSatisfiable(size)
    return begin, end
