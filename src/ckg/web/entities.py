"""Every IRI of the data leads somewhere: `/id/X` to the document `/doc/X`, any other one of ours to its document.

What has no address of its own here, other people's IRIs, blank nodes and single fragments, is at `/about?iri=…`.

Documents are negotiated over `DOCUMENT_FORMATS`; a suffix or `?format=` fixes one. Tools that say nothing
(`*/*`) get Turtle; browsers ask for HTML and get it.
"""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import quote

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import BadRequest
from werkzeug.routing import RequestRedirect

from ckg import formats
from ckg.errors import NotExpressible
from ckg.formats import DOCUMENT_FORMATS, MARKDOWN, Format, GraphFormat, by_key
from ckg.model.iris import DOCUMENT, THING
from ckg.model.negotiation import negotiate
from ckg.query.document import Document
from ckg.release import withdrawn
from ckg.web import headers, language_choice, links, pages, response_cache, responses
from ckg.web.addresses import ABOUT, Address, spellings, split_suffix, without_suffix, written_in
from ckg.web.document_rdf import DocumentMetadata, formats_of, is_expressible, render
from ckg.web.finder import FUNCTION
from ckg.web.open_release import OpenRelease, serving
from ckg.web.problem_details import ProblemDetails, ProblemRaised

DEFAULT: Final = formats.TURTLE
"""What a client gets that asks for nothing in particular."""

_PAGE_DIGITS = 7  # as many pages as no document has
_PARAMETERS = frozenset({"format", "page", "terms", language_choice.PARAMETER})
DOCUMENTS: Final = frozenset({"thing", "document", "other"})
"""The endpoints whose addresses are IRIs of the data, and no functions of the site."""
_THING_RULE, _DOCUMENT_RULE, _OTHER_RULE = f"/{THING}<path:name>", f"/{DOCUMENT}<path:name>", "/<path:name>"
RULES: Final = frozenset((_THING_RULE, _DOCUMENT_RULE, _OTHER_RULE))
"""The rules of the routes of these endpoints."""


def register(app: Flask) -> None:
    """Add the routes; the last one takes whatever no other module has taken."""

    @app.get(_THING_RULE)
    def thing(name: str) -> Response:
        address, suffix = _found(THING + name)
        wanted = _asked_format() or suffix
        if wanted is None and address.ambiguous:
            wanted = _negotiated(address)
        answer = Response(status=303)
        answer.headers["Location"] = _with_parameters(address.href(request.script_root, wanted), "page", "lang")
        if address.ambiguous:
            headers.vary(answer, "Accept")
        response_cache.mark_cacheable()
        return answer

    @app.get(_DOCUMENT_RULE)
    def document(name: str) -> Response:
        # It is the document about `id/X`, or else the data have the IRI `doc/X` itself.
        return _answer(*_found(THING + name, DOCUMENT + name))

    @app.get(_OTHER_RULE)
    def other(name: str) -> Response:
        if FUNCTION not in request.environ and serving().finder.takes(name):
            return at(name)
        if name == ABOUT and "iri" in request.args:  # without it, the path is free for a page of the project
            return _about(request.args["iri"])
        # A path that begins with slashes has lost them here; links to it begin with a dot, which browsers leave out.
        path = request.environ["PATH_INFO"].removeprefix("/.")
        return at(f"/{name.removeprefix('.//')}") if path.startswith("//") else pages.own(name) or at(name)

    @app.before_request
    def data_before_functions() -> Response | None:
        """Answer with what the data have at an address where a function of the site would be otherwise."""
        if request.method not in ("GET", "HEAD") or request.endpoint in DOCUMENTS or FUNCTION in request.environ:
            return None
        finder = serving().finder
        path = request.path[1:]
        if not finder.takes(path):
            return None
        address = None if path else finder.at_base()
        return _answer(address, None) if address is not None else at(path)


def _about(name: str) -> Response:
    """Return the document about an IRI or a blank node that has no address of its own here."""
    address = serving().finder.find_about(name)
    if address is None:
        raise ProblemRaised(_unknown(name))
    if address.subject:
        return _answer(address, None)
    answer = Response(status=303)
    answer.headers["Location"] = _with_parameters(address.href(request.script_root, _asked_format()), "page", "lang")
    response_cache.mark_cacheable()
    return answer


