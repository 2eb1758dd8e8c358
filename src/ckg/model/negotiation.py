"""Negotiation as pure functions: content (RFC 9110, section 12.5.1), content codings (12.5.3), languages (12.5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol, TypeVar

IDENTITY: Final = "identity"
"""The content coding that changes nothing (RFC 9110, section 12.5.3)."""

_CODING_ALIASES: Final = {"x-gzip": "gzip", "x-compress": "compress"}  # RFC 9110, section 8.4.1


class Offered(Protocol):
    """What is chosen from: anything with media types, a format first of all."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media type and its aliases."""


Choice = TypeVar("Choice", bound=Offered)


class _Range(NamedTuple):
    type: str
    subtype: str
    q: float


def negotiate(accept: str | None, offered: Sequence[Choice], default: Choice) -> Choice | None:
    """Return the format to answer with, or None where nothing offered is acceptable (406).

    `offered` is in the server's order of preference. No `Accept` at all and `*/*` both give `default`. For every format
    the most specific range that names its media type or an alias decides its quality; the highest quality wins. Formats
    named outright win over those reached by a wildcard of the same quality; then the client's own order decides among
    named ones, the server's among the rest. Parameters of a range (`charset`, `profile`) never make it match less.
    A malformed part is skipped; a header in which every part is malformed counts as absent.

    >>> from ckg.formats import HTML, TURTLE, JSON_LD
    >>> negotiate("text/html;q=0.1, text/turtle", (HTML, TURTLE), HTML).key
    'ttl'
    >>> negotiate("text/turtle;q=0, */*", (TURTLE, HTML), TURTLE).key
    'html'
    >>> negotiate("image/png", (HTML, TURTLE), HTML) is None
    True
    >>> negotiate('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', (HTML, JSON_LD), HTML).key
    'jsonld'
    """
    if accept is None or not accept.strip():
        return default
    ranges = [r for r in map(_parse_range, _split(accept, ",")) if r is not None]
    if not ranges:
        return default
    best: tuple[float, int, int, int] | None = None
    chosen: Choice | None = None
    for position, candidate in enumerate(offered):
        quality, specificity, order, alias = _quality(candidate, ranges)
        if quality <= 0:
            continue
        by_wildcard = specificity < 2
        preference = 0 if by_wildcard and candidate is default else position + 1
        rank = (-quality, int(by_wildcard), preference if by_wildcard else order, alias)
        if best is None or rank < best:
            best, chosen = rank, candidate
    return chosen


def _quality(candidate: Offered, ranges: Sequence[_Range]) -> tuple[float, int, int, int]:
    """Return quality, specificity (0 any, 1 type, 2 named), place in the header and rank of the alias for a format."""
    best = (-1, 0, 0.0, 0)  # specificity, -alias, quality, order
    for alias, media_type in enumerate(candidate.media_types):
        kind, _, subtype = media_type.partition("/")
        for order, wanted in enumerate(ranges):
            if wanted.type == kind and wanted.subtype == subtype:
                specificity = 2
            elif wanted.subtype == "*" and wanted.type == kind and alias == 0:
                specificity = 1
            elif wanted.type == "*" and wanted.subtype == "*" and alias == 0:
                specificity = 0
            else:
                continue
            if (specificity, -alias) > best[:2]:
                best = (specificity, -alias, wanted.q, order)
    specificity, negative_alias, quality, order = best
    return quality, specificity, order, -negative_alias


