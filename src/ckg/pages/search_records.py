"""What a search finds, as JSON: each hit with who says it, in which standing, and what it is disputed with."""

from __future__ import annotations

import json
from typing import Any, Final

from pyoxigraph import NamedNode

from ckg.pages import evidence_records
from ckg.pages.search import find
from ckg.pages.site import Site
from ckg.pages.view_context import ViewContext
from ckg.release.search.hits import Hit

MAX_HITS: Final = 100


def as_json(site: Site, reader: ViewContext, typed: str, page: int, per_page: int) -> bytes:
    """Return a page of hits; `evidence` is the record of a coded statement, null for anything else.

    `there` says whether the release has a search index, `complete` whether `total` is exact, `match` whether
    hits have all of the words, some of them, or near ones in the place of words that are nowhere.
    """
    found = find(site, reader, typed, page, per_page)
    answer: dict[str, Any] = {"query": typed, "page": page, "per_page": per_page, "there": site.search is not None}
    answer |= {"total": found.total, "complete": found.complete, "match": found.match.name.lower()}
    answer["hits"] = [_hit(reader, hit) for hit in found.hits if not reader.graph.is_twin(hit.iri)]
    return json.dumps(answer, ensure_ascii=False).encode() + b"\n"


def _hit(reader: ViewContext, hit: Hit) -> dict[str, Any]:
    node = NamedNode(hit.iri)
    ref = reader.ref(node)
    coded = evidence_records.is_record(reader, node)
    return {
        "iri": hit.iri,
        "curie": ref.curie,
        "label": hit.label or ref.words.text,
        "kind": hit.kind,
        "found_in": hit.field.name.lower().replace("_", " "),
        "language": hit.language,
        "before": hit.before,
        "match": hit.match,
        "after": hit.after,
        "standing": evidence_records.standing_of_thing(reader, node),
        "evidence": evidence_records.record(reader, node).as_json() if coded else None,
        "page": ref.href,
    }
