"""A listing as data: the rows that a page shows, in JSON and in CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cell = str | int | bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows, each with a cell for every column; `total` counts the rows of all pages, `page` from 1.

    `exact` is false where there may be more than `total`; `more` says that another page follows.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    total: int
    page: int = 1
    exact: bool = True
    more: bool = False

    def as_json(self) -> bytes:
        r"""Return an object with the rows as objects.

        >>> Listing(("iri",), [("https://e.example/a",)], 1).as_json()
        b'{"total": 1, "exact": true, "page": 1, "more": false, "rows": [{"iri": "https://e.example/a"}]}\n'
        """
        rows: list[Mapping[str, Cell]] = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        found = {"total": self.total, "exact": self.exact, "page": self.page, "more": self.more, "rows": rows}
        return json.dumps(found, ensure_ascii=False).encode() + b"\n"

    def as_csv(self) -> bytes:
        r"""Return the rows below a line with the names of the columns.

        >>> Listing(("iri", "label"), [("https://e.example/a", "A, b")], 1).as_csv()
        b'iri,label\r\nhttps://e.example/a,"A, b"\r\n'
        """
        written = io.StringIO()
        csv.writer(written).writerows([self.columns, *self.rows])
        return written.getvalue().encode()
