"""The report of data that no shapes say anything about: it is known without an engine, which takes a second to load."""

from __future__ import annotations

from pathlib import Path

from ckg.model import report_json
from ckg.model.staged import Role, Staging
from ckg.model.vocabulary import SH_NS

_TURTLE = f"""@prefix sh: <{SH_NS}> .

[] a sh:ValidationReport ;
  sh:conforms true .
"""


def are_none(staging: Staging) -> bool:
    """Whether neither the shapes nor the ontology have a shape; those of the ontology are not evaluated, but told."""
    if staging.of(Role.SHAPES):
        return False
    kinds = tuple(f"<{SH_NS}{name}>".encode() for name in ("NodeShape", "PropertyShape"))
    contents = (graph.path.read_bytes() for graph in staging.of(Role.ONTOLOGY))
    return not any(kind in content for content in contents for kind in kinds)


def write(into: Path, engine: str) -> None:
    """Write the report.ttl and report.json of a validation without shapes into a folder."""
    into.mkdir(parents=True, exist_ok=True)
    nothing = ("unevaluated", "skipped", "plan")
    head = {"conforms": True, "passes": True, "engine": engine, "counts": {}, **{name: [] for name in nothing}}
    (into / "report.ttl").write_text(_TURTLE, encoding="utf-8")
    report_json.write(into / "report.json", head, ())
