"""Between IRIs of the project and addresses on this server, in both directions.

`id/X` names a thing and its document is `doc/X`; any other IRI of ours names a document itself (`ontology`, a graph)
or, with a fragment, something that the document describes. A document's fixed representations carry the key of a format
as suffix. An IRI is first looked for as the address spells it. A server or a proxy may have decoded the path before we
see it, and people write IRIs in more than one way: so others are tried, none of which can be the IRI of another thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations
from urllib.parse import quote, unquote

from ckg.formats import DOCUMENT_FORMATS, HTML, Format
from ckg.model.byte_lru import Memo
from ckg.model.iris import DOCUMENT, THING, Base, normal
from ckg.query.lookup import Lookup

_BY_KEY = {offered.key: offered for offered in DOCUMENT_FORMATS}
_DELIMITERS = "!$&'()*+,;=:@"
_SLASHES_TRIED = 4
_REMEMBERED_BYTES = 8 << 20
_UNRESERVED = "-._~"
_ENCODED = re.compile("%[0-9A-Fa-f]{2}")
_NOT_ASCII = re.compile("(?:%[89A-Fa-f][0-9A-Fa-f])+")


@dataclass(frozen=True, slots=True)
class Address:
    """A document: `path` below the base without suffix and without fragment (`id/X` for a thing), and its `query`."""

    path: str
    query: str = ""

    def iri(self, base: Base) -> str:
        """Return the IRI of what the document is about."""
        return f"{base.iri}{self.path}{self.query}"

    def document(self, base: Base, suffix: Format | None = None) -> str:
        """Return the IRI of the document: another one than the thing's, but the same for a document itself."""
        ending = f".{suffix.key}" if suffix else ""
        return f"{base.iri}{self.document_path}{ending}{self.query}"

    @property
    def document_path(self) -> str:
        """The path at which the document lies."""
        return DOCUMENT + self.path.removeprefix(THING) if self.path.startswith(THING) else self.path

    def href(self, root: str, suffix: Format | None = None) -> str:
        """Return the address of the document on this server, in one format if `suffix` names it.

        >>> Address("id/city/Актау").href("/kg")
        '/kg/doc/city/%D0%90%D0%BA%D1%82%D0%B0%D1%83'
        >>> Address("/evil.example/").href("")
        '/.//evil.example/'
        """
        ending = f".{suffix.key}" if suffix else ""
        path = f"{root}/{_encoded(self.document_path + ending)}{_encoded(self.query)}"
        return f"/.{path}" if path.startswith("//") else path  # `//x` would be another host (RFC 3986, section 4.2)

    @property
    def ambiguous(self) -> bool:
        """Whether the thing's own name ends like the suffix of a format, so that only a suffix makes it plain."""
        return split_suffix(self.path)[1] is not None


def split_suffix(path: str) -> tuple[str, Format | None]:
    """Return a path without the key of a format at its end, and that format.

    >>> split_suffix("id/state/japan.ttl")[1].name, split_suffix("ontology/0.1.0")[1]
    ('Turtle', None)
    """
    stem, dot, key = path.rpartition(".")
    found = _BY_KEY.get(key)
    return (stem, found) if dot and found and stem else (path, None)


def without_suffix(written: str | None) -> str | None:
    """Return a path, as it was sent, without the suffix that its decoded form has; None where either is not known."""
    return split_suffix(written)[0] if written and split_suffix(written)[1] else None


def of_iri(base: Base, iri: str) -> Address | None:
    """Return the document that an IRI of ours dereferences to, or None for an IRI of somebody else."""
    if not iri.startswith(base.iri):
        return None
    path, _, _ = iri[len(base.iri) :].partition("#")
    path, mark, query = path.partition("?")
    return Address(path, mark + query)


def href(base: Base, iri: str, root: str) -> str | None:
    """Return where a link to an IRI leads: to our document of it, elsewhere if it is http(s), else nowhere (None).

    >>> href(Base("https://w3id.org/ckg/"), "https://w3id.org/ckg/ontology#Claim", "")
    '/ontology#Claim'
    >>> href(Base("https://w3id.org/ckg/"), "javascript:alert(1)", "") is None
    True
    """
    address = of_iri(base, iri)
    if address is None:
        return iri if is_web(iri) else None
    fragment = iri.partition("#")[2]
    suffix = HTML if address.ambiguous else None
    return address.href(root, suffix) + (f"#{_encoded(fragment)}" if fragment else "")


def is_web(iri: str) -> bool:
    """Say whether an IRI is one that a browser may be sent to: http or https, with nothing that breaks a header."""
    return re.match(r"https?://[^\s<>\"{}|\\^`\x00-\x20\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]+\Z", iri) is not None


def _encoded(text: str) -> str:
    return quote(text, safe="/?%" + _DELIMITERS + _UNRESERVED)


