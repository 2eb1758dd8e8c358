"""What programs read: `/evidence`, `/search.json`, `/thing`, `/explain`, `/schema`, `/examples` and `/llms.txt`."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, NotFound

from ckg.formats import HTML, Format
from ckg.formats.media import JSON, TEXT
from ckg.pages import evidence_table, schema_card, search_records, thing_record
from ckg.pages.evidence_table import EvidenceFilter, EvidencePage, FilterError
from ckg.pages.tables import table_files
from ckg.web import headers, language_choice, listing_answers, responses
from ckg.web.open_release import serving
from ckg.web.pages import MAX_TYPED_CHARS, MOST_PAGES, reader, site


def register(app: Flask) -> None:
    """Add the routes."""

    @app.get("/evidence")
    def evidence() -> Response:
        return _evidence()

    @app.get("/thing", endpoint="thing.json")
    def thing_record_of() -> Response:
        iri = _argument("iri")
        return _json(lambda: _there(thing_record.render(reader(), iri)), "thing", iri)

    @app.get("/search.json")
    def search_for_programs() -> Response:
        typed = request.args.get("q", "")[:MAX_TYPED_CHARS]
        page = _number("page", 1, MOST_PAGES)
        per_page = _number("per_page", 20, search_records.MAX_HITS)
        make = partial(search_records.as_json, site(), reader(), typed, page, per_page)
        return _json(make, "search.json", typed, page, per_page)

    @app.get("/explain")
    def explain() -> Response:
        names = (_argument("subject"), _argument("predicate"), _argument("object"))
        make = partial(thing_record.explanation, reader(), site().explainer, names)
        return _json(lambda: _understood(make()), "explain", *names)

    @app.get("/schema", endpoint="schema.json")
    def schema() -> Response:
        return _json(lambda: schema_card.as_json(site(), reader()), "schema")

    @app.get("/examples")
    def examples() -> Response:
        return _json(lambda: schema_card.examples(reader()), "examples")

    @app.get("/llms.txt")
    def llms() -> Response:
        root = request.url_root
        make = lambda: schema_card.as_text(site(), reader(), root)  # noqa: E731
        return responses.body(make, TEXT, ("llms", root), fixed=True)


def _evidence() -> Response:
    wanted, page, per_page, sent_as, fixed = _asked()
    found = partial(evidence_table.found, reader(), wanted, page, per_page, _table)
    key = ("evidence", language_choice.chosen(), repr(wanted), page, per_page)
    if sent_as == HTML:
        make = lambda: evidence_table.html(site(), reader(), found(), wanted, _table())  # noqa: E731
        answer = responses.page(make, *key, negotiated=not fixed)
    else:
        answer = responses.body(partial(_written, found, wanted, sent_as), sent_as, key, fixed=fixed)
        headers.vary(answer, *(() if fixed else ("Accept",)), "Accept-Language", "Cookie")
    listing_answers.link_others(answer, sent_as, (HTML, *table_files.offered()))
    return answer


def _asked() -> tuple[EvidenceFilter, int, int, Format, bool]:
    """Return filter, page, rows a page, format, and whether the address says the format."""
    try:
        wanted = evidence_table.read_filter(request.args.to_dict(flat=False))
    except FilterError as error:
        raise BadRequest(str(error)) from None
    page = _number("page", 1, evidence_table.MAX_PAGES)
    per_page = _number("per_page", evidence_table.PER_PAGE, evidence_table.MAX_PER_PAGE)
    name = request.args.get("format", "")
    offered = (HTML, *table_files.offered())
    keys = [form.key for form in offered]
    if name and name not in keys:
        raise BadRequest(f"format must be one of {', '.join(keys)}.")
    fixed, sent_as = listing_answers.chosen(JSON, offered)
    return wanted, page, per_page, sent_as, fixed


def _table() -> bytes:
    """Return the whole table in the reader's language, made once while the release is served and there is room."""
    key = ("evidence table", language_choice.chosen(), request.script_root)
    return serving().documents.make(key, partial(evidence_table.all_rows, reader()), len)


def _written(found: partial[EvidencePage], wanted: EvidenceFilter, sent_as: Format) -> bytes:
    if sent_as == JSON:
        return evidence_table.as_json(found(), wanted, serving().release.id, f"{request.script_root}/evidence")
    return evidence_table.as_text(found(), sent_as)


def _json(make: object, *key: object) -> Response:
    assert callable(make)
    answer = responses.body(make, JSON, (*key, language_choice.chosen()), fixed=True)
    headers.vary(answer, "Accept-Language", "Cookie")
    return answer


def _argument(name: str) -> str:
    given = request.args.get(name, "")
    if not given.strip():
        raise BadRequest(f"The address needs the argument {name}: an IRI, or a name with a prefix of this data set.")
    return given


def _number(name: str, default: int, most: int) -> int:
    given = request.args.get(name, str(default))
    if not (given.isascii() and given.isdigit()) or not 1 <= int(given[:9]) <= most:
        raise BadRequest(f"{name} must be a number from 1 to {most}.")
    return int(given)


def _there(body: bytes | None) -> bytes:
    if body is None:
        raise NotFound("Nothing is said here of what this address names.")
    return body


def _understood(body: bytes | None) -> bytes:
    if body is None:
        raise BadRequest("subject and predicate must be IRIs or CURIEs; object may be a literal as in N-Triples.")
    return body