def at(path: str) -> Response:
    """Return the document at a decoded path below the root."""
    return _answer(*_found(path))


def _answer(address: Address, suffix: Format | None) -> Response:
    fixed = suffix or _asked_format()
    number = _page_number()
    current = serving()
    offered = DOCUMENT_FORMATS
    if not current.remembered(_nothing_is_refused):
        offered = current.remembered(_formats, address, number)
    wanted = fixed or _negotiated(address, offered)
    key = ("document", address.path, address.query, address.subject, number)

    def about(written: Document) -> DocumentMetadata:
        if number > 1 and written.is_empty:
            raise ProblemRaised(_problem(404, "No such page", f"The document has no page {number}.", address, fixed))
        return DocumentMetadata(written, address, current.release, current.data_set, offered)

    if isinstance(wanted, GraphFormat):
        make_rdf = lambda: _rendered(about(_page_of(current, address, number)), wanted, address)  # noqa: E731
        answer = responses.body(make_rdf, wanted, key, fixed=fixed is not None)
        if fixed is None:
            headers.vary(answer, "Accept", "Accept-Language")
    elif wanted == MARKDOWN:
        where = (request.host_url, language_choice.chosen())  # links are absolute, names in the reader's language
        make = lambda: pages.thing_as_markdown(about(_shown(current, address, number)))  # noqa: E731
        answer = responses.body(make, wanted, (*key, *where), fixed=fixed is not None)
        headers.vary(answer, *(() if fixed else ("Accept",)), "Accept-Language", "Cookie")
    else:
        make_page = lambda: pages.thing(about(_shown(current, address, number)))  # noqa: E731
        answer = responses.page(make_page, *key, negotiated=fixed is None)
    answer.headers["Content-Location"] = address.page_href(request.script_root, number, wanted)
    links.document(answer, address, wanted, offered, number)
    if wanted != MARKDOWN:  # its links are absolute, and a kept answer is given again whatever host was asked
        response_cache.mark_cacheable()
    return answer


def _formats(current: OpenRelease, address: Address, number: int) -> tuple[Format, ...]:
    """Return the formats that a page of a document can be written in."""
    written = _page_of(current, address, number)
    return formats_of(partial(render, DocumentMetadata(written, address, current.release, current.data_set)))


def _nothing_is_refused(current: OpenRelease) -> bool:
    return is_expressible(current.release)


def _page_of(current: OpenRelease, address: Address, number: int) -> Document:
    """Return a page of a document, made once for a request."""
    base = current.release.base
    key = (address, number)
    if g.get("written", (None,))[0] != key:
        g.written = (key, current.writer.write(address.iri(base), number, document=address.document(base)))
    document: Document = g.written[1]
    return document


def _shown(current: OpenRelease, address: Address, number: int) -> Document:
    """Return a page of a document as far as people see it: a page looks up names, and what it does not list, itself."""
    base = current.release.base
    iri = address.iri(base)
    return current.writer.write(
        iri, number, document=address.document(base), with_others=pages.lists_parts(iri), with_context=False
    )


def _rendered(made: DocumentMetadata, wanted: GraphFormat, address: Address) -> bytes:
    try:
        return render(made, wanted)
    except NotExpressible as error:
        raise ProblemRaised(
            _problem(
                406,
                "Not Acceptable",
                f"This document cannot be written in {wanted.name}: {error}",
                address,
                None,
                offered=made.formats,
            )
        ) from error


