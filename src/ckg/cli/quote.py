"""`ckg quote`: the selectors for a passage, so that nobody counts characters by hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click
import pyoxigraph as ox

from ckg.errors import QuotationNotFound, SourceLocation
from ckg.model import evidence_terms as terms

_CONTEXT = 24


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("words")
@click.option("--occurrence", type=click.IntRange(1), default=1, show_default=True, help="Which occurrence to quote.")
def command(file: Path, words: str, occurrence: int) -> None:
    """Print, as Turtle, the selectors of WORDS in the source text FILE (UTF-8).

    Positions are code points, counted from 0; prefix and suffix are whole words around the passage.
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
        oa:prefix "The leaders adopted the " ;
        oa:exact "Tokyo Declaration" ;
        oa:suffix " today."
      ] , [
        a oa:TextPositionSelector ;
        oa:start 24 ;
        oa:end 41
      ] ;
    ckg:sourceTextSha256 "00" .
    """
    before = text[max(0, start - _CONTEXT) : start]
    if start > _CONTEXT:
        before = before[before.find(" ") + 1 :]
    after = text[end : end + _CONTEXT]
    if end + _CONTEXT < len(text) and " " in after.strip():
        after = after[: after.rfind(" ")]
    words = (("prefix", before), ("exact", text[start:end]), ("suffix", after))
    quote = ["a oa:TextQuoteSelector", *(f"oa:{name} {ox.Literal(value)}" for name, value in words if value)]
    position = ["a oa:TextPositionSelector", f"oa:start {start}", f"oa:end {end}"]
    sha256_term = terms.SOURCE_TEXT_SHA256.removeprefix(terms.NAMESPACE)
    join = " ;\n    "
    return (
        f"oa:hasSelector [\n    {join.join(quote)}\n  ] , [\n    {join.join(position)}\n  ] ;\n"
        f'ckg:{sha256_term} "{sha256}" .'
    )
