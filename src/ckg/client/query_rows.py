"""The answer to a SELECT query: rows of RDF terms, with the evidence of every coded statement among them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from html import escape
from typing import TYPE_CHECKING, Any, Final, TypeAlias, overload

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ckg.client.answer_drawings import Draw, Drawings, not_here
from ckg.client.coded_statement import CodedStatement
from ckg.errors import ExtraMissing
from ckg.model.prefixes import Prefixes
from ckg.model.vocabulary import XSD_NS

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Row: TypeAlias = Mapping[str, Term | None]

_SHOWN_ROWS: Final = 60
_INTEGERS: Final = (
    *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "negativeInteger"),
    *("nonPositiveInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
)
_VALUES: Final[Mapping[str, Callable[[str], Any]]] = {
    **dict.fromkeys(_INTEGERS, int),
    "decimal": Decimal,
    "double": lambda text: float(text.replace("INF", "inf")),
    "float": lambda text: float(text.replace("INF", "inf")),
    "boolean": {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    "date": datetime.date.fromisoformat,
    "dateTime": datetime.datetime.fromisoformat,
}


def python_value(term: Term | None) -> Any:
    """Return a term as Python has it: numbers, truths and dates by their datatype, everything else as text.

    A literal that is no value of its datatype stays text.

    >>> python_value(Literal(7)), python_value(NamedNode("https://example.org/a")), python_value(None)
    (7, 'https://example.org/a', None)
    """
    if not isinstance(term, Literal):
        return term.value if isinstance(term, NamedNode) else None if term is None else str(term)
    name = term.datatype.value.removeprefix(XSD_NS)
    try:
        return _VALUES.get(name, str)(term.value)
    except (ValueError, KeyError, InvalidOperation):
        return term.value


class QueryRows(Sequence[Row]):
    """Rows of an answer, each a mapping from variables to RDF terms (None where a variable is not bound).

    `evidence` has, by IRI, each coded statement that occurs in the rows, in its standing and with its words.
    """

    def __init__(
        self,
        columns: Sequence[str],
        rows: Sequence[Row],
        evidence: Mapping[str, CodedStatement],
        prefixes: Prefixes,
        draw: Draw = not_here,
    ) -> None:
        self.columns = tuple(columns)
        self.evidence = evidence
        self._rows = rows
        self._prefixes = prefixes
        self._draw = draw

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __repr__(self) -> str:
        return f"QueryRows({len(self)} rows of {', '.join(self.columns)})"

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows as plain values.

        Where coded statements occur among them, the columns `standing`, `words` and `source` say of each row how they
        stand, so that no statement leaves its evidence behind.
        """
        return [{name: python_value(row[name]) for name in self.columns} | self._of_the_row(row) for row in self._rows]

    def _of_the_row(self, row: Row) -> dict[str, str]:
        if not self.evidence:
            return {}
        found = [self.evidence[t.value] for t in row.values() if isinstance(t, NamedNode) and t.value in self.evidence]
        found = list({one.iri: one for one in found}.values())
        return {
            "standing": " | ".join(one.standing + (" (disputed)" if one.disputed else "") for one in found),
            "words": " | ".join(quoted.words for one in found for quoted in one.words),
            "source": " | ".join(dict.fromkeys(source for one in found for source in one.sources)),
        }

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas data frame of `to_dicts`. Raises `ExtraMissing` where pandas is not installed."""
        try:
            import pandas as pd  # noqa: PLC0415 - an extra, and slow to import
        except ImportError:
            raise _missing("pandas") from None
        return pd.DataFrame(self.to_dicts(), columns=[*self.columns, *self._more_columns()])

    def to_polars(self) -> polars.DataFrame:
        """Return a polars data frame of `to_dicts`. Raises `ExtraMissing` where polars is not installed."""
        try:
            import polars as pl  # noqa: PLC0415
        except ImportError:
            raise _missing("polars") from None
        names = [*self.columns, *self._more_columns()]
        return pl.from_dicts(self.to_dicts(), infer_schema_length=None) if self._rows else pl.DataFrame(schema=names)

    def to_arrow(self) -> pyarrow.Table:
        """Return an Arrow table of `to_dicts`. Raises `ExtraMissing` where pyarrow is not installed."""
        try:
            import pyarrow as pa  # noqa: PLC0415
        except ImportError:
            raise _missing("pyarrow") from None
        names = [*self.columns, *self._more_columns()]
        rows = self.to_dicts()
        return pa.table({name: _arrow_column([row[name] for row in rows]) for name in names})

    def chart(self) -> Drawings:
        """Return the rows as bars, one drawing for each unit. Raises `NotDrawn` where they cannot be compared."""
        return self._draw("chart")

    def map(self) -> Drawings:
        """Return what of the rows has a place on a map. Raises `NotDrawn` where nothing has."""
        return self._draw("map")

    def timeline(self) -> Drawings:
        """Return the rows on a line of years. Raises `NotDrawn` where there is no column of days."""
        return self._draw("timeline")

    def _more_columns(self) -> tuple[str, ...]:
        return ("standing", "words", "source") if self.evidence else ()

    def _repr_html_(self) -> str:
        names = [*self.columns, *self._more_columns()]
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        body = []
        for row in self._rows[:_SHOWN_ROWS]:
            cells = [self._cell(row[name]) for name in self.columns]
            cells += [escape(text) for text in self._of_the_row(row).values()]
            body.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
        more = f"<p>{len(self) - _SHOWN_ROWS} more rows</p>" if len(self) > _SHOWN_ROWS else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>{more}"

    def _cell(self, term: Term | None) -> str:
        if isinstance(term, NamedNode):
            shown = escape(self._prefixes.curie(term.value) or term.value)
            is_web = term.value.startswith(("http://", "https://"))
            return f'<a href="{escape(term.value)}">{shown}</a>' if is_web else shown
        return "" if term is None else escape(term.value if isinstance(term, Literal) else str(term))


def _arrow_column(values: Sequence[Any]) -> list[Any]:
    """Return values that Arrow can hold in one column: as they are where they are of one type, else as text."""
    kinds = {type(value) for value in values if value is not None}
    return list(values) if len(kinds) <= 1 else [None if value is None else str(value) for value in values]


def _missing(package: str) -> ExtraMissing:
    return ExtraMissing(f"{package} is not installed", hint=f"pip install {package}")