def negotiate_codings(accept_encoding: str | None, offered: Sequence[str]) -> tuple[str, ...]:
    """Return the content codings that may be sent, the best first; `identity` is among them unless it is refused.

    `offered` is in the server's order of preference, without `identity`. No field, and an empty one, give `identity`
    alone. The highest quality wins; at the same quality what is named comes before what only `*` allows (there the
    order is reversed: who names nothing is likely to know the oldest best), and any coding before `identity`. The
    result is empty where nothing is acceptable. A malformed part is skipped.

    >>> negotiate_codings("gzip, deflate, br", ("br", "gzip"))
    ('br', 'gzip', 'identity')
    >>> negotiate_codings("br;q=0.5, identity", ("br", "gzip"))
    ('identity', 'br')
    >>> negotiate_codings("identity;q=0, gzip;q=0.1", ("br", "gzip"))
    ('gzip',)
    >>> negotiate_codings("*;q=0", ("br", "gzip"))
    ()
    """
    named: dict[str, float] = {}
    for part in _split(accept_encoding or "", ","):
        coding, *parameters = [piece.strip() for piece in part.split(";")]
        q = _parse_q(parameters)
        if coding and q is not None:
            name = coding.lower()
            named.setdefault(_CODING_ALIASES.get(name, name), q)
    ranked = [
        (-named[coding], 0, position, coding) if coding in named else (-named.get("*", 0.0), 1, -position, coding)
        for position, coding in enumerate(offered)
    ]
    ranked.append((-named.get(IDENTITY, 0.0), 2, 0, IDENTITY))
    allowed = [coding for quality, _, _, coding in sorted(ranked) if quality < 0]
    if IDENTITY not in named and named.get("*") != 0.0:  # it may be sent unless it is refused: the last choice
        allowed.append(IDENTITY)
    return tuple(allowed)


def negotiate_language(accept_language: str | None, offered: Sequence[str], default: str) -> str:
    """Return the language to show labels in: the best of `offered`, or `default`; language never ends in 406.

    A range matches a tag that equals it or starts with it (`zh` matches `zh-Hans`), or of which it is a refinement
    (`en-GB` is served `en`); RFC 4647, sections 3.3.1 and 3.4.

    >>> negotiate_language("fr, ja;q=0.8, en;q=0.5", ("en", "ja"), "en")
    'ja'
    >>> negotiate_language("en-GB", ("en", "ja"), "ja")
    'en'
    >>> negotiate_language("ja;q=0, *", ("ja", "ru"), "ja")
    'ru'
    """
    if not accept_language:
        return default
    wanted: list[tuple[str, float]] = []
    for part in _split(accept_language, ","):
        tag, *parameters = [piece.strip() for piece in part.split(";")]
        q = _parse_q(parameters)
        if tag and q is not None:
            wanted.append((tag.lower(), q))
    best: tuple[float, int, int] | None = None
    chosen = default
    for position, language in enumerate(offered):
        found: tuple[int, float, int] | None = None  # length of the match, quality, order
        for order, (tag, q) in enumerate(wanted):
            length = _language_match(tag, language.lower())
            if length is not None and (found is None or length > found[0]):
                found = (length, q, order)
        if found is None or found[1] <= 0:
            continue
        rank = (-found[1], found[2] if found[0] else len(wanted), 0 if language == default else position + 1)
        if best is None or rank < best:
            best, chosen = rank, language
    return chosen


def _language_match(tag: str, language: str) -> int | None:
    if tag == "*":
        return 0
    if tag == language or language.startswith(tag + "-") or tag.startswith(language + "-"):
        return len(tag)
    return None


def _parse_range(text: str) -> _Range | None:
    pieces = _split(text, ";")
    if not pieces:
        return None
    media_type, *parameters = pieces
    kind, slash, subtype = media_type.strip().lower().partition("/")
    if kind == "*" and not slash:  # Java's HttpURLConnection sends a lone * for */*
        kind, subtype = "*", "*"
    elif not slash or not kind or not subtype or (kind == "*" and subtype != "*"):
        return None
    q = _parse_q(parameters)
    if q is None:
        return None
    return _Range(kind.strip(), subtype.strip(), q)


def _parse_q(parameters: Sequence[str]) -> float | None:
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if name.strip().lower() == "q" and equals:
            try:
                q = float(value)
            except ValueError:
                return None
            return q if 0 <= q <= 1 else None
    return 1.0


def _split(text: str, separator: str) -> list[str]:
    """Split on a separator that does not stand inside a quoted string."""
    parts, start, quoted, escaped = [], 0, False, False
    for index, character in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == separator and not quoted:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]
