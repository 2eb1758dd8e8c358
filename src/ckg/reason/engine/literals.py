"""The datatype rules over the tables of a run: which literals have a type that is asked for, and which break a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ckg.reason.engine.numbered_terms import NumberedTerms
from ckg.reason.engine.tables import Tables, quoted
from ckg.reason.rules.datatypes import (
    ancestors,
    belongs,
    declared_sql,
    is_known,
    language_of,
    suspect_sql,
    value,
    well_formed,
)
from ckg.reason.rules.owl_terms import term
from ckg.reason.rules.table import DATATYPES_OF_RL

DATATYPES = frozenset(map(term, (*DATATYPES_OF_RL, "xsd:date", "xsd:time")))


EXPLICIT = " AND ends_with(t, '>')"


def asked_for(terms: NumberedTerms, consumed: frozenset[int] | None) -> list[str]:
    """Return the datatypes whose members some rule asks for; all that literals name where rules ask for everything."""
    known = [token for token in sorted(DATATYPES) if is_known(token)]
    if consumed is None:
        known = [token for token in known if token not in (term("rdfs:Literal"), term("rdf:PlainLiteral"))]
    return [token for token in known if consumed is None or terms.ids[token] in consumed]


def languages(terms: NumberedTerms, consumed: frozenset[int] | None) -> list[str]:
    """Return the datatypes that stand for strings of one language and that some rule of the project asks for."""
    named = sorted(token for token in terms.ids if language_of(token))
    return [token for token in named if consumed is None or terms.ids[token] in consumed]


def members(tables: Tables, terms: NumberedTerms, datatype: str, *, by_value: bool) -> list[int]:
    """Return the literals that are declared to have a datatype, or also those whose value is in its space (dt-type2).

    "5"^^xsd:integer is an xsd:byte by its value.
    """
    language = language_of(datatype)
    if language:
        own, by_value = f"ends_with(t, {quoted(chr(34) + '@' + language)})", False
    else:
        own = f"{declared_sql('t', datatype)}{'' if by_value else EXPLICIT}"
    rows = tables.rows(f"SELECT id FROM dictionary WHERE id < {terms.first_iri} AND {own} ORDER BY id")
    found = [row[0] for row in rows]
    if by_value:
        others = tables.rows(f"SELECT id, t FROM dictionary WHERE id < {terms.first_iri} AND NOT {own} ORDER BY id")
        found += [number for number, token in others if belongs(token, datatype)]
    return found


def declared(token: str) -> list[str]:
    """Return the datatypes that a typed literal is declared to have: its own and those it derives from."""
    if "^^<" not in token:
        return []
    own = f"<{token.rpartition('^^<')[2]}"
    return [datatype for datatype in ancestors(own) if datatype in DATATYPES]


def ill_formed(tables: Tables, terms: NumberedTerms) -> list[int]:
    """Return the literals that have no value under their datatype (dt-not-type)."""
    rows = tables.rows(f"SELECT id, t FROM dictionary WHERE id < {terms.first_iri} AND {suspect_sql('t')} ORDER BY id")
    return [number for number, token in rows if not well_formed(token)]


def misplaced(tables: Tables, terms: NumberedTerms, datatype: str, query: str) -> Iterator[tuple[int, ...]]:
    """Yield the rows of a query, a term first, whose term is a literal outside of a datatype's value space."""
    rows = tables.rows(
        f"SELECT q.*, d.t FROM ({query}) q JOIN dictionary d ON d.id = q.term WHERE d.id < {terms.first_iri} "
        f"AND NOT {declared_sql('d.t', datatype)} ORDER BY ALL"
    )
    for *row, token in rows:
        if belongs(token, datatype) is False:
            yield tuple(row)


def differ(tokens: Iterable[str]) -> tuple[str, str] | None:
    """Return two literals of a class of equal terms that have different values (dt-diff), if there are any."""
    first: str | None = None
    for token in tokens:
        if token.startswith('"') and value(token) is not None:
            if first is None:
                first = token
            elif value(first) != value(token):
                return first, token
    return None
