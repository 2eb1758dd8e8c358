"""Tables by what is accepted: a page for a browser, its rows in CSV, TSV, JSON or Parquet for a program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from flask import Response, request
from werkzeug.exceptions import BadRequest, NotFound

from ckg.formats import HTML, Format
from ckg.formats.media import JSON
from ckg.pages.tables import data_table, shown_table, table_files, table_request
from ckg.pages.tables.data_table import DataTable
from ckg.pages.tables.shown_table import ShownTable
from ckg.pages.tables.table_request import TableRequest, TableRequestError
from ckg.web import headers, language_choice, listing_answers, responses
from ckg.web.open_release import serving

_NOTHING: Final = b""


def respond(
    make: Callable[[int, int], DataTable | None],
    page: Callable[[ShownTable], str],
    *key: str,
    kept: Sequence[str] = (),
    is_paged: bool = False,
    text_is_applied: bool = False,
    json: Callable[[ShownTable], bytes] | None = None,
    default: Format = HTML,
) -> Response:
    """Return a table in the format that `Accept` or `?format=` asks for; 400 for what it has not, 406 likewise.

    `make` gives the table, or the page with a number and so many rows of one that `is_paged`; None where there is
    none. `key` names it, `kept` are the arguments that say which table it is. `json` writes it where its JSON says more
    than its cells; `default` is for who does not say what is accepted.
    `text_is_applied` says that `make` has looked for `q` itself.
    """
    offered = (HTML, *table_files.offered())
    fixed, wanted = listing_answers.chosen(default, offered)
    asked = request.args.to_dict(flat=False)

    def shown() -> ShownTable:
        at = (_number(asked, "page", 1), _number(asked, "per_page", table_request.PER_PAGE)) if is_paged else (1, 1)
        found = _table(make, at, *key)
        answer = shown_table.shown(found, _read(found, kept, text_is_applied=text_is_applied))
        if answer.wanted.page > 1 and not answer.rows:
            raise NotFound("There is nothing in this data set at this address.")
        return answer

    if wanted == HTML:
        answer = responses.page(lambda: page(shown()), *key, negotiated=not fixed)
    else:
        own = json if wanted == JSON else None
        answer = _as_file(shown, wanted, own, *key, fixed=fixed)
    listing_answers.link_others(answer, wanted, offered)
    return answer


def _as_file(
    shown: Callable[[], ShownTable],
    wanted: Format,
    own: Callable[[ShownTable], bytes] | None,
    *key: str,
    fixed: bool,
) -> Response:
    def make() -> bytes:
        if own is not None:
            return own(shown())
        return table_files.written(shown(), wanted, {"release": serving().release.id})

    query = request.query_string.decode("latin-1")
    answer = responses.body(make, wanted, (*key, "table", query, language_choice.chosen()), fixed=fixed)
    headers.vary(answer, *(() if fixed else ("Accept",)), "Accept-Language", "Cookie")
    return answer


def _table(make: Callable[[int, int], DataTable | None], at: tuple[int, int], *key: str) -> DataTable:
    """Return the table in the reader's language, made once while the release is served and there is room."""

    def packed() -> bytes:
        found = make(*at)
        return found.packed() if found is not None else _NOTHING

    names = ("table", *key, language_choice.chosen(), request.script_root, *map(str, at))
    try:
        found = serving().documents.make(names, packed, len)
    except TableRequestError as error:
        raise BadRequest(str(error)) from None
    if found == _NOTHING:
        raise NotFound("There is nothing in this data set at this address.")
    return data_table.unpacked(found)


def _read(table: DataTable, kept: Sequence[str], *, text_is_applied: bool) -> TableRequest:
    reader = serving().site.reader(language_choice.chosen(), request.script_root)

    def named(value: str) -> str:
        node = reader.resolve(value)
        return node.value if node is not None else value

    try:
        return table_request.read(request.args.to_dict(flat=False), table, kept, named, text_is_applied=text_is_applied)
    except TableRequestError as error:
        raise BadRequest(str(error)) from None


def _number(asked: dict[str, list[str]], name: str, default: int) -> int:
    try:
        return table_request.number(name, (asked.get(name) or [""])[0], default)
    except TableRequestError as error:
        raise BadRequest(str(error)) from None
