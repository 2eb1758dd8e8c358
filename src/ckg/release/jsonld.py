"""Writing JSON-LD: one node object per subject, names shortened by a context of the project's prefixes.

JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/). Literals other than plain strings are value objects with their lexical
form as a string, so that `01` stays `01`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from ckg.model.prefixes import Prefixes
from ckg.release.merge import Lines
from ckg.release.statements import TYPE, Rows, document, iri, label, literal, unescaped

_CACHED = 200_000
_GEN_DELIMS = ":/?#[]@"


class SchemeClash(Exception):
    """An IRI of the data starts with a prefix and a colon, and a reader would expand it: the prefix cannot be used."""

    def __init__(self, prefix: str) -> None:
        super().__init__(prefix)
        self.prefix = prefix


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


class _Terms(dict[str, str]):
    """From terms of N-Triples to JSON: IRIs and blank nodes to strings (remembered), literals to value objects."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._prefixes = Prefixes(prefixes)

    def __missing__(self, term: str) -> str:
        if len(self) >= _CACHED:
            self.clear()
        self[term] = written = _string(f"_:{label(term)}" if term[0] == "_" else self._iri(iri(term)))
        return written

    def _iri(self, full: str) -> str:
        short = self._prefixes.curie(full)
        if short is not None:
            return short
        scheme, _, rest = full.partition(":")
        if scheme in self._prefixes and not rest.startswith("//"):
            raise SchemeClash(scheme)
        return full

    def value(self, term: str) -> str:
        """Return the JSON of an object."""
        if term[0] != '"':
            return f'{{"@id": {self[term]}}}'
        if term[-1] == '"' and "\\" not in term:
            return term
        text, language, datatype = literal(term)
        # The escapes of canonical N-Triples are those of JSON; only \U and \' are not.
        string = _string(unescaped(text)) if "\\U" in text or "\\'" in text else f'"{text}"'
        if language:
            return f'{{"@language": "{language}", "@value": {string}}}'
        if datatype:
            return f'{{"@type": {self[f"<{datatype}>"]}, "@value": {string}}}'
        return string


def context(prefixes: Mapping[str, str]) -> str:
    """Return the JSON of a context that binds the prefixes (JSON-LD 1.1, section 4.1.5: compact IRIs).

    A namespace that ends in no delimiter is usable as a prefix only if the context says so.

    >>> context({"a": "http://a.example/#", "b": "http://b.example/b"})
    '{"a": "http://a.example/#", "b": {"@id": "http://b.example/b", "@prefix": true}}'
    """
    bindings: dict[str, object] = {
        prefix: namespace if namespace[-1:] in _GEN_DELIMS else {"@id": namespace, "@prefix": True}
        for prefix, namespace in sorted(prefixes.items())
    }
    return json.dumps(bindings, ensure_ascii=False)


def _node(subject: str, rows: Rows, terms: _Terms) -> str:
    members: dict[str, list[str]] = {}
    for predicate, value in rows:
        if predicate == TYPE and value[0] != '"':
            members.setdefault('"@type"', []).append(terms[value])
        else:
            members.setdefault(terms[predicate], []).append(terms.value(value))
    parts = [f'{{"@id": {terms[subject]}']
    for name, values in members.items():
        parts.append(f"{name}: {values[0]}" if len(values) == 1 else f"{name}: [{', '.join(values)}]")
    return ",\n    ".join(parts) + "}"


class JsonLdWriter:
    """Writes JSON-LD with some prefixes; raises `SchemeClash` if one must be left out: start again without it."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._usable = {prefix: namespace for prefix, namespace in prefixes.items() if prefix}
        self._terms = _Terms(self._usable)
        self._separator = "\n"

    def head(self) -> str:
        """Return the context and the beginning of the list of nodes."""
        return f'{{"@context": {context(self._usable)},\n"@graph": ['

    def node(self, subject: str, rows: Rows) -> str:
        """Return the node object of a subject."""
        written = self._separator + _node(subject, rows, self._terms)
        self._separator = ",\n"
        return written

    def tail(self) -> str:
        """Return the end of the list of nodes."""
        return "\n]}\n"


def json_ld(blocks: Iterable[Lines], prefixes: Mapping[str, str]) -> Iterator[str]:
    r"""Return a JSON-LD document, part by part, with the triples of blocks of sorted N-Triples lines.

    Raises `SchemeClash` if a prefix must be left out: start again without it.

    >>> print("".join(json_ld([[b'<http://e.example/s> <http://e.example/p> "a"@en .\n']], {"e": "http://e.example/"})))
    {"@context": {"e": "http://e.example/"},
    "@graph": [
    {"@id": "e:s",
        "e:p": {"@language": "en", "@value": "a"}}
    ]}
    <BLANKLINE>
    """
    return document(blocks, JsonLdWriter(prefixes))