def written_in(raw_path: str, path: str) -> str | None:
    """Return the end of a path as it was sent that a server has decoded to `path`, or None where it cannot be told.

    >>> written_in("/kg/doc/a%2Fb/%7e", "a/b/~")
    'a%2Fb/%7e'
    >>> written_in("/doc/a", "b") is None
    True
    """
    tail = raw_path.partition("?")[0]
    while tail:
        _, _, tail = tail.partition("/")
        if len(tail) >= len(path) and unquote(tail) == path:
            return tail
    return None


def spellings(path: str, written: str | None = None) -> Iterator[str]:
    """Yield the ways in which the IRI of a decoded path may be spelled, the most likely first.

    What was `written` before it was decoded comes first, as it is and with what is not ASCII decoded; then what the
    path's text says literally; then percent-encoded delimiters and slashes, which a server hands on decoded, everything
    but ASCII percent-encoded, and characters that need not be encoded and sometimes are. A slash that was written
    encoded is never taken for one that was not: the two tell things apart (RFC 3986, section 2.2).

    >>> next(spellings("id/a b"))
    'id/a%20b'
    >>> list(spellings("id/t/a/b"))[:3]
    ['id/t/a/b', 'id/t%2Fa/b', 'id/t/a%2Fb']
    >>> list(spellings("id/t/a/b", "id/t/a%2fb"))
    ['id/t/a%2fb', 'id/t/a%2Fb', 'id/t%2Fa%2Fb']
    """
    seen: set[str] = set()
    slashes = _encoded_slashes(written or "")
    for candidate in chain(_as_written(written) if written else (), _spellings(path)):
        if candidate not in seen and _encoded_slashes(candidate) >= slashes:
            seen.add(candidate)
            yield candidate


def _encoded_slashes(path: str) -> int:
    return path.upper().count("%2F")


def _as_written(written: str) -> Iterator[str]:
    yield written
    yield _NOT_ASCII.sub(lambda run: unquote(run[0], errors="strict") if _is_text(run[0]) else run[0], written)
    yield normal(written)


def _is_text(run: str) -> bool:
    try:
        return unquote(run, errors="strict").isprintable()
    except UnicodeDecodeError:
        return False


def _spellings(path: str) -> Iterator[str]:
    plain = normal(quote(path, safe="/" + _DELIMITERS + _UNRESERVED))
    yield plain
    yield normal(quote(path, safe="/" + _UNRESERVED))
    yield quote(path, safe="/" + _DELIMITERS + _UNRESERVED)
    yield path
    pieces = plain.split("/")
    inner = range(1, len(pieces) - 1)[-_SLASHES_TRIED:]
    for count in range(1, len(inner) + 1):
        for chosen in combinations(inner, count):
            joined = "".join(
                ("" if place == 0 else "%2F" if place - 1 in chosen else "/") + piece
                for place, piece in enumerate(pieces)
            )
            yield joined
    for character in _UNRESERVED:
        if character in plain.removeprefix(THING):
            yield plain.replace(character, f"%{ord(character):02X}")
            yield plain.replace(character, f"%{ord(character):02x}")
    for spelled in (plain, quote(path, safe="/" + _DELIMITERS + _UNRESERVED)):
        yield _ENCODED.sub(lambda found: found[0].lower(), spelled)


class Finder:
    """Finds which document of a release an address asks for, and remembers what it found."""

    def __init__(self, base: Base, lookup: Lookup, documents: frozenset[str] = frozenset()) -> None:
        """Take the store to ask, and the paths of documents that exist because of what they describe (hash IRIs)."""
        self._base = base
        self._lookup = lookup
        self._documents = documents
        self.find_fixed = Memo(self._find_fixed, max_bytes=_REMEMBERED_BYTES)

    def find(self, path: str, query: str = "", written: str | None = None) -> Address | None:
        """Return the document at a decoded path below the base (`id/X` for `doc/X`), or None where there is none.

        `written` is the path before it was decoded, where that is known. `query` is the raw query string, tried as a
        part of the IRI where it is not empty.
        """
        for candidate in spellings(path, written):
            for ending in (f"?{query}", "") if query else ("",):
                address = Address(candidate, ending)
                if candidate in self._documents or self._lookup.exists(address.iri(self._base)):
                    return address
        return None

    def _find_fixed(
        self, path: str, query: str = "", written: str | None = None
    ) -> tuple[Address, Format | None] | None:
        """Return the document at a path that may end in a suffix, and the format; if both fit, the suffix wins."""
        stem, suffix = split_suffix(path)
        if suffix is not None:
            found = self.find(stem, query, without_suffix(written))
            if found is not None:
                return found, suffix
        whole = self.find(path, query, written)
        return (whole, None) if whole is not None else None
