"""The report of data that no shapes say anything about: it is known without an engine, which takes a second to load."""

from __future__ import annotations

import json
from pathlib import Path

from ckg.model.vocabulary import SH_NS

_TURTLE = f"""@prefix sh: <{SH_NS}> .

[] a sh:ValidationReport ;
  sh:conforms true .
"""


def write(into: Path, engine: str) -> None:
    """Write the report.ttl and report.json of a validation without shapes into a folder."""
    into.mkdir(parents=True, exist_ok=True)
    content = {"conforms": True, "engine": engine, "counts": {}, "results": [], "plan": []}
    (into / "report.ttl").write_text(_TURTLE, encoding="utf-8")
    (into / "report.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
