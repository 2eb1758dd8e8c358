"""What a request to the endpoint asks: SPARQL 1.1 Protocol, section 2, read completely before anything is evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from werkzeug.exceptions import BadRequest, Forbidden, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.http import parse_options_header

from ckg.query.job import Dataset

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"

_UPDATE_REFUSED: Final = "The data are an immutable release: updates are not offered here."
_MAX_FIELDS: Final = 200
_ONCE: Final = ("query", "update", "release")
_FORMATS: Final = ("format", "output", "results")  # none is of the protocol: clients send one, or all, or one twice
_GRAPH_STORE: Final = ("graph", "default")


@dataclass(frozen=True, slots=True)
class ProtocolRequest:
    """A query (None where there is none), its dataset, and the formats that are named, in the order given.

    `graph` is the graph that the Graph Store Protocol asks for: its IRI, empty for the default graph; None where the
    request is none of that protocol. `release` is the release that the answer must be from, empty for any.
    """

    query: str | None
    dataset: Dataset
    formats: tuple[str, ...] = ()
    graph: str | None = None
    release: str = ""


def longest_body(text: int) -> int:
    """Return how many bytes a body may have if a query may have `text`: every byte may be percent-encoded in a form."""
    return 3 * text + 65_536


def read(method: str, query_string: str, content_type: str, body: bytes) -> ProtocolRequest:
    """Return what is asked by GET, by POST or QUERY with a form, or by POST or QUERY with the query as the body.

    Raises an HTTP error for a parameter given twice or missing, for an update, for a media type or charset that is none
    of the protocol's, and for what is not UTF-8.

    >>> read("GET", "query=ASK%20%7B%7D", "", b"").query
    'ASK {}'
    """
    address = _fields(query_string)
    if method in ("GET", "HEAD"):
        return _asked(address)
    media_type, options = parse_options_header(content_type)
    media_type = media_type.lower()
    if media_type not in (FORM, QUERY, UPDATE):
        named = f"not {media_type[:100]}" if media_type else "and the request has no Content-Type"
        raise UnsupportedMediaType(f"A query is sent as {FORM} or {QUERY}, {named}.")
    if options.get("charset", "utf-8").lower().replace("_", "-") not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType("A query is sent in UTF-8.")
    if media_type == UPDATE:
        raise Forbidden(_UPDATE_REFUSED)
    text = _decoded(body)
    asked = _asked([*address, *_fields(text)] if media_type == FORM else [*address, ("query", text)])
    if asked.query is None:
        raise BadRequest("The parameter `query` is missing.")
    return asked


def _asked(fields: Sequence[tuple[str, str]]) -> ProtocolRequest:
    once: dict[str, str] = {}
    formats: list[str] = []
    stored: list[str] = []
    graphs: dict[str, list[str]] = {"default-graph-uri": [], "named-graph-uri": []}
    for name, value in fields:
        if name in _ONCE:
            if name in once:
                raise BadRequest(f"The parameter `{name}` is given twice.")
            once[name] = value
        elif name in _FORMATS:
            formats.append(value)
        elif name in _GRAPH_STORE:
            stored.append("" if name == "default" else _graph(name, value))
        elif name in graphs:
            graphs[name].append(_graph(name, value))
    if "update" in once:
        if "query" in once:
            raise BadRequest("A request is a query or an update, not both.")
        raise Forbidden(_UPDATE_REFUSED)
    if any(name.startswith("using-") for name, _ in fields):
        raise BadRequest("`using-graph-uri` and `using-named-graph-uri` belong to updates, which are not offered here.")
    dataset = Dataset(tuple(graphs["default-graph-uri"]), tuple(graphs["named-graph-uri"]))
    if stored and ("query" in once or len(stored) > 1):
        raise BadRequest("A request is a query, or asks for one graph by `graph` or `default`.")
    graph = stored[0] if stored else None
    return ProtocolRequest(once.get("query"), dataset, tuple(filter(None, formats)), graph, once.get("release", ""))


def _graph(name: str, iri: str) -> str:
    scheme, colon, _ = iri.partition(":")
    if not colon or not scheme.isascii() or not scheme[:1].isalpha() or any(c in '<>"{}|^`\\' or c <= " " for c in iri):
        raise BadRequest(f"The parameter `{name}` must be an absolute IRI.")
    return iri


def _fields(text: str) -> list[tuple[str, str]]:
    try:
        # A server hands the query string on as bytes in Latin-1 (PEP 3333).
        text = text.encode("latin-1").decode() if not text.isascii() and _is_latin(text) else text
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except UnicodeDecodeError:
        raise BadRequest("The parameters are not UTF-8.") from None
    except ValueError:
        raise RequestEntityTooLarge("There are too many parameters.") from None


def _is_latin(text: str) -> bool:
    return all(ord(character) < 256 for character in text)


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None
