"""Text of strangers made fit for a page: control and bidirectional characters, length, dates, numbers.

Dates and numbers are written as the language of the page has them (CLDR).
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal, InvalidOperation

from ckg.pages import messages

LONG_CHARS = 300
"""Characters of a label that a page shows at most; the rest is in the RDF."""

SHOWN_CHARS = 2_000
"""Characters of a text that a page shows at most; the rest is in the RDF."""

_FIRST_HALF = ("January", "February", "March", "April", "May", "June")
_MONTHS = (*_FIRST_HALF, "July", "August", "September", "October", "November", "December")
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20\x7f]+\Z", re.IGNORECASE)
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str, limit: int = LONG_CHARS) -> str:
    r"""Return text on one line, without control and bidirectional characters, cut at `limit` characters.

    >>> plain("Tokyo\r\nSet-Cookie: a\u202eb")
    'Tokyo Set-Cookie: ab'
    >>> len(plain("x" * 1_000_000))
    300
    """
    cut = text[: limit * 2]
    kept = cut
    if not cut.isprintable():  # nothing printable is left out, and no space but the usual one is printable
        kept = "".join(" " if c in "\t\r\n\u2028\u2029" else c for c in cut if _shown(c))
    if "  " in kept:
        kept = re.sub(r" {2,}", " ", kept)
    kept = kept.strip()
    return kept if len(kept) <= limit and len(text) <= limit * 2 else kept[: limit - 1] + "…"


def _shown(character: str) -> bool:
    if character in "\t\r\n\u2028\u2029":
        return True
    return character not in _BIDI and unicodedata.category(character) not in ("Cc", "Cs")


def is_web(iri: str) -> bool:
    """Say whether an IRI may become a link: http or https only.

    >>> is_web("https://example.org/"), is_web("javascript:alert(1)")
    (True, False)
    """
    return bool(_WEB.match(iri)) and not any(c in _BIDI for c in iri)


def licence_name(iri: str) -> str:
    """Return the short name of a licence of Creative Commons, empty for any other IRI.

    >>> licence_name("https://creativecommons.org/licenses/by-sa/4.0/")
    'CC BY-SA 4.0'
    >>> licence_name("http://creativecommons.org/publicdomain/zero/1.0/"), licence_name("https://e.example/")
    ('CC0 1.0', '')
    """
    found = re.match(r"https?://creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/(\d\.\d)(?:/|\Z)", iri)
    if not found:
        return ""
    name = {"zero": "CC0", "mark": "Public Domain Mark"}.get(found[2], f"CC {found[2].upper()}")
    return f"{name} {found[3]}"


def date(lexical: str, *, english: bool = False) -> str:
    """Write an xsd:date, gYearMonth, gYear or dateTime as people read it; anything else comes back as it is.

    It is in the language of the page, or in English.

    >>> date("2025-12-20"), date("2025-12"), date("2025"), date("soon")
    ('20 December 2025', 'December 2025', '2025', 'soon')
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d).*)?)?)?(?:Z|[+-]\d\d:\d\d)?", lexical)
    if not found:
        return lexical
    year, month, day, clock = found.groups()
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        return lexical
    if messages.language() != messages.SOURCE_LANGUAGE and not english:
        return _local_date(lexical, int(year), int(month), day, clock)
    name = _MONTHS[int(month) - 1]
    written = f"{name} {year}" if day is None else f"{int(day)} {name} {year}"
    return f"{written}, {clock}" if clock and clock != "00:00" else written


def _local_date(lexical: str, year: int, month: int, day: str | None, clock: str | None) -> str:
    """Write a date or a month in the language of the page."""
    from babel.dates import format_skeleton  # noqa: PLC0415  # only where a page is not in English

    try:
        when = datetime.date(year, month, int(day or 1))
    except ValueError:
        return lexical
    written = format_skeleton("yMMMM" if day is None else "yMMMMd", when, locale=messages.language())
    return f"{written}, {clock}" if clock and clock != "00:00" else written


