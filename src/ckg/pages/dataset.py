"""Pages about the release as a whole: what is in it and how to cite it, the dumps, the SHACL report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import NamedNode

from ckg.formats import GraphFormat
from ckg.model.multilingual import in_one_language
from ckg.pages import contradictions, evidence_records, evidence_table, positions, render, standing, structured, text
from ckg.pages.contradictions import ContradictionRow
from ckg.pages.messages import gettext
from ckg.pages.site import Site
from ckg.pages.standing import Standing
from ckg.pages.terms import SH
from ckg.pages.view_context import Ref, ViewContext
from ckg.release.dumps import Dump, read
from ckg.release.layout import DUMPS

_RESULTS_PER_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class GraphRow:
    """A named graph: its size in statements, its standing, and the files it was read from."""

    ref: Ref
    role: str
    triples: int
    standing: Standing | None
    sources: list[str]


@dataclass(frozen=True, slots=True)
class Checks:
    """How many quotations the build found in their source text, and how many it could not look for."""

    found: int
    unchecked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue(render.Page):
    """What the data set is, how to cite it, and what it is made of; `conforms` is None where there is no report."""

    citation: str
    counts: Mapping[str, int]
    graphs: list[GraphRow]
    tools: Mapping[str, str]
    dumps: Sequence[Dump]
    quotations: Checks
    conforms: bool | None
    passes: bool | None
    formats: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumps(render.Page):
    """What can be downloaded: dumps, and address and format of each file with the table of evidence."""

    dumps: Sequence[Dump]
    evidence: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ViolationRow:
    """A validation result with its nodes as links."""

    severity: str
    focus: Ref | None
    label: str
    message: str
    path: str
    shape: Ref | None
    files: list[str]


@dataclass(frozen=True, slots=True)
class ShapeRow:
    """A named shape and the classes it is for."""

    ref: Ref
    targets: list[Ref]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """How one constraint was decided: the way, why, and how many focus nodes were looked at."""

    shape: str
    constraint: str
    way: str
    why: str
    focus_nodes: int
    candidates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage(render.Page):
    """The SHACL report: whether the data conform (None without a report), results, and what was asked.

    `total` is how many results there are on all pages. Data that do not conform pass where every result has a severity
    that the project tolerates. `contradictions` is how many contradictions of ontology and data were reported,
    `contradictory` the first of them.
    """

    conforms: bool | None
    passes: bool | None
    unevaluated: list[str]
    engine: str
    counts: Mapping[str, int]
    results: list[ViolationRow]
    total: int
    page: int
    more: bool
    plan: list[PlanRow]
    shapes: list[ShapeRow]
    contradictions: int
    contradictory: list[ContradictionRow]
    formats: list[tuple[str, str]]


def catalogue(site: Site, reader: ViewContext, formats: Sequence[GraphFormat]) -> str:
    """Return the page that says what the data set is, how to cite it, and what it is made of.

    `formats` are those that its description can be written in.
    """
    about = site.about
    parts = (
        about.publisher,
        about.title,
        gettext("version %(version)s", version=about.version),
        about.issued,
        about.base,
    )
    model = Catalogue(
        title=gettext("The data"),
        description=gettext("How to cite, download and query %(title)s.", title=about.title),
        structured=structured.dataset(site, positions.span(reader, site.overview)),
        citation=", ".join(part for part in parts if part) + ".",
        counts=site.release.counts,
        graphs=graphs(site, reader),
        tools=site.release.manifest.get("tools", {}),
        dumps=[row for row in read(site.release.folder / DUMPS) if not row.omitted],
        quotations=Checks(len(site.evidence.get("verified", ())), len(site.evidence.get("unchecked", ()))),
        conforms=site.report.head.get("conforms"),
        passes=site.report.head.get("passes"),
        formats=[(form.key, form.name) for form in formats],
    )
    return render.page(site, reader, "catalogue.html", model)


def graphs(site: Site, reader: ViewContext) -> list[GraphRow]:
    """Return the named graphs with their size, their standing, and the files they were read from."""
    rows = []
    for graph in site.release.staging.graphs:
        node = NamedNode(graph.name)
        sources = [text.plain(name, 120) for name in graph.sources]
        rows.append(
            GraphRow(reader.ref(node), graph.role.value, graph.triples, standing.of(reader.graph, node), sources)
        )
    return rows


def dumps(site: Site, reader: ViewContext, listed: Sequence[Dump]) -> str:
    """Return the page of what can be downloaded."""
    has_evidence = evidence_records.are_there(reader)
    model = Dumps(
        title=gettext("Downloads"),
        description=gettext("All of %(title)s in one file, in several formats.", title=site.about.title),
        dumps=listed,
        evidence=evidence_table.files(reader) if has_evidence else [],
    )
    return render.page(site, reader, "dumps.html", model)


def report(site: Site, reader: ViewContext, page: int, formats: Sequence[GraphFormat]) -> str | None:
    """Return a page of the SHACL report: whether the data conform, results, and what was asked.

    `formats` are those that the whole report is to be had in. None for a page behind the last one.
    """
    found, total = site.report.head, site.report.number
    start = (page - 1) * _RESULTS_PER_PAGE
    if page > 1 and start >= total:
        return None
    shapes = [
        ShapeRow(reader.ref(shape), reader.refs(reader.graph.nodes(shape, SH.targetClass)))
        for shape in reader.graph.instances(SH.NodeShape)
        if isinstance(shape, NamedNode)
    ]
    model = ReportPage(
        title=gettext("Do the data conform to their shapes?"),
        description=gettext("The SHACL validation report of this release."),
        conforms=found.get("conforms"),
        passes=found.get("passes"),
        unevaluated=[text.plain(str(row.get("message", "")), 500) for row in found.get("unevaluated", ())],
        engine=found.get("engine", ""),
        counts=found.get("counts", {}),
        results=[_result(reader, row) for row in site.report.results(start, _RESULTS_PER_PAGE)],
        total=total,
        page=page,
        more=start + _RESULTS_PER_PAGE < total,
        plan=[_plan(row) for row in found.get("plan", ())],
        shapes=shapes,
        contradictions=site.release.contradictions["count"],
        contradictory=contradictions.rows(site, reader),
        formats=[(form.key, form.name) for form in formats],
    )
    return render.page(site, reader, "report.html", model)


def _plan(row: Mapping[str, Any]) -> PlanRow:
    focus_nodes = row.get("focusNodes", row.get("focus_nodes", 0))
    shape, constraint, way, why = (str(row.get(name) or "") for name in ("shape", "constraint", "way", "why"))
    return PlanRow(shape, constraint, way, why, focus_nodes, row.get("candidates", 0))


def _result(reader: ViewContext, row: Mapping[str, Any]) -> ViolationRow:
    """Return one validation result with its nodes as links."""
    said = [(str(m.get("value", "")), str(m.get("xml:lang", ""))) for m in row.get("messages", ())]
    focus, shape = _iri(row.get("focusNode")), _iri(row.get("namedShape") or row.get("sourceShape"))
    return ViolationRow(
        severity=str(row.get("severity", "")).rpartition("#")[2],
        focus=reader.named(focus) if focus else None,
        label=text.plain(str(row.get("label") or focus or "")),
        message=text.plain(in_one_language(said, (reader.language, *reader.languages)), 1_000),
        path=text.plain(str(row.get("shortPath") or row.get("path") or ""), 300),
        shape=reader.named(shape) if shape else None,
        files=[text.plain(str(name), 200) for name in row.get("files", ())],
    )


def _iri(value: object) -> str:
    """Return the IRI in a term of the report, which may be a text or an object with a value."""
    if isinstance(value, dict):
        value = value.get("value")
    found = str(value or "")
    return found[1:-1] if found.startswith("<") and found.endswith(">") else "" if found.startswith("_:") else found
