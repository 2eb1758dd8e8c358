"""Content codings: Brotli (RFC 7932), Zstandard (RFC 8878, 9659) and gzip (RFC 1952).

BREACH: an attacker who can have text of his own sent back beside a secret learns the secret from the compressed size.
There is nothing to learn here: what this server makes holds no secret of a reader (no session, no token, no name), and
what an application around it makes is not compressed (`ckg.web.last_step`).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final, Protocol

import brotli
import zstandard

from ckg.model.byte_lru import Memo
from ckg.model.negotiation import IDENTITY, negotiate_codings

OFFERED: Final = ("zstd", "br", "gzip")
"""What is offered for a body made for one answer, in the order of preference: Zstandard takes a fifth of the time."""

OFFERED_LASTING: Final = ("br", "zstd", "gzip")
"""The same for a file that is compressed once and sent many times: Brotli makes it smallest."""

WORTH_BYTES: Final = 1000
"""Bytes from which on a body is compressed: below, it goes in one packet anyway."""

_NO_CODING_TYPES: Final = ("image/", "font/", "audio/", "video/", "application/octet-stream")
_PACKED_TYPES: Final = frozenset(f"application/{name}" for name in ("gzip", "zip", "zstd", "pdf", "x-xz", "x-bzip2"))
_LARGE_BYTES: Final = 1 << 18
_LASTING_MAX_BYTES: Final = 1 << 20  # more would take longer than its first reader waits
_REMEMBERED_BYTES: Final = 1 << 20

# Quality by coding: of what is sent many times, of what is made for one answer, and of a large one of these. Measured
# on 75 kB of text: Brotli 4 takes 1.2 ms, Zstandard 3 takes 0.3 ms, gzip 5 takes 1.6 ms; all leave about a third.
_QUALITY: Final = {"br": (11, 4, 3), "zstd": (19, 3, 3), "gzip": (9, 5, 4)}


class Compressor(Protocol):
    """A stream that is being compressed."""

    def compress(self, data: bytes, /) -> bytes:
        """Return the next compressed bytes, often none."""

    def flush(self) -> bytes:
        """Return what is left; nothing may follow."""


class _Brotli:
    def __init__(self, quality: int) -> None:
        self._compressor = brotli.Compressor(quality=quality)

    def compress(self, data: bytes) -> bytes:
        return bytes(self._compressor.process(data))

    def flush(self) -> bytes:
        return bytes(self._compressor.finish())


def compressor(coding: str, size: int, *, lasting: bool = False) -> Compressor:
    """Return a compressor for about `size` bytes; `lasting` says that its output is kept and sent many times."""
    quality = _QUALITY[coding][0 if lasting and size <= _LASTING_MAX_BYTES else 2 if size > _LARGE_BYTES else 1]
    if coding == "br":
        return _Brotli(quality)
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=quality).compressobj(size=size)
    return zlib.compressobj(quality, zlib.DEFLATED, 31)  # with the header of gzip, without a time in it


def compress(data: bytes, coding: str, *, lasting: bool = False) -> bytes:
    """Return a body in a content coding.

    >>> zlib.decompress(compress(b"word " * 1000, "gzip"), 31) == b"word " * 1000
    True
    """
    made = compressor(coding, len(data), lasting=lasting)
    return made.compress(data) + made.flush()


def best(body: bytes, codings: Sequence[str]) -> tuple[bytes, str]:
    """Return a body in the first of the acceptable codings, or as it is where that is no larger and may be sent.

    >>> best(b"short", ("gzip", "identity"))
    (b'short', 'identity')
    """
    needed = IDENTITY not in codings
    if codings[0] == IDENTITY or (len(body) < WORTH_BYTES and not needed):
        return body, IDENTITY
    made = compress(body, codings[0])
    return (made, codings[0]) if len(made) < len(body) or needed else (body, IDENTITY)


def is_compressible(content_type: str) -> bool:
    """Say whether bodies of a media type get smaller.

    >>> is_compressible("text/turtle; charset=utf-8"), is_compressible("image/svg+xml"), is_compressible("image/png")
    (True, True, False)
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if not media_type or media_type in _PACKED_TYPES:
        return False
    return media_type.endswith("+xml") or not media_type.startswith(_NO_CODING_TYPES)


def _acceptable(accept_encoding: str | None, offered: tuple[str, ...] = OFFERED) -> tuple[str, ...]:
    return negotiate_codings(accept_encoding, offered)


acceptable: Final = Memo(_acceptable, max_bytes=_REMEMBERED_BYTES)
"""The codings that may be sent for the value of an `Accept-Encoding` field, the best first, `identity` among them."""


def tag_of(entity_tag: str, coding: str) -> str:
    """Return the ETag of a representation in a coding, from that of the representation as it is (RFC 9110, 8.8.3.3).

    >>> tag_of('W/"ab"', "br"), tag_of('"ab"', "identity")
    ('W/"ab-br"', '"ab"')
    """
    return entity_tag if coding == IDENTITY else f'{entity_tag[:-1]}-{coding}"'
