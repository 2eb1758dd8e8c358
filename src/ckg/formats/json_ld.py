"""JSON-LD: one node object per subject, names shortened by a context of the project's prefixes.

JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/). Literals other than plain strings are value objects with their lexical
form as a string, so that `01` stays `01`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import IO, ClassVar, Final

import pyoxigraph as ox

from ckg.formats.base import W3C, EngineInput, Load, NestingFormat
from ckg.formats.guards import GuardedFile
from ckg.formats.json_guard import JsonGuard
from ckg.formats.json_ld_contexts import MAX_BYTES, inlined, may_refer
from ckg.formats.json_places import offset_of, path_of_fault
from ckg.formats.nesting import ANONYMOUS, BlankNode, Collection, NestedRows, Value
from ckg.formats.statement_lines import TYPE, iri, label, literal, unescaped
from ckg.model.prefixes import Prefixes

_CACHED = 200_000
_PLACED_MAX_BYTES: Final = 16 << 20  # of a document in which the place of a fault is looked for
_GEN_DELIMS = ":/?#[]@"


class _SchemeClash(Exception):
    """An IRI of the data starts with a prefix and a colon, and a reader would expand it."""

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
            raise _SchemeClash(scheme)
        return full

    def value(self, value: Value) -> str:
        """Return the JSON of an object."""
        if isinstance(value, Collection):
            return f'{{"@list": [{", ".join(map(self.value, value.members))}]}}'
        return _node(ANONYMOUS, value.rows, self) if isinstance(value, BlankNode) else self._term(value)

    def _term(self, term: str) -> str:
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


def _node(subject: str, rows: NestedRows, terms: _Terms, own_context: str = "") -> str:
    members: dict[str, list[str]] = {}
    for predicate, value in rows:
        if predicate == TYPE and isinstance(value, str) and value[0] != '"':
            members.setdefault('"@type"', []).append(terms[value])
        else:
            members.setdefault(terms[predicate], []).append(terms.value(value))
    parts = [] if subject == ANONYMOUS else [f'"@id": {terms[subject]}']
    for name, values in members.items():
        parts.append(f"{name}: {values[0]}" if len(values) == 1 else f"{name}: [{', '.join(values)}]")
    return f"{{{own_context}" + ",\n    ".join(parts) + "}"


class JsonLdWriter:
    """Writes JSON-LD with some prefixes."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._usable = {prefix: namespace for prefix, namespace in prefixes.items() if prefix}
        self._terms = _Terms(self._usable)
        self._separator = "\n"

    def head(self) -> bytes:
        """Return the context and the beginning of the list of nodes."""
        return f'{{"@context": {context(self._usable)},\n"@graph": ['.encode()

    def node(self, subject: str, rows: NestedRows) -> bytes:
        """Return the node object of a subject."""
        try:
            text = _node(subject, rows, self._terms)
        except _SchemeClash as clash:
            text = self._without(clash.prefix, subject, rows)
        text, self._separator = self._separator + text, ",\n"
        return text.encode()

    def tail(self) -> bytes:
        """Return the end of the list of nodes."""
        return b"\n]}\n"

    def _without(self, prefix: str, subject: str, rows: NestedRows) -> str:
        """Return a node object in which a prefix is unbound, because an IRI such as `geo:1,2` begins with it."""
        unbound = [prefix]
        while True:
            usable = {name: namespace for name, namespace in self._usable.items() if name not in unbound}
            own = f'"@context": {json.dumps(dict.fromkeys(unbound))}, '
            try:
                return _node(subject, rows, _Terms(usable), own)
            except _SchemeClash as clash:
                unbound.append(clash.prefix)


class JsonLd(EngineInput, NestingFormat):
    r"""JSON-LD, compacted.

    >>> lines = [b'<http://e.example/s> <http://e.example/p> "a"@en .\n']
    >>> print(b"".join(FORMAT.document([lines], {"e": "http://e.example/"})).decode())
    {"@context": {"e": "http://e.example/"},
    "@graph": [
    {"@id": "e:s",
        "e:p": {"@language": "en", "@value": "a"}}
    ]}
    <BLANKLINE>
    """

    has_named_graphs = True
    refers_to_files = True
    syntax: ClassVar = ox.RdfFormat.JSON_LD

    def guard(self, _file: GuardedFile) -> JsonGuard:
        """Return the guard against depth."""
        return JsonGuard()

    def self_contained(self, file: IO[bytes], again: IO[bytes], load: Load) -> IO[bytes]:
        """Return the file, or a document with the contexts in it that the file refers to."""
        if not may_refer(again):
            return file
        text = file.read(MAX_BYTES + 1)
        if len(text) > MAX_BYTES:
            raise SyntaxError(
                f"a document that refers to a context is larger than {MAX_BYTES >> 20} MB: write the context into it"
            )
        try:
            return BytesIO(inlined(text.decode("utf-8-sig"), load).encode())
        except UnicodeDecodeError as error:
            raise SyntaxError(f"the file is not UTF-8, which JSON-LD is written in ({error.reason})") from None

    def place_of(
        self, file: IO[bytes], base_iri: str, is_wrong: Callable[[ox.Quad], bool], load: Load | None = None
    ) -> tuple[int, int | None] | None:
        """Return where the smallest part of a document is that has the same fault as the whole."""
        raw = file.read(_PLACED_MAX_BYTES + 1)
        if len(raw) > _PLACED_MAX_BYTES:
            return None
        try:
            text = raw.decode("utf-8-sig")
            document = json.loads(inlined(text, load) if load else text)
        except (SyntaxError, ValueError):
            return None  # what cannot be read as JSON, or refers to what is no context, has its place in its message

        def fault(part: object) -> str | None:
            try:
                quads = self.parse(BytesIO(json.dumps(part, ensure_ascii=False).encode()), base_iri)
                return "wrong" if any(map(is_wrong, quads)) else None
            except (SyntaxError, ValueError) as error:
                return str(error)

        offset = offset_of(text, path_of_fault(document, fault))
        return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)

    def writer(self, prefixes: Mapping[str, str]) -> JsonLdWriter:
        """Return a writer of one document."""
        return JsonLdWriter(prefixes)


FORMAT: Final = JsonLd(
    key="jsonld",
    name="JSON-LD",
    media_type="application/ld+json",
    iri=W3C + "JSON-LD",
    aliases=("application/json",),
    words=("json-ld", "json"),
    rank=20,
)
