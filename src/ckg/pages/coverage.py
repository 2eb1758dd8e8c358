"""Which passages of the source texts are coded and which are not, as far as quotations with positions tell."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ckg.pages import drawings, evidence, render
from ckg.pages.messages import gettext
from ckg.pages.site import Site
from ckg.pages.source_pages import quotations_from
from ckg.pages.svg import timelines
from ckg.pages.svg.element import markup
from ckg.pages.terms import EVIDENCE
from ckg.pages.view_context import ViewContext


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A part of a source text, in code points: quoted, or not (None)."""

    start: int
    end: int
    quotation: evidence.QuotationView | None


@dataclass(frozen=True, slots=True)
class MeasuredText:
    """A source text: its length in code points, the share that is quoted in per cent, a drawing, and its parts."""

    source: evidence.Source
    length: int
    share: float
    bar: Markup
    parts: list[TextSpan]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage(render.Page):
    """Every source text whose length is known."""

    rows: list[MeasuredText]


def html(site: Site, reader: ViewContext) -> str:
    """Return the page: for each source text whose length is known, its passages in order, coded and not."""
    rows = []
    for node in reader.graph.instances(EVIDENCE.Source):
        length = reader.text_length(reader.graph.text(node, EVIDENCE.sourceTextSha256) or "")
        quoted = [q for q in quotations_from(reader, node) if q.start is not None and q.end is not None]
        if length and quoted:
            rows.append(_text(evidence.source(reader, node), length, quoted))
    model = Coverage(
        title=gettext("How much of the sources is coded"),
        description=gettext("Which passages of the source texts statements are based on, and which not."),
        rows=rows,
    )
    return render.page(site, reader, "coverage.html", model)


def _text(source: evidence.Source, length: int, quoted: list[evidence.QuotationView]) -> MeasuredText:
    spans = [(q.start or 0, q.end or 0) for q in quoted]
    passages = [
        timelines.Passage(
            start,
            end,
            drawings.passage_words(q),
            q.ref.href,
        )
        for q, (start, end) in zip(quoted, spans, strict=True)
    ]
    ident = "bar-" + source.ref.iri.rpartition("/")[2]
    parts = [TextSpan(start, end, q) for q, (start, end) in zip(quoted, spans, strict=True)]
    parts += [TextSpan(start, end, None) for start, end in timelines.gaps(length, spans)]
    parts.sort(key=lambda part: (part.start, part.end))
    bar = timelines.coverage(
        gettext("Coded passages of %(source)s", source=source.ref.words.text), length, passages, ident=ident
    )
    return MeasuredText(source, length, timelines.covered_share(length, spans), markup(bar), parts)