def dates(start: str | None, end: str | None) -> str:
    """Write a span of days the short way.

    >>> dates("2025-12-19", "2025-12-20"), dates("2025-12-19", None), dates("2025-11-30", "2025-12-01")
    ('19–20 December 2025', '19 December 2025', '30 November – 1 December 2025')
    """
    if not start or not end or start == end:
        return date(start or end or "")
    if messages.language() != messages.SOURCE_LANGUAGE:
        return _local_dates(start, end)
    first, last = date(start).split(" "), date(end).split(" ")
    if len(first) != 3 or len(last) != 3:
        return f"{date(start)} – {date(end)}"
    if first[1:] == last[1:]:
        return f"{first[0]}–{' '.join(last)}"
    if first[2] == last[2]:
        return f"{first[0]} {first[1]} – {' '.join(last)}"
    return f"{' '.join(first)} – {' '.join(last)}"


def _local_dates(start: str, end: str) -> str:
    """Write a span of days in the language of the page."""
    from babel.dates import format_interval  # noqa: PLC0415  # only where a page is not in English

    try:
        days = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
    except ValueError:
        return f"{date(start)} – {date(end)}"
    return str(format_interval(*days, "yMMMMd", locale=messages.language()))


def day(lexical: str, *, last: bool = False) -> datetime.date | None:
    """Return the day a date of any precision begins on (or, with `last`, ends on).

    >>> day("2025-12", last=True)
    datetime.date(2025, 12, 31)
    """
    found = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", lexical)
    if not found:
        return None
    year, month, number = (int(part) if part else None for part in found.groups())
    assert year is not None
    try:
        if month is None:
            return datetime.date(year, 12, 31) if last else datetime.date(year, 1, 1)
        if number is None:
            following = datetime.date(year + month // 12, month % 12 + 1, 1)
            return following - datetime.timedelta(days=1) if last else datetime.date(year, month, 1)
        return datetime.date(year, month, number)
    except ValueError:
        return None


def number(lexical: str) -> str:
    """Write a number with commas between thousands; what is no number comes back as it is.

    >>> number("3000000000000"), number("2.70"), number("many")
    ('3,000,000,000,000', '2.7', 'many')
    """
    try:
        value = Decimal(lexical)
    except InvalidOperation:
        return lexical
    if not value.is_finite() or abs(value.adjusted()) > 30:
        return lexical
    if messages.language() != messages.SOURCE_LANGUAGE:
        from babel.numbers import format_decimal  # noqa: PLC0415  # only where a page is not in English

        return format_decimal(value, locale=messages.language(), decimal_quantization=False)
    written = f"{value:,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def magnitude(lexical: str) -> str:
    """Write a large number in words that people say.

    >>> magnitude("3000000000000"), magnitude("20000000000"), magnitude("150"), magnitude("956200")
    ('3 trillion', '20 billion', '150', '956,200')
    """
    try:
        value = Decimal(lexical)
    except InvalidOperation:
        return lexical
    if not value.is_finite() or abs(value.adjusted()) > 30:
        return lexical
    if messages.language() != messages.SOURCE_LANGUAGE and abs(value) >= 10**6:
        from babel.numbers import format_compact_decimal  # noqa: PLC0415  # only where a page is not in English

        return format_compact_decimal(value, format_type="long", locale=messages.language(), fraction_digits=6)
    for power, word in ((12, "trillion"), (9, "billion"), (6, "million")):
        if abs(value) >= Decimal(10) ** power:
            return f"{number(str(value / Decimal(10) ** power))} {word}"
    return number(lexical)


def plain_part(text: str) -> str:
    r"""Return a part of a text without control and bidirectional characters, spaces at its ends kept.

    >>> plain_part("the \u202erule ")
    'the rule '
    """
    return "".join(" " if c in "\t\r\n\u2028\u2029" else c for c in text[:LONG_CHARS] if _shown(c))
