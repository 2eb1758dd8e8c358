"""The members of a class as a table: its columns are what shapes say of the class, then what its members have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ckg.pages import evidence, standing, text
from ckg.pages.graph import Node, Term
from ckg.pages.messages import gettext
from ckg.pages.site import Site
from ckg.pages.tables.data_table import (
    MAX_ROWS,
    NAME,
    Cell,
    DataTable,
    Kind,
    TableColumn,
    TableRow,
    TableValue,
    said,
    thing,
    things,
)
from ckg.pages.tables.table_request import TableRequestError
from ckg.pages.terms import DEFINITIONS, EVIDENCE, LABELS, OWL, RDF, RDFS, SH
from ckg.pages.view_context import ViewContext

_SHOWN_PROPERTIES: Final = 5
_LONG_CHARS: Final = 90
_MAX_STATEMENTS: Final = 200
_MAX_COLUMNS: Final = 40
_MAX_OPTIONS: Final = 200
_HAVE_OWN_COLUMNS: Final = frozenset(
    {RDF.type, OWL.sameAs, EVIDENCE.restsOn, EVIDENCE.standing, EVIDENCE.inConflict, EVIDENCE.touchedBy, *LABELS}
    | {*DEFINITIONS}
)


@dataclass(slots=True)
class _Property:
    """What is found of a property among the members: values by member, and what its shape says of it."""

    node: NamedNode
    order: float
    values: dict[str, list[Term]] = field(default_factory=dict)
    is_stated: bool = False
    by_shape: bool = False


def is_large(site: Site, cls: NamedNode) -> bool:
    """Say whether a class has more members than one table can hold."""
    total, exact = site.overview.number_of(cls)
    return total > MAX_ROWS or not exact


def table(
    site: Site, reader: ViewContext, cls: NamedNode, *, page: int = 1, per_page: int = 50, words: str = ""
) -> DataTable | None:
    """Return the members of a class by their names, or None where it has none.

    A class with more than `MAX_ROWS` members is given a page at a time, and cannot be filtered or sorted. Those of it
    that have some `words` in a name are a table like any other. Raises `TableRequestError` where these are too many.
    """
    total, exact = site.overview.number_of(cls)
    large = is_large(site, cls) and not words
    offset, limit = ((page - 1) * per_page, per_page) if large else (0, MAX_ROWS)
    members = _named(site, cls, words, total) if words else site.overview.members(cls, offset=offset, limit=limit)
    if not members and not words:
        return None
    properties = _properties(reader, cls, members)
    chosen = _chosen(reader, properties)
    own = _own_columns(reader, cls, members)
    before = [column for column in own if column.key in ("kind", "figures")]
    after = [column for column in own if column not in before]
    columns = [TableColumn(NAME, gettext("Name")), *before, *(column for column, _ in chosen), *after]
    rows = [TableRow(node.value, _cells(reader, cls.value, node, own, chosen)) for node in members]
    return DataTable(
        [column if column.key == NAME else _with_facet(column, rows) for column in columns],
        rows,
        total if large else None,
        exact or bool(words),
        is_found_by_words=large and site.overview.knows_names,
    )


def _named(site: Site, cls: NamedNode, words: str, total: int) -> list[NamedNode]:
    found = site.overview.members_named(cls, words, limit=MAX_ROWS + 1)
    if found is None:
        raise TableRequestError(
            f"{words[:60]!r} could not be looked for in the {total:,} names in time. Give a word of three characters "
            "or more, or another one."
        )
    if len(found) > MAX_ROWS:
        raise TableRequestError(
            f"More than {MAX_ROWS:,} of the {total:,} have {words[:60]!r} in a name, too many for a table: add a word."
        )
    return found


def _properties(reader: ViewContext, cls: NamedNode, members: Sequence[NamedNode]) -> list[_Property]:
    """Return the properties of the members, those of the shapes of the class first, in their order."""
    found = {node: _Property(node, order, by_shape=True) for node, order in _of_shapes(reader, cls).items()}
    skipped = {*_HAVE_OWN_COLUMNS, *reader.labels}
    for member in members:
        for row in reader.graph.about(member, limit=_MAX_STATEMENTS).rows:
            if row.predicate in skipped or isinstance(row.object, Triple):
                continue
            known = found.setdefault(row.predicate, _Property(row.predicate, 1_000.0))
            known.values.setdefault(member.value, []).append(row.object)
            known.is_stated = known.is_stated or not row.inferred
    used = [row for row in found.values() if row.values and any(_is_shown(v) for v in row.values.values())]
    return sorted(used, key=lambda row: (not row.by_shape, row.order, -len(row.values), row.node.value))[:_MAX_COLUMNS]


def _is_shown(values: Iterable[Term]) -> bool:
    return any(not isinstance(value, BlankNode) for value in values)


def _of_shapes(reader: ViewContext, cls: NamedNode) -> dict[NamedNode, float]:
    """Return the properties that shapes of a class or of a broader one speak of, with their order (`sh:order`)."""
    graph = reader.graph
    classes = [cls, *(up for up in graph.named(cls, RDFS.subClassOf) if up not in (cls, OWL.Thing))]
    shapes = [shape for one in classes for shape in (*graph.subjects(one, SH.targetClass), one)]
    found: dict[NamedNode, float] = {}
    for shape in dict.fromkeys(shapes):
        for inner in graph.nodes(shape, SH.property):
            path = graph.value(inner, SH.path)
            order = graph.text(inner, SH.order) or ""
            if isinstance(path, NamedNode):
                found.setdefault(path, float(order) if order.replace(".", "", 1).isdigit() else 100.0 + len(found))
    return found


def _chosen(reader: ViewContext, properties: Sequence[_Property]) -> list[tuple[TableColumn, _Property]]:
    """Return a column for each property; those beyond the first few, and long texts, are left to who asks for them."""
    rank = sorted(
        (row for row in properties if row.is_stated and not _is_long(row)),
        key=lambda row: (not row.by_shape, -len(row.values), row.order, row.node.value),
    )
    first = {row.node for row in rank[:_SHOWN_PROPERTIES]}
    rows = []
    for row in properties:
        definition = reader.definition(row.node)
        column = TableColumn(
            reader.prefixes.curie(row.node.value) or row.node.value,
            reader.label(row.node).text,
            _kind(row),
            is_extra=row.node not in first,
            definition=text.plain(definition.text, 200) if definition else "",
        )
        rows.append((column, row))
    return sorted(rows, key=lambda pair: pair[0].is_extra)


def _is_long(row: _Property) -> bool:
    texts = [value.value for values in row.values.values() for value in values if isinstance(value, Literal)]
    return bool(texts) and sum(map(len, texts)) > _LONG_CHARS * len(texts)


def _kind(row: _Property) -> Kind:
    values = [value for values in row.values.values() for value in values]
    if not all(isinstance(value, Literal) for value in values):
        return "things"
    kinds = Counter(_kind_of(value) for value in values if isinstance(value, Literal))
    return kinds.most_common(1)[0][0]


def _kind_of(literal: Literal) -> Kind:
    local = literal.datatype.value.rpartition("#")[2]
    if local in ("date", "dateTime", "gYear", "gYearMonth"):
        return "date"
    if local in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger", "positiveInteger"):
        return "number"
    return "flag" if local == "boolean" else "text"


def _own_columns(reader: ViewContext, cls: NamedNode, members: Sequence[NamedNode]) -> list[TableColumn]:
    """Return the columns that the vocabulary of evidence and the names of things give, where there is anything."""
    graph = reader.graph
    some = members[:MAX_ROWS]
    rests = any(graph.nodes(node, EVIDENCE.restsOn) for node in some)
    stands = any(standing.of(graph, node) for node in some)
    disputed = any(graph.nodes(node, EVIDENCE.inConflict, EVIDENCE.touchedBy) for node in some)
    kinds = {ref.iri for node in some for ref in reader.kinds(node)} - {cls.value}
    found = [
        ("kind", gettext("Kind"), "things", bool(kinds)),
        ("figures", gettext("Figures"), "number", any(reader.figures(node) for node in some)),
        ("standing", gettext("Standing"), "text", stands),
        ("disputed", gettext("Disputed"), "things", disputed),
        ("words", gettext("Words"), "words", rests),
        ("source", gettext("Source"), "things", rests),
        ("definition", gettext("Definition"), "text", not rests and any(reader.definition(node) for node in some)),
    ]
    return [TableColumn(key, label, kind) for key, label, kind, there in found if there]  # type: ignore[arg-type]


def _cells(
    reader: ViewContext,
    cls: str,
    node: NamedNode,
    own: Iterable[TableColumn],
    chosen: Iterable[tuple[TableColumn, _Property]],
) -> dict[str, Cell]:
    cells: dict[str, Cell] = {NAME: [thing(reader.ref(node))]}
    for column in own:
        cells[column.key] = list(_own_cell(reader, cls, node, column.key))
    for column, row in chosen:
        cells[column.key] = [value(reader, term) for term in reader.graph.own(row.values.get(node.value, ()))]
    return {key: cell for key, cell in cells.items() if cell}


def _own_cell(reader: ViewContext, cls: str, node: Node, key: str) -> Iterable[TableValue]:
    graph = reader.graph
    if key in ("words", "source"):
        return quoted_words(reader, node) if key == "words" else sources(reader, node)
    if key == "disputed":
        return things(reader.refs(graph.nodes(node, EVIDENCE.inConflict, EVIDENCE.touchedBy)))
    if key == "standing":
        found = standing.of(graph, node)
        return [TableValue(gettext(found.words), key=found.key, tone=found.key)] if found else []
    if key == "definition":
        return said(reader.definition(node))
    return figures(reader, node) if key == "figures" else things(ref for ref in reader.kinds(node) if ref.iri != cls)


def quoted_words(reader: ViewContext, node: Node) -> list[TableValue]:
    """Return the words that a statement rests on, in the order of their sources and positions."""
    return [TableValue(q.words, q.ref.href, q.lang) for q in evidence.quotations(reader, node) if q.words]


def sources(reader: ViewContext, node: Node) -> list[TableValue]:
    """Return the sources of a statement, quoted or not, each once."""
    quoted = evidence.quotations(reader, node)
    found = [q.source for q in quoted if q.source] + evidence.unquoted_sources(reader, node, quoted)
    return things({source.ref.iri: source.ref for source in found}.values())


def figures(reader: ViewContext, node: Node) -> list[TableValue]:
    """Return the figures of a statement, each with what qualifies it."""
    return [TableValue(f.words, f.ref.href, key=f.exact, number=f.value, unit=f.unit) for f in reader.figures(node)]


def value(reader: ViewContext, term: Term) -> TableValue:
    """Return any term as a value."""
    if not isinstance(term, Literal):
        return thing(reader.ref(term))
    shown = reader.datum(term)
    number = _number(term) if shown.kind == "number" else None
    return TableValue(shown.words.text, language=shown.words.lang, key=shown.raw, number=number)


def _number(literal: Literal) -> float | None:
    try:
        return float(literal.value)
    except ValueError:
        return None


def _with_facet(column: TableColumn, rows: Sequence[TableRow]) -> TableColumn:
    """Return a column with a filter where its values tell groups of rows apart."""
    if column.kind in ("number", "words") or column.key == "definition":
        return column
    counted = Counter(value.filtered_by for row in rows for value in row.cells.get(column.key, ()))
    shared = any(number > 1 for number in counted.values())
    short = all(len(key) <= _MAX_OPTIONS for key in counted) or column.kind == "things"
    facet = shared and short and 1 <= len(counted) <= _MAX_OPTIONS
    return TableColumn(
        column.key, column.label, column.kind, facet, column.compared, column.is_extra, column.definition
    )
