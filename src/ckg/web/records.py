"""What programs read: `/evidence`, `/search.json`, `/thing`, `/explain`, `/schema`, `/examples` and `/llms.txt`."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, NotFound

from ckg.formats.media import JSON, TEXT
from ckg.pages import evidence_table, schema_card, search_records, thing_record
from ckg.web import headers, language_choice, responses, table_answers
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
    iris = request.args.getlist("iri")
    if len(iris) > evidence_table.MAX_IRIS:
        raise BadRequest(f"At most {evidence_table.MAX_IRIS} statements can be named by iri in one request.")
    return table_answers.respond(
        lambda _page, _per_page: evidence_table.table(reader(), iris),
        lambda shown: evidence_table.html(site(), reader(), shown),
        "evidence",
        *iris,
        kept=("iri",),
        json=lambda shown: evidence_table.as_json(reader(), shown, serving().release.id),
        default=JSON,
    )


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
