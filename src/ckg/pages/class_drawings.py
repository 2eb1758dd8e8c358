"""The diagrams on the pages of ontologies and classes: what is drawn of a class, and how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from markupsafe import Markup
from pyoxigraph import BlankNode, NamedNode

from ckg.pages.class_expressions import expression, said
from ckg.pages.graph import Node
from ckg.pages.hierarchy import Hierarchy, TreeNode
from ckg.pages.messages import gettext, grouped
from ckg.pages.svg.class_diagram import Attribute, ClassBox, around, hierarchy
from ckg.pages.svg.element import markup
from ckg.pages.terms import OWL, RDFS, SCHEMA, SH
from ckg.pages.view_context import ViewContext

_EACH_SIDE: Final = 8
_ATTRIBUTES: Final = 12
_OVERVIEW: Final = 40
_DEEP: Final = 4  # classes below one another in an overview: it stays as wide as a page


def of_class(reader: ViewContext, cls: NamedNode) -> Markup | None:
    """Return a class with those right above and below it and the properties of its members; None where it is alone."""
    pairs = reader.graph.pairs(RDFS.subClassOf)
    wider = _boxes(reader, [wide for narrow, wide in pairs if narrow == cls and wide not in (cls, OWL.Thing)])
    narrower = _boxes(reader, [narrow for narrow, wide in pairs if wide == cls and narrow != cls])
    attributes = sorted(dict.fromkeys(_attributes(reader, cls)), key=lambda row: (row.name.casefold(), row.value))
    if not (wider or narrower or attributes):
        return None
    shown = attributes[:_ATTRIBUTES]
    if len(attributes) > len(shown):
        shown.append(Attribute(gettext("and %(more)s more", more=grouped(len(attributes) - len(shown))), "", ""))
    return markup(around(reader.label(cls).text, wider, narrower, shown, ident="classes"))


def of_hierarchy(reader: ViewContext, found: Hierarchy) -> Markup | None:
    """Return the widest classes of an ontology with what is below them, as far as a drawing holds it."""
    tops = [top for top in found.tops if found.below.get(top)][:_OVERVIEW]
    roots = [_cut(node, _DEEP) for node in found.tree(reader, tops, most=_OVERVIEW)]
    return (
        markup(hierarchy(gettext("The widest classes and those below them"), roots, ident="overview"))
        if roots
        else None
    )


def _cut(node: TreeNode, left: int) -> ClassBox:
    hidden = node.hidden + (len(node.below) if left <= 1 else 0)
    below = tuple(_cut(inner, left - 1) for inner in node.below) if left > 1 else ()
    return ClassBox(node.ref.words.text, node.ref.href, below, hidden)


def _boxes(reader: ViewContext, classes: Sequence[NamedNode]) -> list[ClassBox]:
    refs = reader.refs(classes)
    shown = [ClassBox(ref.words.text, ref.href) for ref in refs[:_EACH_SIDE]]
    if len(refs) > len(shown):
        shown.append(ClassBox(gettext("%(number)s more", number=grouped(len(refs) - len(shown))), ""))
    return shown


def _attributes(reader: ViewContext, cls: NamedNode) -> Iterator[Attribute]:
    """Yield the properties whose domain a class is, those it is restricted by, and those its shapes ask for."""
    graph = reader.graph
    for property_ in graph.subjects(cls, RDFS.domain, SCHEMA.domainIncludes):
        values = graph.named(property_, RDFS.range, SCHEMA.rangeIncludes)
        yield _attribute(reader, property_, values, "")
    for node in _parts(reader, graph.nodes(cls, RDFS.subClassOf, OWL.equivalentClass)):
        on = graph.node(node, OWL.onProperty)
        words = said(expression(reader, node)) if on is not None else ""
        if isinstance(on, NamedNode) and words:
            name = reader.label(on).text
            yield Attribute(name, words.removeprefix(name.casefold()).strip(), reader.href(on.value))
    for shape in graph.subjects(cls, SH.targetClass):
        for inner in graph.nodes(shape, SH.property):
            path = graph.node(inner, SH.path)
            if isinstance(path, NamedNode):
                yield _attribute(reader, path, graph.named(inner, SH["class"], SH.datatype), gettext("by its shapes"))


def _parts(reader: ViewContext, nodes: Sequence[Node]) -> Iterator[BlankNode]:
    """Yield class expressions without a name, and those inside an intersection."""
    for node in nodes:
        if isinstance(node, BlankNode):
            yield node
            head = reader.graph.node(node, OWL.intersectionOf)
            members = reader.graph.members(head) if head is not None else ()
            yield from (member for member in members if isinstance(member, BlankNode))


def _attribute(reader: ViewContext, property_: Node, values: Sequence[NamedNode], otherwise: str) -> Attribute:
    href = reader.href(property_.value) if isinstance(property_, NamedNode) else ""
    words = f" {gettext('or')} ".join(ref.words.text for ref in reader.refs(values))
    return Attribute(reader.label(property_).text, words or otherwise or gettext("anything"), href)
