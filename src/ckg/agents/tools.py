"""What a language model may ask of a data set; whatever tells of a coded statement tells its standing and source."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from pyoxigraph import NamedNode

from ckg import errors
from ckg.client.coded_statement import CodedStatement
from ckg.client.knowledge_graph import GraphAnswer, KnowledgeGraph
from ckg.client.query_rows import QueryRows, python_value
from ckg.client.transport import NotFoundHere
from ckg.errors import CkgError
from ckg.query.guard.tokens import TokenKind, tokens

MAX_ROWS: Final = 200
"""Rows of an answer that a tool returns; how many there are is always said."""

_MAX_TURTLE_CHARS: Final = 40_000
_MAX_FACTS: Final = 200
_MAX_CANDIDATES: Final = 8
_WELL_KNOWN: Final = ("http://www.w3.org/", "http://purl.org/dc/", "https://schema.org/", "http://schema.org/")
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_NUMBER: Final = re.compile(r"\d[\d.,]*\d|\d")

Answer = dict[str, Any]


class Tools:
    """The tools, on one data set. Each returns JSON with `outcome`, which says what kind of answer it is.

    Outcomes: `answer`; `empty` (nothing is found: the data do not say it, which does not make it false);
    `not in the graph` (nothing is said of a thing that was named); `unknown term` (a name in the query occurs nowhere
    in the data, with what was perhaps meant); `malformed`; `refused`; `limit met` (there may be an answer, but it takes
    more time or room than is given); `busy`.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph

    def search(self, words: str, limit: int = 10) -> Answer:
        """Find things by words in their names, quotations and definitions, in any of the languages of the data.

        Each hit says in which standing it is and, for a coded statement, in which words of which source.
        """
        return self._told(lambda: self._search(words, limit))

    def _search(self, words: str, limit: int) -> Answer:
        hits = [{**hit, "evidence": _evidence(hit["evidence"])} for hit in self._graph.search(words, limit=limit)]
        return {"outcome": "answer" if hits else "empty", "hits": hits}

    def describe(self, thing: str) -> Answer:
        """Tell what the data say of one thing, named by its IRI or CURIE: names, kinds, facts, and what points to it.

        Each fact has its standing, and says whether it was only inferred.
        """
        return self._told(lambda: self._describe(thing))

    def _describe(self, thing: str) -> Answer:
        found = self._graph.entity(thing)
        facts = [
            {
                "property": fact.property,
                "label": fact.property_label,
                "value": fact.value,
                "iri": fact.iri,
                "language": fact.language,
                "inferred": fact.inferred,
                "standing": fact.standing,
            }
            for fact in found.facts
        ]
        return {
            "outcome": "answer",
            "iri": found.iri,
            "curie": found.curie,
            "label": found.label,
            "names": found.names,
            "kinds": list(found.kinds),
            "definition": found.definition,
            "standing": found.standing,
            "evidence": _evidence(found.evidence),
            "facts": facts[:_MAX_FACTS],
            "pointing": [dict(row) for row in found.pointing[:_MAX_FACTS]],
            "complete": found.complete and len(facts) <= _MAX_FACTS and len(found.pointing) <= _MAX_FACTS,
            "page": found.page,
        }

    def query(self, sparql: str, run_with_unknown_terms: bool = False) -> Answer:
        """Evaluate a SPARQL 1.1 query (SELECT, ASK, CONSTRUCT or DESCRIBE). The prefixes of the data are predefined.

        Names that occur nowhere in the data are told before anything runs, with what was perhaps meant. `evidence` has,
        by IRI, every coded statement of the rows: standing, words, source, what it is disputed with. Select the IRI of
        a statement with its label, so that its evidence is found. Look at `schema` and `examples` first.
        """
        return self._told(lambda: self._query(sparql, run_anyway=run_with_unknown_terms))

    def _query(self, sparql: str, *, run_anyway: bool) -> Answer:
        unknown = [] if run_anyway else self._unknown_terms(sparql)
        if unknown:
            return {
                "outcome": "unknown term",
                "detail": "These names occur nowhere in the data; the query was not run.",
                "unknown": unknown,
            }
        found = self._graph.query(sparql)
        if isinstance(found, bool):
            return {"outcome": "answer", "truth": found, "release": self._graph.release}
        if isinstance(found, GraphAnswer):
            evidence = {iri: _evidence(one) for iri, one in found.evidence.items()}
            cut = len(found.turtle) > _MAX_TURTLE_CHARS
            return {
                "outcome": "answer",
                "turtle": found.turtle[:_MAX_TURTLE_CHARS],
                "complete": not cut,
                "evidence": evidence,
                "release": self._graph.release,
            }
        shown = QueryRows(
            found.columns, found[:MAX_ROWS], self._graph.evidence_among(found[:MAX_ROWS]), self._graph.prefixes
        )
        return {
            "outcome": "answer" if found else "empty",
            "columns": list(found.columns),
            "rows": [{name: _plain(row[name]) for name in found.columns} for row in shown],
            "rows_in_all": len(found),
            "complete": len(found) <= MAX_ROWS,
            "evidence": {iri: _evidence(one) for iri, one in shown.evidence.items()},
            "release": self._graph.release,
        }

    def explain(self, subject: str, predicate: str, value: str) -> Answer:
        """Say why a triple holds: stated (and in which graphs), inferred (with the proof), or not in the graph.

        Names are IRIs or CURIEs; a literal is written as in N-Triples: "Tokyo"@en.
        """
        return self._told(lambda: self._explain(subject, predicate, value))

    def _explain(self, subject: str, predicate: str, value: str) -> Answer:
        found = self._graph.explain(subject, predicate, value)
        return {
            "outcome": "not in the graph" if found.verdict == "not in the graph" else "answer",
            "verdict": found.verdict,
            "standing": found.standing,
            "graphs": list(found.graphs),
            "proof": [
                {"triple": list(step.triple), "rule": step.rule, "words": step.words, "premises": list(step.premises)}
                for step in found.steps
            ],
            "evidence": _evidence(found.evidence),
        }

    def schema(self, find: str = "", limit: int = 60) -> Answer:
        """Return a card of the data: prefixes, classes and properties used most, with counts, and known pitfalls.

        `find` leaves the terms in whose name, label or definition it occurs. Read the pitfalls before writing queries.
        """
        return self._told(lambda: self._schema(find, limit))

    def _schema(self, find: str, limit: int) -> Answer:
        card = self._graph.schema
        classes, properties = (_matching(card[name], find)[:limit] for name in ("classes", "properties"))
        known = {name: card[name] for name in ("release", "title", "description", "licence", "languages", "prefixes")}
        return {
            "outcome": "answer",
            **known,
            "pitfalls": card["pitfalls"],
            "classes": classes,
            "properties": properties,
        }

    def examples(self) -> Answer:
        """Return questions with the SPARQL queries that answer them on these data."""
        return self._told(lambda: {"outcome": "answer", "examples": self._graph.schema["examples"]})

    def conflicts_about(self, thing: str = "") -> Answer:
        """Return the disputed points that speak of a thing (IRI, CURIE or part of a name), all of them without one.

        Each point comes with every side: who says what, in which words.
        """
        return self._told(lambda: self._conflicts(thing))

    def _conflicts(self, thing: str) -> Answer:
        found = self._graph.conflicts(thing)
        points = [{"over": over, "sides": [_evidence(side) for side in sides]} for over, sides in found.items()]
        return {"outcome": "answer" if points else "empty", "points": points}

    def check_quotation(self, words: str, source: str = "") -> Answer:
        """Say whether words are among the quoted words of a source (all sources without one), and where they stand.

        The texts themselves are not published: words that are found in no quotation may still stand in the text.
        """
        return self._told(lambda: self._check_quotation(words, source))

    def _check_quotation(self, words: str, source: str) -> Answer:
        wanted = _spaced(words)
        if not wanted:
            return {"outcome": "malformed", "detail": "Give the words."}
        found = []
        for one in self._graph.evidence(q=words, **({"source": source} if source else {})):
            for quoted in one.record["quotations"]:
                if wanted in _spaced(quoted["words"]):
                    is_whole = wanted == _spaced(quoted["words"])
                    found.append(
                        {"match": "whole" if is_whole else "part", "quotation": quoted, "statement": _evidence(one)}
                    )
        detail = "" if found else "No quotation has these words. The source may have them: its text is not published."
        return {"outcome": "answer" if found else "empty", "found": found, "detail": detail}

    def check_sentence(self, sentence: str) -> Answer:
        """Find the coded statements that a sentence may rest on, and say which of its numbers none of them has.

        It does not judge whether the sentence is right: read the words of the candidates. A number that is in none of
        them has no evidence here. A candidate that is disputed or a claim must not be told as a fact.
        """
        return self._told(lambda: self._check_sentence(sentence))

    def _check_sentence(self, sentence: str) -> Answer:
        wanted = {word.casefold() for word in _WORD.findall(sentence)}
        numbers = {_digits(number) for number in _NUMBER.findall(sentence)}
        scored = []
        for one in self._graph.evidence():
            text = _text_of(one)
            common = {word for word in wanted if word in text}
            shared = {number for number in numbers if number in {_digits(n) for n in _NUMBER.findall(text)}}
            if common or shared:
                scored.append((2 * len(shared) + len(common), one, common, shared))
        scored.sort(key=lambda row: (-row[0], row[1].iri))
        best = [row for row in scored[:_MAX_CANDIDATES] if row[0] * 3 >= scored[0][0]]
        candidates = [
            {"statement": _evidence(one), "words_in_common": sorted(common), "numbers_in_common": sorted(shared)}
            for _, one, common, shared in best
        ]
        unsupported = numbers - {number for *_, shared in best for number in shared}
        return {
            "outcome": "answer" if candidates else "empty",
            "candidates": candidates,
            "numbers_without_evidence": sorted(unsupported),
        }

    def cite(self, thing: str = "") -> Answer:
        """Return how to cite a thing, or the whole data set: as text, in BibTeX and in CSL-JSON, with the release."""
        return self._told(lambda: self._cite(thing))

    def _cite(self, thing: str) -> Answer:
        found = self._graph.cite(thing)
        evidence = self._graph.entity(thing).evidence if thing else None
        return {
            "outcome": "answer",
            "text": found.text,
            "bibtex": found.bibtex,
            "csl_json": found.csl_json,
            "evidence": _evidence(evidence),
        }

    @property
    def all(self) -> tuple[Callable[..., Answer], ...]:
        """Every tool, by the name that a model calls it."""
        return (
            *(self.search, self.describe, self.query, self.explain, self.schema, self.examples),
            *(self.conflicts_about, self.check_quotation, self.check_sentence, self.cite),
        )

    def _told(self, ask: Callable[[], Answer]) -> Answer:
        """Return an answer, or the outcome that an error is."""
        try:
            return ask()
        except NotFoundHere as error:
            return {"outcome": "not in the graph", "detail": error.message}
        except errors.QueryMalformed as error:
            return {"outcome": "malformed", "detail": error.message, "line": error.line, "column": error.column}
        except (errors.QueryStopped, errors.QueryTooComplex) as error:
            return {"outcome": "limit met", "detail": error.message, "bound": error.bound, "limit": error.limit}
        except (errors.EndpointBusy, errors.BudgetExhausted, errors.EngineFailed) as error:
            return {"outcome": "busy", "detail": error.message, "retry_after_seconds": error.retry_after}
        except CkgError as error:
            return {"outcome": "refused", "detail": " ".join(filter(None, (error.message, error.hint)))}

    def _unknown_terms(self, sparql: str) -> list[dict[str, Any]]:
        """Return names of a query that occur nowhere in the data, with what was perhaps meant."""
        prefixes = self._graph.prefixes
        declared = dict(prefixes) | _declared(sparql)
        named: dict[str, str] = {}
        words = list(tokens(sparql))
        for before, token in zip([None, *words], words, strict=False):
            if before is not None and before.text.upper() in ("PREFIX", "BASE", "FROM", "NAMED", "GRAPH"):
                continue
            if before is not None and before.kind is TokenKind.NAME and before.text.endswith(":"):
                continue  # the IRI of a declaration
            if token.kind is TokenKind.IRI:
                named[token.text[1:-1]] = token.text
            elif token.kind is TokenKind.NAME:
                prefix, _, local = token.text.partition(":")
                if prefix in declared and local:
                    named[declared[prefix] + local.replace("\\", "")] = token.text
        asked = [iri for iri in named if "://" in iri and not iri.startswith(_WELL_KNOWN)]
        there = self._occurring(asked)
        return [{"term": named[iri], "perhaps": self._similar(iri)} for iri in asked if iri not in there]

    def _occurring(self, iris: Iterable[str]) -> set[str]:
        found = set()
        for iri in iris:
            try:
                term = NamedNode(iri)
            except ValueError:
                continue
            places = (f"{term} ?p ?o", f"?s {term} ?o", f"?s ?p {term}", f"GRAPH {term} {{ ?s ?p ?o }}")
            text = "ASK { " + " UNION ".join(f"{{ {place} }}" for place in places) + " }"
            if self._graph.query(text) is True:
                found.add(iri)
        return found

    def _similar(self, iri: str) -> list[str]:
        card = self._graph.schema
        known = {row["iri"]: row["curie"] or row["iri"] for row in (*card["classes"], *card["properties"])}
        close = difflib.get_close_matches(iri, known, n=3, cutoff=0.8)
        local = re.split(r"[/#]", iri)[-1]
        if not close:
            close = difflib.get_close_matches(local, [re.split(r"[/#]", name)[-1] for name in known], n=3, cutoff=0.7)
            close = [name for name in known if re.split(r"[/#]", name)[-1] in close]
        names = [known[name] for name in close]
        words = re.sub(r"[-_]", " ", local)
        names += [hit["curie"] or hit["iri"] for hit in self._graph.search(words, limit=3)] if not names else []
        return names


