"""A published data set as Python has it: query it, look things up, ask why; statements come with their evidence."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox

from ckg.client import answer_drawings
from ckg.client.answer_drawings import Draw, Drawings
from ckg.client.bindings import bound
from ckg.client.citation import Citation, of_thing
from ckg.client.coded_statement import CodedStatement, Quoted, from_record
from ckg.client.entity_facts import Entity
from ckg.client.explanation import TripleExplanation, from_answer
from ckg.client.query_rows import QueryRows, Row
from ckg.client.transport import Fields, Transport, body_of
from ckg.errors import CkgError
from ckg.formats import DUMP_FORMATS, N_QUADS, SPARQL_JSON, TURTLE, by_key
from ckg.model.prefixes import Prefixes
from ckg.pages.questions import with_prefixes
from ckg.query.guard.checker import Form, check
from ckg.query.limits import QueryLimits

if TYPE_CHECKING:
    import rdflib

_JSON: Final = "application/json"
_IRIS_A_REQUEST: Final = 100
_ROWS_A_REQUEST: Final = 200
_ANY_QUERY: Final = QueryLimits(text=1 << 30, depth=10_000, patterns=1_000_000)
"""Bounds for finding out the form of a query; it is the server that refuses what is too large for it."""


class GraphAnswer:
    """The answer to CONSTRUCT or DESCRIBE: Turtle, with the evidence of every coded statement in it."""

    def __init__(
        self, turtle: str, evidence: Mapping[str, CodedStatement], draw: Draw = answer_drawings.not_here
    ) -> None:
        self.turtle = turtle
        self.evidence = evidence
        self._draw = draw

    def drawing(self) -> Drawings:
        """Return the statements as a graph with names. Raises `NotDrawn` where they are too many to be read."""
        return self._draw("graph")

    def graph(self) -> rdflib.Graph:
        """Return the answer as a graph of rdflib."""
        graph: rdflib.Graph = _rdflib().Graph()
        return graph.parse(data=self.turtle, format="turtle")

    def store(self) -> ox.Store:
        """Return the answer as a store of Oxigraph."""
        store = ox.Store()
        store.load(self.turtle.encode(), format=ox.RdfFormat.TURTLE)
        return store

    def __str__(self) -> str:
        return self.turtle


class EvidenceOf(Mapping[str, CodedStatement]):
    """The coded statements among some IRIs, by IRI; they are asked for when the first of them is looked at."""

    def __init__(self, graph: KnowledgeGraph, iris: Iterable[str]) -> None:
        self._graph = graph
        self._iris = tuple(dict.fromkeys(iris))

    @cached_property
    def _found(self) -> dict[str, CodedStatement]:
        return {one.iri: one for one in self._graph.evidence_of(self._iris)}

    def __getitem__(self, iri: str) -> CodedStatement:
        return self._found[iri]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class KnowledgeGraph:
    """A release, asked through a server; use it in a `with` block, or `close` it.

    Names of things are IRIs or CURIEs with the prefixes of the data set. Errors are those of the command line:
    `QueryMalformed` (with the place), `QueryStopped` (a bound was met), `NotFoundHere` (nothing is said of it).
    """

    def __init__(self, transport: Transport, *, language: str = "") -> None:
        self._transport = transport
        self._language = language

    @property
    def address(self) -> str:
        """The address of the server, empty where it is in this process."""
        return self._transport.address

    @property
    def release(self) -> str:
        """The id of the release that is served."""
        return str(self.schema["release"])

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """Classes, properties, counts, prefixes, known pitfalls and ready questions."""
        found = self._get("/schema")
        assert isinstance(found, dict)
        return found

    @cached_property
    def prefixes(self) -> Prefixes:
        """The prefixes of the data set; they need not be declared in queries."""
        return Prefixes(self.schema["prefixes"])

    def query(self, text: str, /, **bindings: Any) -> QueryRows | GraphAnswer | bool:
        """Return the answer to a SPARQL query; keyword arguments are values for its variables.

        A value is an RDF term, a number, a date, a text (an IRI or CURIE, else a string), or an `Entity`. SELECT gives
        rows, ASK a truth, CONSTRUCT and DESCRIBE a graph. Raises `QueryMalformed`, `QueryRefused`, `QueryTooComplex`,
        `QueryStopped`, `EndpointBusy`.
        """
        whole = with_prefixes(bound(text, bindings, self.prefixes), self.prefixes)
        form = check(whole, _ANY_QUERY).form
        if form.gives_graph:
            answer = self._post(whole, TURTLE.media_type)
            quads = ox.parse(answer, format=ox.RdfFormat.TURTLE)
            nodes = (node for quad in quads for node in (quad.subject, quad.object))
            iris = (node.value for node in nodes if isinstance(node, ox.NamedNode))
            evidence: Mapping[str, CodedStatement] = EvidenceOf(self, iris)
            return GraphAnswer(answer.decode(), evidence, self._drawn(whole, evidence))
        found = ox.parse_query_results(self._post(whole, SPARQL_JSON.media_type), format=ox.QueryResultsFormat.JSON)
        if form is Form.ASK or isinstance(found, ox.QueryBoolean):
            return bool(found)
        assert isinstance(found, ox.QuerySolutions)
        columns = [variable.value for variable in found.variables]
        rows: list[Row] = [dict(zip(columns, solution, strict=True)) for solution in found]
        evidence = self.evidence_among(rows)
        return QueryRows(columns, rows, evidence, self.prefixes, self._drawn(whole, evidence))

    def entity(self, name: str, /) -> Entity:
        """Return a thing by its IRI or CURIE. Raises `NotFoundHere` where nothing is said of it."""
        record = self._get("/thing", [("iri", self._iri(name))])
        row = record["evidence"]
        return Entity(record, from_record(row, self.address) if row else None, self.address)

    def words(self, name: str, /) -> tuple[Quoted, ...]:
        """Return the quoted words that a coded statement rests on, with their sources."""
        return self.entity(name).words

    def explain(self, subject: str, predicate: str, value: Any, /) -> TripleExplanation:
        """Return why a triple holds: stated (and where), inferred (and how), or not in the graph."""
        written = value if isinstance(value, str) else str(value)
        names = [("subject", self._iri(subject)), ("predicate", self._iri(predicate)), ("object", written)]
        row = self._get("/explain", names)
        evidence = row.get("evidence")
        return from_answer(row, from_record(evidence, self.address) if evidence else None)

    def search(self, text: str, /, *, limit: int = 20) -> list[Mapping[str, Any]]:
        """Return what is found for some words, in names, quotations and definitions; at most 100 hits.

        Each hit has `iri`, `label`, `kind`, the excerpt (`before`, `match`, `after`), `standing` and `evidence`.
        """
        found = self._get("/search.json", [("q", text), ("per_page", str(min(limit, 100)))])
        return [self._with_evidence(hit) for hit in found["hits"]]

    def evidence(self, **filters: Any) -> list[CodedStatement]:
        """Return coded statements: all, or those that filters leave.

        Filters: `q` (in label or words), `kind`, `standing`, `by`, `source`, `about`, `disputed`, `inferred`.
        """
        fields = [
            (name, str(value).lower() if isinstance(value, bool) else str(value)) for name, value in filters.items()
        ]
        rows: list[CodedStatement] = []
        page, more = 1, True
        while more:
            paging = [("page", str(page)), ("per_page", str(_ROWS_A_REQUEST)), ("format", "json")]
            found = self._get("/evidence", [*fields, *paging])
            rows += [from_record(row, self.address) for row in found["rows"]]
            page, more = page + 1, found["next"] is not None
            if not found["complete"] and not more:
                raise CkgError(
                    "the data set has more coded statements than can be listed",
                    hint="Ask for them by a query, or by name.",
                )
        return rows

    def evidence_of(self, iris: Sequence[str], /) -> list[CodedStatement]:
        """Return those of some things that are coded statements, with their evidence."""
        found: list[CodedStatement] = []
        for start in range(0, len(iris), _IRIS_A_REQUEST):
            named = [("iri", iri) for iri in iris[start : start + _IRIS_A_REQUEST]]
            answer = self._get("/evidence", [*named, ("per_page", str(_IRIS_A_REQUEST)), ("format", "json")])
            found += [from_record(row, self.address) for row in answer["rows"]]
        return found

    def evidence_among(self, rows: Iterable[Row], /) -> Mapping[str, CodedStatement]:
        """Return the coded statements that occur in some rows, by IRI."""
        return EvidenceOf(self, (term.value for row in rows for term in row.values() if isinstance(term, ox.NamedNode)))

    def conflicts(self, about: str = "", /) -> dict[str, list[CodedStatement]]:
        """Return the disputed points, each with the statements that take a side; `about` is a thing they speak of."""
        wanted = {"disputed": True} | ({"about": about} if about else {})
        found: dict[str, list[CodedStatement]] = {}
        for one in self.evidence(**wanted):
            for dispute in one.record["disputes"]:
                found.setdefault(dispute["over"] or dispute["label"], []).append(one)
        return {over: self._all_sides(over, sides) for over, sides in found.items()}

    def _all_sides(self, over: str, sides: list[CodedStatement]) -> list[CodedStatement]:
        """Return the sides of a disputed point with those that a filter has left out."""
        there = {one.iri for one in sides}
        others = (iri for one in sides for point, against in one.disputes if point == over for iri in against)
        return sides + self.evidence_of([iri for iri in dict.fromkeys(others) if iri not in there])

    def cite(self, name: str = "", /, *, read_on: datetime.date | None = None) -> Citation:
        """Return how to cite a thing, or the data set; `read_on` is today where it is not given."""
        day = read_on or datetime.datetime.now(tz=datetime.UTC).date()
        if not name:
            return of_thing(self.schema["title"], self.schema["base"], self.schema, read_on=day)
        thing = self.entity(name)
        return of_thing(thing.label, thing.iri, self.schema, read_on=day)

    def cite_answer(self, text: str, /, **bindings: Any) -> Citation:
        """Return how to cite the answer to a query, with the release and a hash of the answer; see `query`.

        Raises `CkgError` where the answer depends on the moment, or is too large to be hashed.
        """
        whole = with_prefixes(bound(text, bindings, self.prefixes), self.prefixes)
        found = self._get("/cite", [("query", whole)])
        return Citation(found["text"], found["bibtex"], json.dumps(found["csl_json"], ensure_ascii=False))

    def dump(self, form: str = N_QUADS.key, /) -> bytes:
        """Return the whole data set in an RDF format, by its key (`nq`, `ttl`, `jsonld`, …)."""
        wanted = by_key(form, DUMP_FORMATS)
        if wanted is None:
            raise CkgError(f"there is no dump {form}", hint=f"One of {', '.join(f.key for f in DUMP_FORMATS)}.")
        return body_of(self._transport.send(f"/dump/{wanted.key}", [], wanted.media_type))

    def store(self) -> ox.Store:
        """Return the whole data set as a store of Oxigraph in memory, with its named graphs."""
        store = ox.Store()
        store.bulk_load(io.BytesIO(self.dump(N_QUADS.key)), format=ox.RdfFormat.N_QUADS)
        return store

    def graph(self) -> rdflib.Dataset:
        """Return the whole data set as a data set of rdflib, whose default graph is the union."""
        graph: rdflib.Dataset = _rdflib().Dataset(default_union=True)
        graph.parse(data=self.dump(N_QUADS.key), format="nquads")
        return graph

    def close(self) -> None:
        """Let go of the server, if it is in this process."""
        self._transport.close()

    def __enter__(self) -> KnowledgeGraph:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<KnowledgeGraph {self.schema['title']!r}, release {self.release}>"

    def _drawn(self, query: str, evidence: Mapping[str, CodedStatement]) -> Draw:
        """Return how to ask for the answer to a query as drawings."""

        def draw(view: str) -> Drawings:
            path = f"/drawings?{urlencode([('view', view), *self._language_chosen()])}"
            answer = self._transport.send(path, [("query", query)], _JSON, post=True)
            return answer_drawings.from_answer(json.loads(body_of(answer)), evidence)

        return draw

    def _language_chosen(self) -> list[tuple[str, str]]:
        return [("lang", self._language)] if self._language else []

    def _iri(self, name: str) -> str:
        return self.prefixes.expand(name) or name

    def _with_evidence(self, hit: Mapping[str, Any]) -> Mapping[str, Any]:
        row = hit["evidence"]
        return {**hit, "evidence": from_record(row, self.address) if row else None}

    def _get(self, path: str, fields: Fields = ()) -> Any:
        return json.loads(body_of(self._transport.send(path, [*fields, *self._language_chosen()], _JSON)))

    def _post(self, text: str, media_type: str) -> bytes:
        return body_of(self._transport.send("/sparql", [("query", text)], media_type, post=True))


def _rdflib() -> Any:
    try:
        import rdflib  # noqa: PLC0415 - an extra
    except ImportError:
        raise CkgError("rdflib is not installed", hint="pip install 'ckg[build]'") from None
    return rdflib