def _found(path: str, *others: str) -> tuple[Address, Format | None]:
    """Return the document at a decoded path, or else at one of the others; 404 or 410 if there is none."""
    query = request.query_string.decode("latin-1") if set(request.args) - _PARAMETERS else ""
    current = serving()
    for candidate in (path, *others):
        found = current.finder.find_fixed(candidate, query, _written(candidate))
        if found is not None:
            return found
    if path.endswith("/") and (_is_route(path) or current.finder.find_fixed(path.rstrip("/"), query) is not None):
        raise RequestRedirect(_without_slash())
    stem, suffix = split_suffix(path)
    fixed = _asked_format(strict=False) or suffix
    base, written = current.release.base, _written(path)
    names = ((stem, without_suffix(written)), (path, written)) if suffix else ((path, written),)
    for iri in (base.iri + spelled for name in names for spelled in spellings(*name)):
        gone = current.withdrawn.get(iri)
        if gone is not None:
            raise ProblemRaised(_gone(iri, gone, fixed))
    raise ProblemRaised(_unknown(base.iri + next(spellings(*names[0])), fixed))


def _unknown(iri: str, fixed: Format | None = None) -> ProblemDetails:
    detail = "There is nothing in this data set at this address."
    return ProblemDetails(404, "Not Found", detail, about=iri, fixed=fixed or _asked_format(strict=False))


def _written(path: str) -> str | None:
    """Return the path of a thing or a document as the client wrote it, where the server in front of us tells."""
    sent = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    thing = path.startswith(THING)
    found = written_in(sent, path.removeprefix(THING) if thing else path) if isinstance(sent, str) else None
    return THING + found if found and thing else found


def _is_route(path: str) -> bool:
    """Say whether a path without the slash at its end is an address of the site, such as `/void`."""
    endpoint, _ = current_app.url_map.bind("").match("/" + path.rstrip("/"), method="GET")
    return endpoint not in DOCUMENTS


def _without_slash() -> str:
    """Return the address that is asked for without the slashes at its end, as it was written (308)."""
    written = request.full_path if request.query_string else request.path
    path, mark, query = written.partition("?")
    path = quote(path.rstrip("/"), safe="/%!$&'()*+,;=:@-._~")
    return f"{request.script_root}{path}{mark}{query}"


def _gone(iri: str, gone: withdrawn.Withdrawal, fixed: Format | None) -> ProblemDetails:
    after = f" after version {gone.last}" if gone.last else ""
    detail = gone.reason or f"This was withdrawn{after}; nobody has said why."
    successors = (gone.replaced_by,) if gone.replaced_by else ()
    return ProblemDetails(410, "Withdrawn", detail, about=iri, successors=successors, fixed=fixed)


def _asked_format(*, strict: bool = True) -> Format | None:
    """Return the format that `?format=` names; 406 for one that does not exist."""
    asked = request.args.get("format")
    if not asked:
        return None
    found = by_key(asked, DOCUMENT_FORMATS)
    if found is None and strict:
        names = ", ".join(offered.key for offered in DOCUMENT_FORMATS)
        raise ProblemRaised(
            ProblemDetails(406, "Not Acceptable", f"There is no format {asked[:40]!r} here; there are {names}.")
        )
    return found


def _negotiated(address: Address, offered: tuple[Format, ...] = DOCUMENT_FORMATS) -> Format:
    wanted = negotiate(request.headers.get("Accept"), offered, DEFAULT)
    if wanted is None:
        detail = "None of the formats that the Accept header allows is there."
        raise ProblemRaised(_problem(406, "Not Acceptable", detail, address, None, offered=offered), Vary="Accept")
    return wanted


def _problem(
    status: int,
    title: str,
    detail: str,
    address: Address,
    fixed: Format | None,
    *,
    offered: tuple[Format, ...] = DOCUMENT_FORMATS,
) -> ProblemDetails:
    root = request.script_root
    available = [{"format": f.name, "type": f.media_type, "href": address.href(root, f)} for f in offered]
    about = address.iri(serving().release.base)
    return ProblemDetails(status, title, detail, extra={"available": available}, about=about, fixed=fixed)


def _page_number() -> int:
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= _PAGE_DIGITS) or int(asked) < 1:
        raise BadRequest("page must be a number, counted from 1.")
    return int(asked)


def _with_parameters(href: str, *names: str) -> str:
    """Return an address with those parameters of the request that do not change which thing it is about."""
    kept = [f"{name}={value}" for name in names if (value := request.args.get(name, "")) and value.isalnum()]
    if not kept or kept == ["page=1"]:
        return href
    return f"{href}{'&' if '?' in href else '?'}{'&'.join(kept)}"