def _declared(sparql: str) -> dict[str, str]:
    """Return the prefixes that a query declares itself."""
    return {m[1]: m[2] for m in re.finditer(r"(?i)\bPREFIX\s+([\w.\-]*):\s*<([^<>\s]*)>", sparql)}


def _matching(rows: Iterable[Mapping[str, Any]], find: str) -> list[Mapping[str, Any]]:
    wanted = find.casefold()
    return [
        row for row in rows if any(wanted in str(row[name]).casefold() for name in ("curie", "label", "definition"))
    ]


def _plain(term: Any) -> Any:
    value = python_value(term)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _evidence(one: CodedStatement | None) -> Answer | None:
    """Return what a coded statement must be told with, shorter than the whole record."""
    if one is None:
        return None
    return {
        "iri": one.iri,
        "label": one.label,
        "kinds": list(one.kinds),
        "standing": one.standing,
        "inferred": one.inferred,
        "said_by": list(one.said_by),
        "words": [
            {
                "words": quoted.words,
                "language": quoted.language,
                "source": quoted.source_label,
                "source_iri": quoted.source,
                "date": quoted.date,
                "grade": quoted.grade,
                "checked": quoted.checked,
            }
            for quoted in one.words
        ],
        "sources": list(one.sources),
        "disputed": one.disputed,
        "disputes": [{"over": over, "against": list(against)} for over, against in one.disputes],
        "page": one.page,
    }


def _text_of(one: CodedStatement) -> str:
    facts = (fact["value"] for fact in one.record["facts"] if not fact["inferred"])
    return " ".join([one.label, *(quoted.words for quoted in one.words), *facts]).casefold()


def _spaced(text: str) -> str:
    return " ".join(text.split()).casefold()


def _digits(number: str) -> str:
    """Return a number without the commas between its thousands.

    >>> _digits("1,000.5"), _digits("20,")
    ('1000.5', '20')
    """
    return number.replace(",", "").rstrip(".")
