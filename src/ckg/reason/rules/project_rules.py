r"""The rules of a project: `rules/*.rq`, each a SPARQL CONSTRUCT query of triple patterns alone.

    # A state that took part in a summit is a partner of the state that was its host.
    PREFIX ex: <https://example.org/ontology#>
    CONSTRUCT { ?state ex:partnerOf ?host }
    WHERE { ?summit ex:participant ?state ; ex:host ?host . }

The comment on top says in words what the rule means: proofs show it. The prefixes of the project are bound already.
What a rule cannot say (FILTER, OPTIONAL, paths, blank nodes, ...) is refused with its place: the fixed point is that of
Horn rules, which only add what follows (SPARQL 1.1 Query, section 16.2; OWL 2 Profiles, section 4.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from ckg.errors import ProjectError, SourceLocation
from ckg.reason.rules.owl_terms import TYPE
from ckg.reason.rules.premises import premises
from ckg.reason.rules.table import Pattern, Rule

FOLDER: Final = "rules"
SUFFIX: Final = ".rq"
MAX_PATTERNS: Final = 32
"""Triple patterns in the premises of one rule: each is a join."""

_TEXTS: Final = frozenset({".md", ".txt"})
_PREFIXED_NAME: Final = r"(?:[A-Za-z][\w-]*)?:(?:[\w:](?:[\w.:-]*[\w:-])?)?"
_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)|(?P<comment>\#[^\n]*)|(?P<iri><[^<>"{}|^`\\\s]*>)|(?P<variable>[?$]\w+)"""
    r"""|(?P<literal>(?:\"(?:[^"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"""
    rf"""(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^(?:<[^<>\s]*>|{_PREFIXED_NAME}))?)"""
    r"""|(?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)"""
    rf"""|(?P<name>{_PREFIXED_NAME})|(?P<word>[A-Za-z]+)|(?P<mark>[{{}}.;,])|(?P<odd>.)""",
    re.DOTALL,
)
_HINT: Final = (
    "A rule is CONSTRUCT { patterns } WHERE { patterns }, where a pattern is subject, property, object; no FILTER, "
    "OPTIONAL, UNION, path or blank node. See docs/reasoning.md, Rules of a project."
)


def read(project: Path, prefixes: Mapping[str, str]) -> tuple[Rule, ...]:
    """Return the rules of a project folder, in the order of their files; none where it has no folder `rules`.

    A rule is called by its path, such as `rules/partners.rq`; a query with several conclusions gives a rule for each.
    Raises `ProjectError` with file, line and column for what is no rule.
    """
    found: list[Rule] = []
    folder = project / FOLDER
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        inside = path.relative_to(folder)
        if path.is_dir() or any(part.startswith(".") for part in inside.parts) or path.suffix.lower() in _TEXTS:
            continue
        if path.suffix != SUFFIX or not path.is_file():
            raise ProjectError(
                "this is no rule", place=SourceLocation(path), hint=f"A rule is a file that ends in {SUFFIX}."
            )
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise ProjectError(f"the rule is not UTF-8: {error}", place=SourceLocation(path)) from None
        found.extend(_Reader(path, text, prefixes).rules(path.relative_to(project).as_posix()))
    return tuple(found)


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


