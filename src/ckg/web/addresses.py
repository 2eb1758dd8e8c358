"""Between IRIs of the data and addresses on this server, in both directions.

`id/X` names a thing and its document is `doc/X`; any other IRI of ours names a document itself (`ontology`, a graph)
or, with a fragment, something that the document describes. Whatever else the data describe, an IRI of anybody or a
blank node, has its document at `about?iri=…`. A document's fixed representations carry the key of a format as suffix
or as `format=`. An IRI is first looked for as the address spells it. A server or a proxy may have decoded the path
before we see it, and people write IRIs in more than one way: so others are tried, none of which can be the IRI of
another thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Final
from urllib.parse import quote, unquote

from ckg.formats import DOCUMENT_FORMATS, HTML, Format
from ckg.model.iris import DOCUMENT, THING, Base, normal

ABOUT: Final = "about"
"""The path of the documents about what has no address of its own here."""

_BY_KEY = {offered.key: offered for offered in DOCUMENT_FORMATS}
_DELIMITERS = "!$&'()*+,;=:@"
_SLASHES_TRIED = 4
_UNRESERVED = "-._~"
_ENCODED = re.compile("%[0-9A-Fa-f]{2}")
_NOT_ASCII = re.compile("(?:%[89A-Fa-f][0-9A-Fa-f])+")


@dataclass(frozen=True, slots=True)
class Address:
    """A document: `path` below the base without suffix and without fragment (`id/X` for a thing), and its `query`.

    `subject` is the IRI or the blank node that a document at `about?iri=` is about; `about` is where those documents
    lie.
    """

    path: str
    query: str = ""
    subject: str = ""
    about: str = ABOUT

    def iri(self, base: Base) -> str:
        """Return what the document is about: an IRI, or a blank node as N-Triples writes it."""
        return self.subject or f"{base.iri}{self.path}{self.query}"

    def document(self, base: Base, suffix: Format | None = None) -> str:
        """Return the IRI of the document, never that of what it is about.

        >>> Address("ontology").document(Base("https://w3id.org/ckg/"))
        'https://w3id.org/ckg/about?iri=https://w3id.org/ckg/ontology'
        >>> Address("id/a").document(Base("https://w3id.org/ckg/"))
        'https://w3id.org/ckg/doc/a'
        """
        if not self.subject and (suffix is not None or self.path.startswith(THING)):
            ending = f".{suffix.key}" if suffix else ""
            return f"{base.iri}{self.document_path}{ending}{self.query}"
        return f"{base.site}{self.about}?iri={_encoded_value(self.iri(base))}" + (
            f"&format={suffix.key}" if suffix else ""
        )

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
        >>> Address("", subject="http://foaf.example/name?a=b&c#d").href("/kg")
        '/kg/about?iri=http://foaf.example/name?a%3Db%26c%23d'
        """
        before, after = self.href_parts(root)
        if suffix is None:
            return before + after
        return f"{before}{after}&format={suffix.key}" if self.subject else f"{before}.{suffix.key}{after}"

    def hrefs(self, root: str, formats: Iterable[Format]) -> list[str]:
        """Return the addresses of the document in some formats; what they share is written once.

        >>> from ckg.formats import N_TRIPLES, TURTLE
        >>> Address("id/a", "?b=é").hrefs("", (N_TRIPLES, TURTLE))
        ['/doc/a.nt?b=%C3%A9', '/doc/a.ttl?b=%C3%A9']
        """
        before, after = self.href_parts(root)
        if self.subject:
            return [f"{before}{after}&format={suffix.key}" for suffix in formats]
        return [f"{before}.{suffix.key}{after}" for suffix in formats]

    def href_parts(self, root: str) -> tuple[str, str]:
        """Return the address of the document in two parts: what comes before the suffix of a format, and after it."""
        if self.subject:
            return f"{root}/{self.about}?iri={_encoded_value(self.subject)}", ""
        path = f"{root}/{_encoded(self.document_path)}"
        # `//x` would be another host (RFC 3986, section 4.2)
        return f"/.{path}" if path.startswith("//") else path, _encoded(self.query) if self.query else ""

    def page_href(self, root: str, number: int, suffix: Format | None = None) -> str:
        """Return the address of a page of the document, counted from 1."""
        href = self.href(root, suffix)
        return href if number == 1 else f"{href}{'&' if '?' in href else '?'}page={number}"

    @property
    def ambiguous(self) -> bool:
        """Whether the thing's own name ends like the suffix of a format, so that only a suffix makes it plain."""
        return not self.subject and split_suffix(self.path)[1] is not None


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


def _encoded_value(text: str) -> str:
    """Return an IRI as the value of a parameter, with everything encoded that would end it or change it."""
    return quote(text, safe="/?:@!$'()*,;-._~")


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
    encoded = _encoded_slashes(written or "")
    for candidate in chain(_as_written(written) if written else (), _spellings(path)):
        if candidate not in seen and encoded <= _encoded_slashes(candidate):
            seen.add(candidate)
            yield candidate


def _encoded_slashes(path: str) -> set[int]:
    """Return which of the slashes of a path are percent-encoded, counted from the first one."""
    slashes = re.findall("/|%2F", path, re.IGNORECASE)
    return {place for place, slash in enumerate(slashes) if slash != "/"}


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
