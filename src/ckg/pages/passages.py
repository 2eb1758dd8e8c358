"""Which passages of the source texts are coded and which are not, as far as quotations with positions tell."""

from __future__ import annotations

from typing import Any

from ckg.pages import evidence, render
from ckg.pages.reader import Reader
from ckg.pages.site import Site
from ckg.pages.sources import quotations_from
from ckg.pages.svg import timelines
from ckg.pages.terms import CKG


def html(site: Site, reader: Reader) -> str:
    """Return the page: for each source text whose length is known, its passages in order, coded and not."""
    rows = []
    for node in reader.graph.instances(CKG.Source):
        length = reader.text_length(reader.graph.text(node, CKG.sourceTextSha256) or "")
        quoted = [q for q in quotations_from(reader, node) if q.start is not None and q.end is not None]
        if length and quoted:
            rows.append(_source(reader, evidence.source(reader, node), length, quoted))
    return render.page(
        site,
        reader,
        "coverage.html",
        title="How much of the sources is coded",
        description="Passages of the source texts that statements rest on, and those that none does.",
        rows=rows,
    )


def _source(reader: Reader, source: evidence.Source, length: int, quoted: list[evidence.Quotation]) -> dict[str, Any]:
    spans = [(q.start or 0, q.end or 0) for q in quoted]
    passages = [
        timelines.Passage(start, end, f"Characters {start} to {end}: {q.words}", q.ref.href)
        for q, (start, end) in zip(quoted, spans, strict=True)
    ]
    ident = "bar-" + source.ref.iri.rpartition("/")[2]
    parts: list[dict[str, Any]] = [
        {"start": start, "end": end, "quotation": q} for q, (start, end) in zip(quoted, spans, strict=True)
    ]
    parts += [{"start": start, "end": end, "quotation": None} for start, end in timelines.gaps(length, spans)]
    parts.sort(key=lambda part: (part["start"], part["end"]))
    return {
        "source": source,
        "length": length,
        "share": timelines.covered_share(length, spans),
        "bar": render.markup(
            timelines.coverage(f"Coded passages of {source.ref.words.text}", length, passages, ident=ident)
        ),
        "parts": parts,
    }