class _Reader:
    """Reads one file."""

    def __init__(self, path: Path, text: str, prefixes: Mapping[str, str]) -> None:
        self._path = path
        self._text = text
        self._prefixes = dict(prefixes)
        self._tokens = list(self._scan())
        self._next = 0
        self._places: dict[str, _Token] = {}

    def rules(self, name: str) -> Iterator[Rule]:
        """Yield the rules of the file: one for each conclusion."""
        words = self._sentence()
        self._prologue()
        start = self._keyword("CONSTRUCT")
        heads = self._patterns()
        if self._peek().text.upper() == "WHERE":
            self._next += 1
        body = self._patterns()
        if self._peek().kind != "end":
            raise self._wrong(f"{self._peek().text} is not understood after the premises", self._peek())
        for kind, patterns in (("conclusion", heads), ("premise", body)):
            if not patterns:
                raise self._wrong(f"the rule has no {kind}", start)
        if len(body) > MAX_PATTERNS:
            raise self._wrong(f"the rule has {len(body)} premises; {MAX_PATTERNS} are allowed", start)
        for head in dict.fromkeys(heads):
            rule = Rule(name, tuple(dict.fromkeys(body)), head, words)
            self._check(rule)
            yield rule

    def _check(self, rule: Rule) -> None:
        assert rule.head is not None
        said = {word for pattern in rule.body for word in pattern}
        for word in rule.head:
            if word.startswith("?") and word not in said:
                raise self._wrong(f"{word} stands in the conclusion and in no premise", self._places[word])
        named = {word for pattern in premises(rule).schema for word in pattern}
        for pattern in (rule.head, *premises(rule).data):
            if pattern[1].startswith("?") and pattern[1] not in named:
                raise self._wrong(
                    f"{pattern[1]} stands for any property",
                    self._places[pattern[1]],
                    "Name the property, or bind the variable by a premise about the ontology, such as "
                    f"{pattern[1]} rdfs:subPropertyOf ex:knows.",
                )

    # -- the text ---------------------------------------------------------------------------------------------------

    def _scan(self) -> Iterator[_Token]:
        for match in _TOKEN.finditer(self._text):
            if match.lastgroup not in ("space", "comment"):
                yield _Token(str(match.lastgroup), match.group(), match.start())
        yield _Token("end", "the end of the file", len(self._text))

    def _sentence(self) -> str:
        lines = []
        for line in self._text.removeprefix("\ufeff").splitlines():
            if not line.startswith("#"):
                break
            lines.append(line.lstrip("#").strip())
        sentence = " ".join(line for line in lines if line)
        if not sentence:
            raise self._wrong(
                "the rule does not say what it means",
                _Token("", "", 0),
                "Write it in words, in comment lines (# ...) at the top of the file: proofs show them.",
            )
        return sentence

    def _wrong(self, message: str, token: _Token, hint: str = _HINT) -> ProjectError:
        before = self._text[: token.start]
        column = token.start - (before.rfind("\n") + 1) + 1
        return ProjectError(message, place=SourceLocation(self._path, before.count("\n") + 1, column), hint=hint)

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next += token.kind != "end"
        return token

    def _keyword(self, word: str) -> _Token:
        token = self._take()
        if token.text.upper() != word:
            raise self._wrong(f"{token.text} stands where {word} is expected", token)
        return token

    def _prologue(self) -> None:
        while self._peek().text.upper() == "PREFIX":
            self._next += 1
            name, namespace = self._take(), self._take()
            if name.kind != "name" or not name.text.endswith(":") or namespace.kind != "iri":
                raise self._wrong(f"{name.text} {namespace.text} binds no prefix", name)
            self._prefixes[name.text[:-1]] = self._iri(namespace)[1:-1]

    # -- patterns ---------------------------------------------------------------------------------------------------

    def _patterns(self) -> list[Pattern]:
        """Read `{ subject property object , object ; property object . ... }`."""
        self._keyword("{")
        found: list[Pattern] = []
        while self._peek().text != "}":
            subject = self._term("subject")
            while True:
                predicate = self._term("property")
                found.append((subject, predicate, self._term("object")))
                while self._peek().text == ",":
                    self._next += 1
                    found.append((subject, predicate, self._term("object")))
                if self._peek().text != ";":
                    break
                while self._peek().text == ";":
                    self._next += 1
                if self._peek().text in (".", "}"):
                    break
            if self._peek().text != "}":
                self._keyword(".")
        self._next += 1
        return found

    def _term(self, place: str) -> str:
        token = self._take()
        term = self._read_term(token, place)
        self._places.setdefault(term, token)
        return term

    def _read_term(self, token: _Token, place: str) -> str:
        if token.kind == "variable":
            return f"?{token.text[1:]}"
        if token.kind == "iri":
            return self._iri(token)
        if token.kind == "name":
            return self._expanded(token)
        if token.text == "a" and place == "property":
            return TYPE
        if place == "object" and (token.kind in ("literal", "number") or token.text in ("true", "false")):
            return self._literal(token)
        raise self._wrong(f"{token.text} is not understood as the {place} of a pattern", token)

    def _iri(self, token: _Token) -> str:
        if ":" not in token.text:
            raise self._wrong(f"{token.text} is no absolute IRI", token)
        return token.text

    def _expanded(self, token: _Token) -> str:
        prefix, _, local = token.text.partition(":")
        if prefix not in self._prefixes:
            raise self._wrong(
                f"the prefix {prefix}: is not bound", token, "Bind it in the rule (PREFIX), or by a row of sh:declare."
            )
        return f"<{self._prefixes[prefix]}{local}>"

    def _literal(self, token: _Token) -> str:
        header = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in self._prefixes.items())
        try:
            (quad,) = ox.parse(f"{header}<a:a> <a:a> {token.text} .", format=ox.RdfFormat.TURTLE)
        except SyntaxError:
            raise self._wrong(f"{token.text} is no literal", token) from None
        return str(quad.object)
