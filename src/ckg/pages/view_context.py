"""What a page asks for while it is made: labels in the reader's language, links, values ready to be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from pyoxigraph import BlankNode, Literal, NamedNode

from ckg.model.byte_lru import footprint
from ckg.model.iris import Base, readable_name
from ckg.model.prefixes import Prefixes
from ckg.pages import language_names, text
from ckg.pages.folder.pages_toml import PagesConfig
from ckg.pages.graph import Graph, Node, Term, literals
from ckg.pages.messages import gettext
from ckg.pages.terms import DEFINITIONS, LABELS, OWL, RDF, RDFS, WIKIBASE_ROLES, XSD
from ckg.release.layout import ProjectMetadata
from ckg.release.search.searching import Search


@dataclass(frozen=True, slots=True)
class Words:
    """Text in a language: `lang` is empty where none is known, `fallback` says that it is not the reader's language."""

    text: str
    lang: str = ""
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Ref:
    """A thing as pages name it: its words, where a link to it leads (empty where it may not be one), IRI and CURIE."""

    words: Words
    href: str
    iri: str
    curie: str
    external: bool


@dataclass(frozen=True, slots=True)
class Datum:
    """A literal as pages show it: `kind` is text, date, number, flag, address or shape."""

    kind: str
    words: Words
    raw: str
    datatype: str
    cut: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: `said` as people say it, `exact` in digits with its unit, `stated` as the source writes it."""

    ref: Ref
    said: str
    exact: str
    stated: str
    qualifier: str
    value: float | None
    unit: str

    @property
    def words(self) -> str:
        """The figure with what qualifies it, as in "more than US$19 billion"."""
        return f"{self.qualifier} {self.said}".strip()


class ViewContext:
    """One reader's view of the graph: a language and the path under which the site is served.

    `languages` are the project's, the default first; `root` is the path prefix of the server, without a final slash;
    `argument` gives an argument of the address that is asked for, empty where it has none; `search` is the index of the
    release, where it has one. `link` says where a link to an IRI leads on a server with such a prefix, None for what
    may be no link; `function` at which path a function of the site is reached; `about` is what the project says of
    itself, `config` what it says of its pages.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        base: Base,
        prefixes: Prefixes,
        languages: Sequence[str],
        language: str,
        link: Callable[[str, str], str | None],
        function: Callable[[str], str],
        argument: Callable[[str], str],
        search: Search | None = None,
        root: str = "",
        about: ProjectMetadata,
        config: PagesConfig,
        figures: Callable[[ViewContext, Node], Sequence[Figure]] | None = None,
        checks: Mapping[str, bool] | None = None,
        lengths: Mapping[str, int] | None = None,
        ontology_changes: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.graph = graph
        self.base = base
        self.prefixes = prefixes
        self.languages = tuple(languages)
        self.language = language
        self.root = root
        self._link = link
        self._function = function
        self.argument = argument
        self.frame: Any = None  # what `render` has made once for every page
        self.path = lru_cache(maxsize=_PATHS_REMEMBERED)(self._path)
        self._search = search if search is not None and search.lists_members else None
        self.about = about
        self.config = config
        self.labels = graph.in_use((*config.names, *LABELS))
        self._wikibase_roles = graph.in_use(WIKIBASE_ROLES)
        self._definitions = graph.in_use((*config.definitions, *DEFINITIONS))
        self._figures = figures
        self._checks = checks or {}
        self._lengths = lengths or {}
        self.ontology_changes = ontology_changes

    def label(self, term: Term, /) -> Words:
        """Return the name to show for a term, in the reader's language or in the next best one."""
        labels, key = self.graph.labels, (self.language, term)
        found: Words | None = labels.get(key)
        return found if found is not None else labels.make(key, lambda: self._label(term), footprint)

    def checked(self, quotation: str) -> bool | None:
        """Say whether the build found a quotation in its source text; None where nobody can say."""
        return self._checks.get(quotation)

    def figures(self, statement: Node) -> Sequence[Figure]:
        """Return the figures that a statement gives, as far as the project says where they stand (`things.figures`)."""
        return self._figures(self, statement) if self._figures is not None else ()

    def language_name(self, tag: str) -> str:
        """Return what the language of a tag is called in the language of the page."""
        return language_names.local_name(tag, self.config.languages)

    def text_length(self, sha256: str) -> int:
        """Return how many code points a source text has, 0 where the build did not have it at hand."""
        return self._lengths.get(sha256, 0)

    def words(self, subject: Node, *predicates: NamedNode) -> Words | None:
        """Return the text of a property in the reader's language, else in the next best one, marked as such."""
        for predicate in predicates:
            found = literals(self.graph.objects(subject, predicate))
            if found:
                return self.best(found)
        return None

    def best(self, found: Sequence[Literal]) -> Words:
        """Return the literal that suits the reader best."""
        chosen = min(found, key=lambda literal: (self._rank(literal.language or ""), literal.value))
        tag = chosen.language or ""
        return Words(chosen.value, tag, bool(tag) and not _same(tag, self.language))

    def words_of(self, literal: Literal) -> Words:
        """Return a literal as a name: on one line, with its language."""
        tag = literal.language or ""
        return Words(text.plain(literal.value), tag, bool(tag) and not _same(tag, self.language))

    def _rank(self, tag: str) -> int:
        if _same(tag, self.language):
            return 0
        if not tag:
            return 1
        for place, language in enumerate(self.languages):
            if _same(tag, language):
                return place + 2
        return len(self.languages) + 2

    def _label(self, term: Term) -> Words:
        if isinstance(term, Literal):
            return Words(text.plain(term.value), term.language or "")
        found = self.words(term, *self.labels)
        if found is not None and found.text.strip():
            return Words(text.plain(found.text), found.lang, found.fallback)
        if isinstance(term, BlankNode):
            return Words(gettext("unnamed node"))
        for property_ in self.graph.subjects(term, *self._wikibase_roles):
            return self.label(property_)
        return Words(text.licence_name(term.value) or text.plain(readable_name(term.value)))

    def english(self, subject: Node) -> list[str]:
        """Return the labels of a thing in English."""
        found = literals(self.graph.objects(subject, *self.labels))
        return [literal.value for literal in found if _same(literal.language or "", "en")]

    def definition(self, subject: Node) -> Words | None:
        """Return what defines or describes a thing, if anything does."""
        found = self.words(subject, *self._definitions)
        return Words(text.plain(found.text, text.SHOWN_CHARS), found.lang, found.fallback) if found else None

    def other_names(self, subject: Node) -> list[Words]:
        """Return the labels in the other languages of the project, one a language, in the project's order."""
        mine = self.label(subject)
        by_tag: dict[str, str] = {}
        for predicate in self.labels:
            for literal in sorted(literals(self.graph.objects(subject, predicate)), key=lambda item: item.value):
                if literal.language and not _same(literal.language, mine.lang):
                    by_tag.setdefault(literal.language, text.plain(literal.value))
        order = {language: place for place, language in enumerate(self.languages)}
        tags = sorted(by_tag, key=lambda tag: (order.get(tag.split("-")[0], 99), tag))
        return [Words(by_tag[tag], tag, fallback=True) for tag in tags]

    def href(self, iri: str) -> str:
        """Return where a link to an IRI leads: ours to their document here, others to themselves or nowhere."""
        return self._link(iri, self.root) or ""

    def by_name(self, nodes: Sequence[NamedNode]) -> list[NamedNode]:
        """Return things in the order of their names, however many they are."""
        if self._search is not None and len(nodes) > _FEW:
            return [NamedNode(iri) for iri in self._search.by_name([node.value for node in nodes])]
        return sorted(nodes, key=lambda node: (self.label(node).text.casefold(), node.value))

    def has_page(self, iri: str) -> bool:
        """Say whether a thing has a page here: because its IRI is ours, or because the data say something of it."""
        return self.base.path_of(iri) is not None or self.graph.lookup.describes(iri)

    def _path(self, path: str) -> str:
        """Return the address of a page of the site at a path, which is another one where the data have that IRI."""
        return f"{self.root}/{quote(self._function(path), safe='/-._~%:@,;=+!')}"

    def why_address(self, *, by: NamedNode, of: Node | None = None, to: Node | None = None) -> str:
        """Return the address of the page that says why statements hold, with names as short as they can be."""
        parts = [("of", of), ("by", by), ("to", to)]
        named = [(key, self.prefixes.curie(n.value) or n.value) for key, n in parts if isinstance(n, NamedNode)]
        return self.path("why") + "?" + urlencode(named, safe=":/")

    def ref(self, term: Node) -> Ref:
        """Return a thing as a page names it."""
        if isinstance(term, BlankNode):
            return self.node_ref(term)
        curie, href = self.prefixes.curie(term.value) or "", self.href(term.value)
        words = Words(curie or text.plain(term.value)) if self.graph.is_twin(term.value) else self.label(term)
        return Ref(words, href, term.value, curie, external=text.is_web(href))

    def node_ref(self, node: BlankNode, href: str | None = None) -> Ref:
        """Return a node without a name, as a link to its own page or to `href`; an empty one makes it no link."""
        return Ref(self.label(node), self.href(str(node)) if href is None else href, "", "", external=False)

    def named(self, iri: str) -> Ref | None:
        """Return the thing with an IRI as a page names it, or None where the text is no IRI."""
        try:
            return self.ref(NamedNode(iri))
        except ValueError:
            return None

    def resolve(self, name: str) -> NamedNode | None:
        """Return the node that an IRI or a CURIE names, or None for text that is neither."""
        try:
            return NamedNode(self.prefixes.expand(name) or name) if name else None
        except ValueError:
            return None

    def node(self, ref: Ref) -> NamedNode:
        """Return the node that a reference with an IRI is to."""
        return NamedNode(ref.iri)

    def refs(self, terms: Iterable[Term]) -> list[Ref]:
        """Return things as a page names them, ordered by their words."""
        found = [self.ref(term) for term in dict.fromkeys(terms) if not isinstance(term, Literal)]
        return sorted(found, key=lambda ref: (ref.words.text.casefold(), ref.iri))

    def datum(self, literal: Literal) -> Datum:
        """Return a literal as a page shows it."""
        datatype = literal.datatype.value
        shown, kind = text.plain(literal.value, text.SHOWN_CHARS), "text"
        local = datatype.removeprefix(XSD.iri) if datatype.startswith(XSD.iri) else ""
        if local in ("date", "gYear", "gYearMonth", "dateTime"):
            shown, kind = text.date(shown), "date"
        elif local in _NUMBERS:
            shown, kind = text.number(shown), "number"
        elif local == "boolean":
            shown, kind = (gettext("yes") if literal.value in ("true", "1") else gettext("no")), "flag"
        elif local == "anyURI" and text.is_web(literal.value):
            kind = "address"
        elif datatype.endswith("#wktLiteral"):
            kind = "shape"
        tag = literal.language or ""
        words = Words(shown, tag, bool(tag) and not _same(tag, self.language))
        cut = len(literal.value) > text.SHOWN_CHARS
        return Datum(kind, words, text.plain(literal.value, text.SHOWN_CHARS), datatype, cut)

    def show(self, term: Term) -> Ref | Datum:
        """Return any term as a page shows it."""
        return self.datum(term) if isinstance(term, Literal) else self.ref(term)

    def kinds(self, subject: Node) -> list[Ref]:
        """Return the most specific classes of a thing that have a label, those of the project first."""
        types = set(self.graph.types(subject)) - _TOO_GENERAL
        broader = {up for cls in types for up in self.broader_classes(cls)}
        narrow = [cls for cls in types - broader if isinstance(cls, NamedNode)]
        return [self.ref(cls) for cls in sorted(narrow, key=lambda cls: (not self._ours(cls), cls.value))]

    def broader_classes(self, cls: Node) -> list[Node]:
        """Return the classes above a class, those that are the same class left out."""
        above = self.graph.nodes(cls, RDFS.subClassOf)
        return [up for up in above if up != cls and cls not in self.graph.nodes(up, RDFS.subClassOf)]

    def _ours(self, cls: Node) -> bool:
        return self.base.path_of(cls.value) is not None


_PATHS_REMEMBERED = 200
_FEW = 200  # so many names are looked up one by one
_TOO_GENERAL = {OWL.Thing, OWL.NamedIndividual, RDFS.Resource, RDF.List}
_NUMBERS = frozenset(
    {"integer", "decimal", "double", "float", "int", "long", "short", "byte"}
    | {"nonNegativeInteger", "positiveInteger", "negativeInteger", "nonPositiveInteger"}
    | {"unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"}
)


def _same(tag: str, language: str) -> bool:
    tag, language = tag.lower(), language.lower()
    return bool(tag) and (tag == language or tag.startswith(language + "-"))
