"""`ckg quote`: the selectors for a passage, so that nobody counts characters by hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click
import pyoxigraph as ox

from ckg.errors import QuotationNotFound, SourceLocation
from ckg.model import evidence_terms as terms

_MAX_CONTEXT_CHARS = 120
_UNSPACED = "\u2e80"  # from here on scripts are written without spaces between words


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("words")
@click.option("--occurrence", type=click.IntRange(1), default=1, show_default=True, help="Which occurrence to quote.")
def command(file: Path, words: str, occurrence: int) -> None:
    """Print, as Turtle, the selectors of WORDS in the source text FILE (UTF-8).

    Positions are code points, counted from 0. A prefix or suffix, in whole words, is printed only where WORDS occur
    more than once in the text.
    """
    data = file.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QuotationNotFound("the text is not UTF-8", place=SourceLocation(file), hint=str(error)) from None
    start = -1
    for _ in range(occurrence):
        start = text.find(words, start + 1)
        if start < 0:
            raise QuotationNotFound(
                f"the words {words!r} do not occur{'' if occurrence == 1 else f' {occurrence} times'}",
                place=SourceLocation(file),
                hint="Copy them exactly, with their quotation marks and spaces.",
            )
    click.echo(selectors(text, start, start + len(words), hashlib.sha256(data).hexdigest()))


def selectors(text: str, start: int, end: int, sha256: str) -> str:
    """Return the Turtle of both selectors for a passage.

    >>> print(selectors("The leaders adopted the Tokyo Declaration today.", 24, 41, "00"))
    oa:hasSelector [
        a oa:TextQuoteSelector ;
        oa:exact "Tokyo Declaration"
      ] , [
        a oa:TextPositionSelector ;
        oa:start 24 ;
        oa:end 41
      ] ;
    ckg:sourceTextSha256 "00" .
    """
    before, after = _context(text, start, end)
    words = (("prefix", before), ("exact", text[start:end]), ("suffix", after))
    quote = ["a oa:TextQuoteSelector", *(f"oa:{name} {ox.Literal(value)}" for name, value in words if value)]
    position = ["a oa:TextPositionSelector", f"oa:start {start}", f"oa:end {end}"]
    sha256_term = terms.SOURCE_TEXT_SHA256.removeprefix(terms.NAMESPACE)
    join = " ;\n    "
    return (
        f"oa:hasSelector [\n    {join.join(quote)}\n  ] , [\n    {join.join(position)}\n  ] ;\n"
        f'ckg:{sha256_term} "{sha256}" .'
    )


def _context(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the shortest prefix and suffix, in whole words, with which a passage occurs once; both empty if it does.

    >>> _context("a fund, and another fund", 2, 6), _context("a fund, and another fund", 20, 24)
    (('', ','), ('another ', ''))
    """
    befores = [n for n in range(min(start, _MAX_CONTEXT_CHARS) + 1) if _between_words(text, start - n)]
    afters = [n for n in range(min(len(text) - end, _MAX_CONTEXT_CHARS) + 1) if _between_words(text, end + n)]
    pairs = sorted(((b, a) for b in {0, *befores} for a in {0, *afters}), key=lambda pair: (sum(pair), pair))
    for before, after in pairs:
        passage = text[start - before : end + after]
        if text.find(passage) == start - before and text.find(passage, start - before + 1) < 0:
            return text[start - before : start], text[end : end + after]
    return text[start - max(befores, default=0) : start], text[end : end + max(afters, default=0)]


def _between_words(text: str, place: int) -> bool:
    """Say whether a text can be cut at a place without cutting a word in a script that puts spaces between words."""
    left, right = text[place - 1 : place], text[place : place + 1]
    return not (left.isalnum() and right.isalnum() and left < _UNSPACED and right < _UNSPACED)
