"""The contradictions of a project that goes on in spite of them: counted, and the first listed in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from ckg.model.staged import Staging
from ckg.reason.inconsistency import Contradictions, Grounds, places_and_labels
from ckg.reason.lines import Triple

NAME: Final = "contradictions.json"
MOST_LISTED: Final = 1_000
"""Contradictions that are listed at most; all are counted."""


def write(found: Contradictions, staging: Staging, into: Path, grounds: Grounds = lambda _: ()) -> None:
    """Write `contradictions.json`: the count, and of the first the rule, what it means, and its premises.

    A premise that stands in no file was inferred; `from` has what was stated and it follows from.
    """
    listed = sorted(set(found.shown), key=lambda clash: (clash.rule, clash.triples, clash.note))[:MOST_LISTED]
    because = {triple: tuple(grounds(triple)) for clash in listed for triple in clash.triples}
    places, _ = places_and_labels(staging, set(because).union(*because.values())) if because else ({}, {})

    def told(triple: Triple) -> dict[str, Any]:
        return {"triple": list(triple), "files": sorted(set(places.get(triple, ())))}

    def premise(triple: Triple) -> dict[str, Any]:
        return told(triple) if triple in places else {**told(triple), "from": [told(each) for each in because[triple]]}

    rows = [
        {"rule": clash.rule, "note": clash.note, "premises": [premise(triple) for triple in clash.triples]}
        for clash in listed
    ]
    text = json.dumps({"count": found.count, "contradictions": rows}, ensure_ascii=False, indent=1)
    (into / NAME).write_text(text + "\n", encoding="utf-8")
