"""Two hundred hostile literals and IRIs in the data: nothing breaks, nothing can run, no header is split."""

from __future__ import annotations

import io

from hostile_data import BASE, CHARACTERS, IRIS, MARKUP, quads
from runnable_markup import Markup

from ckg.formats import GRAPH_FORMATS, InputFormat
from ckg.model.iris import Base
from ckg.web.addresses import href, of_iri


def addresses() -> list[str]:
    base = Base(BASE)
    ours = {triple.subject.value for triple in quads()} | {iri for iri in IRIS if of_iri(base, iri)}
    found = {href(base, iri, "") for iri in ours if of_iri(base, iri)}
    return sorted(address.partition("#")[0] for address in found if address)


def test_there_are_two_hundred_of_them():
    assert len({*MARKUP, *CHARACTERS}) + len(set(IRIS)) >= 200


def test_no_page_of_hostile_data_fails_or_holds_anything_that_runs(hostile):
    wrong, pages = [], 0
    for path in addresses():
        answer = hostile.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        pages += answer.status_code == 200
        if answer.status_code not in (200, 404):
            wrong.append((path[:100], answer.status))
            continue
        markup = Markup()
        markup.feed(answer.text)
        wrong += [(path[:100], danger) for danger in markup.dangers]
        policy = answer.headers["Content-Security-Policy"]
        if "unsafe" in policy or "script-src 'self'" not in policy:
            wrong.append((path[:100], policy))
    assert not wrong[:10]
    assert pages > 200


def test_every_document_of_hostile_data_is_there_and_parses_in_every_format(hostile):
    wrong = []
    for path in addresses():
        for wanted in GRAPH_FORMATS:
            answer = hostile.get(path, query_string=None, headers={"Accept": f"{wanted.media_type}, text/html;q=0.1"})
            if answer.status_code not in (200, 404, 406):
                wrong.append((path[:100], wanted.key, answer.status))
            elif answer.status_code == 200 and answer.headers["Content-Type"].startswith(wanted.media_type):
                assert isinstance(wanted, InputFormat)
                try:
                    found = list(wanted.parse(io.BytesIO(answer.data), BASE))
                except SyntaxError as error:
                    wrong.append((path[:100], wanted.key, str(error)))
                    continue
                if not found:
                    wrong.append((path[:100], wanted.key, "empty"))
    assert not wrong[:10]


def test_no_header_is_split_and_every_header_is_ascii(hostile):
    for path in addresses():
        for accept in ("text/html", "text/turtle"):
            answer = hostile.get(path, headers={"Accept": accept})
            for name, value in answer.headers.items():
                assert value.isascii(), (path, name)
                assert "\r" not in value and "\n" not in value, (path, name)
            assert "hostile=1" not in answer.headers.get("Set-Cookie", "")


def test_a_page_with_a_label_of_a_megabyte_stays_light(hostile):
    number = 1 + (*MARKUP, *CHARACTERS).index("x" * 1_000_000)
    assert len(hostile.get(f"/doc/hostile/{number}", headers={"Accept": "text/html"}).data) < 300_000
    assert len(hostile.get("/doc/hostile/0", headers={"Accept": "text/html"}).data) < 600_000


def test_only_http_and_https_iris_become_links():
    base = Base(BASE)
    for iri in IRIS:
        leads = href(base, iri, "")
        if leads is not None and not leads.startswith("/"):
            assert leads.startswith(("http://", "https://"))
