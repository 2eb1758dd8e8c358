"""What the query editor offers while somebody types: classes, properties and things, by name or by label."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from pyoxigraph import NamedNode

from ckg.pages import schema_card
from ckg.pages.site import Site
from ckg.pages.view_context import ViewContext

Place = Literal["class", "property", "thing"]
PLACES: Final[tuple[Place, ...]] = ("class", "property", "thing")

MAX_OFFERED: Final = 60
_MAX_THINGS: Final = 30
_WORDS: Final = re.compile(r"[^\W_]+")


def as_json(site: Site, reader: ViewContext, typed: str, at: Place, *, of: str, card: Mapping[str, Any]) -> bytes:
    """Return what fits at a place of a query, best first, as JSON: `text` to write, `label`, `count`, `definition`.

    `typed` is the beginning of a CURIE, of an IRI in angle brackets, or part of a label. `of` is the class of the
    subject (CURIE or IRI, may be empty): its properties come first. `card` is that of the release.
    """
    if at == "thing":
        rows = list(_things(site, reader, typed))
    else:
        terms = card["classes"] if at == "class" else _properties(card, of, reader)
        count = "members" if at == "class" else "triples"
        rows = [_row(term, term[count]) for term in terms]
        rows = [row for row in rows if _fits(row, typed)]
        rows.sort(key=lambda row: not _begins(row, typed))  # the rest of the order is that of the card
    return json.dumps(rows[:MAX_OFFERED], ensure_ascii=False).encode() + b"\n"


def prefixes_as_json(reader: ViewContext) -> bytes:
    """Return the prefixes that the endpoint knows, so that the editor can declare those that are used."""
    return json.dumps(dict(reader.prefixes), ensure_ascii=False).encode() + b"\n"


def _row(term: Mapping[str, Any], count: int | None) -> dict[str, Any]:
    text = term["curie"] or f"<{term['iri']}>"
    return {"text": text, "label": term["label"], "count": count, "definition": term["definition"], "iri": term["iri"]}


def _properties(card: Mapping[str, Any], of: str, reader: ViewContext) -> Iterable[Mapping[str, Any]]:
    """Yield the properties of the card, those that members of a class have first, as often as these have them."""
    wanted = {of, reader.prefixes.curie(of) or of}
    own: Mapping[str, int] = (
        next((row["properties"] for row in card["classes"] if {row["iri"], row["curie"]} & wanted), {}) if of else {}
    )
    by_name = {row["curie"] or row["iri"]: row for row in card["properties"]}
    yield from ({**by_name[name], "triples": count} for name, count in own.items() if name in by_name)
    yield from (row for name, row in by_name.items() if name not in own)


def _things(site: Site, reader: ViewContext, typed: str) -> Iterable[dict[str, Any]]:
    """Yield things by the beginning of a name: with a prefix, only those of its namespace."""
    prefix, colon, local = typed.rpartition(":")
    namespace = reader.prefixes.get(prefix, "") if colon else ""
    words = " ".join(_WORDS.findall(local if namespace else typed.strip("<>")))
    if site.search is None or not words:
        return
    for hit in site.search.suggest(words, language=reader.language, limit=_MAX_THINGS):
        if not hit.iri.startswith(namespace):
            continue
        ref = reader.ref(NamedNode(hit.iri))
        row = {"iri": hit.iri, "curie": ref.curie, "label": ref.words.text, "definition": hit.kind}
        yield _row(row, None)


def _fits(row: Mapping[str, Any], typed: str) -> bool:
    wanted = typed.strip("<>").casefold()
    if _begins(row, typed):
        return True
    return ":" not in wanted and (
        wanted in row["label"].casefold() or wanted in row["text"].partition(":")[2].casefold()
    )


def _begins(row: Mapping[str, Any], typed: str) -> bool:
    wanted = typed.strip("<>").casefold()
    return any(str(name).strip("<>").casefold().startswith(wanted) for name in (row["text"], row["iri"]))


def card_of(site: Site, reader: ViewContext) -> bytes:
    """Return what of the card completions need, as JSON."""
    found = schema_card.card(site, reader)
    return json.dumps({name: found[name] for name in ("classes", "properties")}).encode()
