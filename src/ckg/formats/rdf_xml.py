"""RDF/XML, for tools that read nothing else; what XML cannot say is refused.

RDF 1.1 XML Syntax (https://www.w3.org/TR/rdf-syntax-grammar/). Two things have no form in it: a predicate whose IRI
does not end in an XML name, and a literal with a character that XML 1.0 forbids (most control characters).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO, ClassVar, Final, cast
from xml.etree import ElementTree
from xml.parsers import expat

import pyoxigraph as ox

from ckg.errors import NotExpressible
from ckg.formats.base import W3C, EngineInput, GraphFormat, Load
from ckg.formats.guards import GuardedFile
from ckg.formats.statement_lines import RDF, Rows, iri, label, literal, unescaped
from ckg.formats.xml_guard import XmlGuard

# Names of ASCII letters are XML names in every edition of XML and in Namespaces in XML.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*\Z")
_FORBIDDEN_NAMES = {"RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li", "bagID"}
_FORBIDDEN_NAMES |= {"aboutEach", "aboutEachPrefix"}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNUSUAL = re.compile("[\\\\&<>\r\ufffe\uffff\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SPECIAL = re.compile('[&<>"\t\n\r]')
_ATTRIBUTE = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_TEXT = {**_ATTRIBUTE, '"': '"', "\t": "\t", "\n": "\n"}
_CACHED = 200_000
_XML_LITERAL: Final = ox.NamedNode(f"{RDF}XMLLiteral")
_START_TAG: Final = re.compile(r"""<[^\s<>/!?][^\s<>/]*(?:\s+[^\s<>=/]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_PIECE: Final = re.compile(r"""^<[^\s<>/]+|\s+[^\s<>=/]+\s*=\s*(?:"[^"]*"|'[^']*')|\s*/?>$""")


def _attribute(text: str) -> str:
    return _SPECIAL.sub(lambda found: _ATTRIBUTE[found[0]], text)


def _text(escaped: str) -> str:
    if not _UNUSUAL.search(escaped):
        return escaped
    text = unescaped(escaped)
    forbidden = _NO_XML.search(text)
    if forbidden:
        raise NotExpressible(f"a literal holds the character U+{ord(forbidden[0]):04X}, which XML 1.0 forbids")
    return _SPECIAL.sub(lambda found: _TEXT[found[0]], text)


class _Elements(dict[str, tuple[str, str]]):
    """From predicates to what opens and what closes their elements."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._prefixes = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))

    def __missing__(self, term: str) -> tuple[str, str]:
        full = iri(term)
        self[term] = element = self._short(full) or self._split(full)
        return element

    def _short(self, full: str) -> tuple[str, str] | None:
        for prefix, namespace in self._prefixes:
            local = full[len(namespace) :]
            if full.startswith(namespace) and _NAME.match(local) and not _reserved(namespace, local):
                return f"{prefix}:{local}", f"</{prefix}:{local}>\n"
        return None

    def _split(self, full: str) -> tuple[str, str]:
        start = len(full)
        best = start
        while start > 1 and re.match(r"[A-Za-z0-9_.\-]", full[start - 1]):
            start -= 1
            if re.match(r"[A-Za-z_]", full[start]):
                best = start
        namespace, local = full[:best], full[best:]
        if not local or _reserved(namespace, local):
            raise NotExpressible(f"the predicate <{full}> cannot be written as the name of an XML element")
        return f'{local} xmlns="{_attribute(namespace)}"', f"</{local}>\n"


def _reserved(namespace: str, local: str) -> bool:
    return namespace == RDF and local in _FORBIDDEN_NAMES


class _References(dict[str, str]):
    """From IRIs to the text of an attribute, remembered."""

    def __missing__(self, term: str) -> str:
        if len(self) >= _CACHED:
            self.clear()
        self[term] = written = _attribute(iri(term))
        return written


def _node(subject: str, rows: Rows, elements: _Elements, references: _References) -> str:
    if subject[0] == "_":
        parts = [f'  <rdf:Description rdf:nodeID="{label(subject)}">\n']
    else:
        parts = [f'  <rdf:Description rdf:about="{references[subject]}">\n']
    for predicate, value in rows:
        start, end = elements[predicate]
        if value[0] == "<":
            parts.append(f'    <{start} rdf:resource="{references[value]}"/>\n')
        elif value[0] == "_":
            parts.append(f'    <{start} rdf:nodeID="{label(value)}"/>\n')
        else:
            text, language, datatype = literal(value)
            if language:
                start += f' xml:lang="{language}"'
            elif datatype:
                start += f' rdf:datatype="{references[f"<{datatype}>"]}"'
            parts.append(f"    <{start}>{_text(text)}{end}")
    parts.append("  </rdf:Description>\n")
    return "".join(parts)


class RdfXmlWriter:
    """Writes RDF/XML with some prefixes; raises `NotExpressible` where it has no form for a triple."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        usable = {prefix: namespace for prefix, namespace in prefixes.items() if _usable(prefix, namespace)}
        self._prefixes = {**usable, "rdf": RDF}
        self._elements, self._references = _Elements(self._prefixes), _References()

    def head(self) -> bytes:
        """Return the beginning of the root element, with the namespaces."""
        bound = (f'\n    xmlns:{prefix}="{_attribute(name)}"' for prefix, name in sorted(self._prefixes.items()))
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{"".join(bound)}>\n'.encode()

    def node(self, subject: str, rows: Rows) -> bytes:
        """Return the description of a subject."""
        return _node(subject, rows, self._elements, self._references).encode()

    def tail(self) -> bytes:
        """Return the end of the root element."""
        return b"</rdf:RDF>\n"


def canonical_xml(content: str) -> str:
    """Return the content of an element in exclusive canonical form; content that is no XML stays as it is.

    >>> canonical_xml('<b xmlns="http://h.example/" xmlns:e="http://e.example/" xmlns="http://h.example/">x<br/></b>')
    '<b xmlns="http://h.example/">x<br></br></b>'
    """
    single = _START_TAG.sub(lambda tag: "".join(dict.fromkeys(_PIECE.findall(tag[0]))), content)
    try:
        whole = ElementTree.canonicalize(f"<content>{single}</content>", with_comments=True)
    except ElementTree.ParseError:
        return content
    return "" if whole == "<content></content>" else whole.removeprefix("<content>").removesuffix("</content>")


def _usable(prefix: str, namespace: str) -> bool:
    # Namespaces in XML 1.0, section 3: names that begin with "xml" are reserved. RDF's namespace has one name here.
    return bool(_NAME.match(prefix)) and prefix[:3].lower() != "xml" and namespace != RDF and prefix != "rdf"


class RdfXml(EngineInput, GraphFormat):
    r"""RDF/XML.

    >>> lines = [b'<e:s> <http://e.example/p> "a<b"@en .\n']
    >>> text = b"".join(FORMAT.document([lines], {"e": "http://e.example/"}))
    >>> b'<e:p xml:lang="en">a&lt;b</e:p>' in text
    True
    """

    has_named_graphs = False
    may_refuse = True
    syntax: ClassVar = ox.RdfFormat.RDF_XML

    def guard(self, file: GuardedFile) -> XmlGuard:
        """Return the guard against entities and depth."""
        return XmlGuard(file)

    def parse(self, file: IO[bytes], base_iri: str) -> Iterator[ox.Quad]:
        """Yield the statements of a file, its XML literals in canonical form.

        The engine writes every namespace into every element of an XML literal, some twice; the standard asks for
        exclusive canonical XML (RDF 1.1 XML Syntax, 7.2.17).
        """
        for quad in cast("Iterator[ox.Quad]", super().parse(file, base_iri)):
            value = quad.object
            if isinstance(value, ox.Literal) and value.datatype == _XML_LITERAL:
                written = ox.Literal(canonical_xml(value.value), datatype=_XML_LITERAL)
                yield ox.Quad(quad.subject, quad.predicate, written, quad.graph_name)
            else:
                yield quad

    def place_of(
        self, file: IO[bytes], base_iri: str, is_wrong: Callable[[ox.Quad], bool], load: Load | None = None
    ) -> tuple[int, int | None] | None:
        """Return where a file stops being well-formed XML, else where the RDF in it has a fault."""
        try:
            expat.ParserCreate().ParseFile(file)
        except expat.ExpatError as error:
            return error.lineno, error.offset + 1
        file.seek(0)
        return super().place_of(file, base_iri, is_wrong, load)

    def writer(self, prefixes: Mapping[str, str]) -> RdfXmlWriter:
        """Return a writer of one document."""
        return RdfXmlWriter(prefixes)


FORMAT: Final = RdfXml(
    key="rdf",
    name="RDF/XML",
    media_type="application/rdf+xml",
    iri=W3C + "RDF_XML",
    aliases=("application/xml", "text/xml"),
    words=("xml", "rdfxml", "rdf+xml", "owl"),
    suffixes=("rdfs",),
    rank=40,
)
