"""Pages about the release as a whole: what is in it and how to cite it, the dumps, the SHACL report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyoxigraph import NamedNode

from ckg.formats import GRAPH_FORMATS
from ckg.release.dumps import Dump, read
from ckg.release.layout import DUMPS
from ckg.web.pages import render, standing, structured, text
from ckg.web.pages.reader import Reader
from ckg.web.pages.site import Site
from ckg.web.pages.terms import SH


def catalogue(site: Site, reader: Reader) -> str:
    """Return the page that says what the data set is, how to cite it, and what it is made of."""
    about = site.about
    parts = (about.publisher, about.title, f"version {about.version}", about.issued, about.base)
    return render.page(
        site,
        reader,
        "catalogue.html",
        title="The data",
        description=f"How to cite, download and query {about.title}.",
        structured=structured.dataset(site),
        citation=", ".join(part for part in parts if part) + ".",
        counts=site.release.counts,
        graphs=graphs(site, reader),
        tools=site.release.manifest.get("tools", {}),
        dumps=[row for row in read(site.release.folder / DUMPS) if not row.omitted],
        quotations=(len(site.evidence.get("verified", ())), len(site.evidence.get("unchecked", ()))),
        conforms=site.report.get("conforms"),
        formats=[(form.key, form.name) for form in GRAPH_FORMATS],
    )


def graphs(site: Site, reader: Reader) -> list[dict[str, Any]]:
    """Return the named graphs with their size, their standing, and the files they were read from."""
    rows = []
    for graph in site.release.staging.graphs:
        node = NamedNode(graph.name)
        rows.append(
            {
                "ref": reader.ref(node),
                "role": graph.role.value,
                "triples": graph.triples,
                "standing": standing.of(reader.graph, node),
                "sources": [text.plain(name, 120) for name in graph.sources],
            }
        )
    return rows


def dumps(site: Site, reader: Reader, listed: Sequence[Dump]) -> str:
    """Return the page of what can be downloaded."""
    return render.page(
        site,
        reader,
        "dumps.html",
        title="Downloads",
        description=f"All of {site.about.title} in one file, in several formats.",
        dumps=listed,
    )


def report(site: Site, reader: Reader) -> str:
    """Return the SHACL report: whether the data conform, every result, and what was asked."""
    found = site.report
    results = [_result(reader, row) for row in found.get("results", ())]
    shapes = [
        {"ref": reader.ref(shape), "targets": reader.refs(reader.graph.nodes(shape, SH.targetClass))}
        for shape in reader.graph.instances(SH.NodeShape)
        if isinstance(shape, NamedNode)
    ]
    return render.page(
        site,
        reader,
        "report.html",
        title="Do the data conform to their shapes?",
        description="The SHACL validation report of this release.",
        conforms=found.get("conforms"),
        engine=found.get("engine", ""),
        counts=found.get("counts", {}),
        results=results,
        plan=found.get("plan", ()),
        shapes=shapes,
    )


def _result(reader: Reader, row: dict[str, Any]) -> dict[str, Any]:
    """Return one validation result with its nodes as links."""
    focus, shape = _iri(row.get("focusNode")), _iri(row.get("namedShape") or row.get("sourceShape"))
    return {
        "severity": str(row.get("severity", "")).rpartition("#")[2],
        "focus": reader.named(focus) if focus else None,
        "label": text.plain(str(row.get("label") or focus or "")),
        "message": text.plain(" ".join(str(m.get("value", "")) for m in row.get("messages", ())), 1_000),
        "path": text.plain(str(row.get("shortPath") or row.get("path") or ""), 300),
        "shape": reader.named(shape) if shape else None,
        "files": [text.plain(str(name), 200) for name in row.get("files", ())],
    }


def _iri(value: object) -> str:
    """Return the IRI in a term of the report, which may be a text or an object with a value."""
    if isinstance(value, dict):
        value = value.get("value")
    found = str(value or "")
    return found[1:-1] if found.startswith("<") and found.endswith(">") else "" if found.startswith("_:") else found
