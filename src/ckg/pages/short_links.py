"""Short links to queries: the text of the query itself, compressed, so that no server need keep it."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Final
from urllib.parse import quote

MAX_PACKED_CHARS: Final = 1_900
"""As many as a path may have, of which the rest is left for a prefix."""

MAX_ADDRESS_CHARS: Final = 6_000
"""What a query may have as part of an address; servers in front of this one often take 8,192 bytes of header fields."""

_ALPHABET: Final = re.compile(r"[A-Za-z0-9_-]+")


class ShortLinkError(ValueError):
    """A short link holds no query; the message says why."""


def packed(query: str) -> str:
    """Return a query as the last part of a short link, or an empty text where it is too long for one.

    Raw DEFLATE (RFC 1951) of its UTF-8 in base64url without padding (RFC 4648, section 5).

    >>> packed("ASK {}"), unpacked(packed("ASK {}"))
    ('cwz2VqiuBQA', 'ASK {}')
    """
    if len(quote(query, safe="")) > MAX_ADDRESS_CHARS:
        return ""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    written = compressor.compress(query.encode()) + compressor.flush()
    link = base64.urlsafe_b64encode(written).decode().rstrip("=")
    return link if len(link) <= MAX_PACKED_CHARS else ""


def unpacked(link: str) -> str:
    """Return the query that the last part of a short link holds. Raises `ShortLinkError`."""
    if _ALPHABET.fullmatch(link) is None:
        raise ShortLinkError("a short link has letters, digits, - and _ only")
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        written = base64.urlsafe_b64decode(link + "=" * (-len(link) % 4))
        text = decompressor.decompress(written, MAX_ADDRESS_CHARS + 1)
        query = text.decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        raise ShortLinkError("it is cut, or was changed on its way: it holds no compressed text") from None
    if len(text) > MAX_ADDRESS_CHARS or len(quote(query, safe="")) > MAX_ADDRESS_CHARS:
        raise ShortLinkError(f"it holds a query longer than {MAX_ADDRESS_CHARS} characters of an address")
    if not decompressor.eof or decompressor.unused_data or not query.strip():
        raise ShortLinkError("it is cut, or was changed on its way: its text does not end")
    return query
