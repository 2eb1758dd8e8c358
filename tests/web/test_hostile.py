"""Two hundred hostile literals and IRIs in the data: nothing breaks, nothing can run, no header is split."""

from __future__ import annotations

import html.parser
import re
from collections.abc import Iterator

import make_release
import pyoxigraph as ox
import pytest

from ckg.web import create_app
from ckg.web.addresses import FIXED, href, of_iri

BASE = "https://data.example/kg/"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
SEE = "http://www.w3.org/2000/01/rdf-schema#seeAlso"
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"

MARKUP = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href='javascript:alert(1)'>x</a>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</pre></table></body></html><script>alert(1)</script>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<form action=//evil.example><input name=a>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<math href=javascript:alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<style>@import'//evil.example/x.css'</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "{{ 7 * 7 }}",
    "{% for x in config %}{{ x }}{% endfor %}",
    "{{ ''.__class__.__mro__ }}",
    "${7*7}",
    "<%= 7 * 7 %>",
    "#{7*7}",
    "%s%s%s%n",
    "{0.__class__}",
    '\\"><script>alert(1)</script>',
    '{"@context": "http://evil.example/"}',
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "<![CDATA[<script>alert(1)</script>]]>",
    '""" . <urn:a> <urn:b> "c',
    "' . } } DROP ALL #",
    "\\u003cscript\\u003ealert(1)",
    "<bdo dir=rtl>x",
    "<plaintext>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
)
CHARACTERS = (
    "a\r\nSet-Cookie: hostile=1",
    "a\nLocation: https://evil.example/",
    "a\r\n\r\n<script>alert(1)</script>",
    "tab\there",
    "bell\x07",
    "escape\x1b[31mred",
    "delete\x7f",
    "next line\x85",
    "line\u2028separator",
    "paragraph\u2029separator",
    "bom\ufeff",
    "nbsp\u00a0",
    "zero\u200bwidth",
    "soft\u00adhyphen",
    "replacement\ufffd",
    "private\ue000",
    "noncharacter\ufdd0",
    "emoji👩‍👩‍👧‍👦",
    "astral \U0001d54f",
    "combining" + "\u0301" * 200,
    "عربي and עברית",
    *(f"before{c}after" for c in BIDI),
    *(f"control {chr(code)} {code}" for code in range(32)),
    f"nested {BIDI}",
    "",
    " ",
    "\n",
    "x" * 1_000_000,
    "<b>" * 100_000,
    "日本" * 100_000,
    "\u202e" * 10_000,
)
IRIS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript:%61lert(1)",
    "javascript://example.org/%0Aalert(1)",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:text/html,%3Cscript%3Ealert(1)%3C/script%3E",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://evil.example/x",
    "view-source:https://evil.example/",
    "about:blank",
    "mailto:a@example.org",
    "tel:+1",
    "ftp://example.org/",
    "urn:isbn:0",
    "urn:x:'onclick=alert(1)",
    "tag:example.org,2020:x",
    "http://evil.example/'onmouseover='alert(1)",
    "http://evil.example/%22onmouseover=%22alert(1)",
    "http://evil.example/%0d%0aSet-Cookie:%20a=1",
    "http://evil.example/%3Cscript%3Ealert(1)%3C/script%3E",
    "http://user:secret@evil.example/",
    "http://evil.example:99999/",
    "http://[::1]/",
    "https://evil.example/#'onclick='alert(1)",
    "https://evil.example/?a=1&b=2;c",
    "HTTP://EVIL.EXAMPLE/",
    "http:evil.example",
    "http:///evil.example",
    "x:y",
    "a+b-c.d:e",
    "https://evil.example/" + "a" * 20_000,
    f"{BASE}id/x/'onclick='alert(1)",
    f"{BASE}id/x/%22onclick=%22alert(1)",
    f"{BASE}id/x/%3Cscript%3E",
    f"{BASE}id/x/%0d%0aLocation:%20https://evil.example/",
    f"{BASE}id/x/..%2F..%2Fetc%2Fpasswd",
    f"{BASE}id/x/../../etc/passwd",
    f"{BASE}id/x/./y",
    f"{BASE}id/x//y",
    f"{BASE}id/x/",
    f"{BASE}id/x/.",
    f"{BASE}id/x/.html",
    f"{BASE}id/x/%00",
    f"{BASE}id/x/%FF%FE",
    f"{BASE}id/x/%C0%AE",
    f"{BASE}id/x/%25",
    f"{BASE}id/x/%2525",
    f"{BASE}id/x/a%20b",
    f"{BASE}id/x/a+b",
    f"{BASE}id/x/a;b=c",
    f"{BASE}id/x/a,b",
    f"{BASE}id/x/a@b",
    f"{BASE}id/x/a:b",
    f"{BASE}id/x/(a)",
    f"{BASE}id/x/$a",
    f"{BASE}id/x/a*b!",
    f"{BASE}id/x/~a",
    f"{BASE}id/x/a?b",
    f"{BASE}id/x/a?b=c&d=%26",
    f"{BASE}id/x/a?format=ttl&z=1",
    f"{BASE}id/x/日本",
    f"{BASE}id/x/%E6%97%A5",
    f"{BASE}id/x/é",
    f"{BASE}id/x/e\u0301",
    f"{BASE}id/x/\u00a0",
    f"{BASE}id/x/%E2%80%AE",
    f"{BASE}id/x/a.ttl",
    f"{BASE}id/x/a.ttl.ttl",
    f"{BASE}id/x/a.b.c",
    f"{BASE}id/" + "x/" * 200,
    f"{BASE}id/x/" + "a" * 2_000,
    f"{BASE}doc/x/a",
    f"{BASE}static/x",
    f"{BASE}dump/x",
    f"{BASE}graph/x y".replace(" ", "%20"),
    f"{BASE}x#a'b",
    f"{BASE}id/x/a#'onclick='alert(1)",
    f"{BASE}id/x/#",
)


def thing(number: int) -> ox.NamedNode:
    return ox.NamedNode(f"{BASE}id/hostile/{number}")


def quads() -> Iterator[ox.Triple]:
    label, see, kind = ox.NamedNode(LABEL), ox.NamedNode(SEE), ox.NamedNode(LABEL.replace("label", "Resource"))
    number = 0
    for text in (*MARKUP, *CHARACTERS):
        number += 1
        yield ox.Triple(thing(number), label, ox.Literal(text, language="en") if number % 2 else ox.Literal(text))
        yield ox.Triple(thing(0), see, thing(number))
    for text in IRIS:
        number += 1
        iri = ox.NamedNode(text)
        yield ox.Triple(thing(number), label, ox.Literal(f"refers to number {number}"))
        yield ox.Triple(thing(number), see, iri)
        yield ox.Triple(iri, see, thing(number))
        yield ox.Triple(iri, label, ox.Literal(MARKUP[number % len(MARKUP)]))
        yield ox.Triple(thing(number), ox.NamedNode(LABEL.replace("label", "member")), ox.Literal("x", datatype=iri))
    yield ox.Triple(thing(0), ox.NamedNode("javascript:alert(1)"), kind)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    data = ox.serialize(quads(), format=ox.RdfFormat.N_TRIPLES).decode()
    project = make_release.project(tmp_path_factory.mktemp("hostile"), {"data/hostile.nt": data})
    make_release.build(project)
    app = create_app(project / "release")
    yield app.test_client()
    app.extensions["ckg"].close()


def addresses() -> list[str]:
    from ckg.model.iris import Base

    base = Base(BASE)
    ours = {triple.subject.value for triple in quads()} | {iri for iri in IRIS if of_iri(base, iri)}
    found = {href(base, iri, "") for iri in ours if of_iri(base, iri)}
    return sorted(address.partition("#")[0] for address in found if address)


class Markup(html.parser.HTMLParser):
    """Collects what could run: scripts and styles in the page, handlers, addresses of other schemes."""

    def __init__(self) -> None:
        super().__init__()
        self.dangers: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        for name, value in attributes:
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.dangers.append(f"<{tag} {name}={value!r}>"[:200])
            if name in ("href", "src", "action", "formaction", "data", "xlink:href", "poster", "content"):
                text = re.sub(r"[\x00-\x20]", "", value or "").lower()
                if re.match(r"(javascript|vbscript|data|file|blob):", text) and not text.startswith("data:image/"):
                    self.dangers.append(f"<{tag} {name}={value!r}>"[:200])
                if name != "content" and re.match(r"(?://|https?:)", text) and tag not in ("a", "link", "area"):
                    self.dangers.append(f"<{tag} {name}={value!r}>"[:200])
        if tag in ("iframe", "object", "embed", "base", "meta-refresh", "style", "plaintext"):
            self.dangers.append(f"<{tag}>")
        types = dict(attributes)
        if tag == "script" and "src" not in types and types.get("type") not in ("application/ld+json",):
            self.dangers.append("<script> in the page")


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
        for wanted in FIXED[1:]:
            answer = hostile.get(path, query_string=None, headers={"Accept": f"{wanted.media_type}, text/html;q=0.1"})
            if answer.status_code not in (200, 404, 406):
                wrong.append((path[:100], wanted.key, answer.status))
            elif answer.status_code == 200 and answer.headers["Content-Type"].startswith(wanted.media_type):
                syntax = ox.RdfFormat.from_media_type(wanted.media_type)
                try:
                    found = list(ox.parse(answer.data, format=syntax, lenient=True, base_iri=BASE))
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
    from ckg.model.iris import Base

    base = Base(BASE)
    for iri in IRIS:
        leads = href(base, iri, "")
        if leads is not None and not leads.startswith("/"):
            assert leads.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    "path",
    [
        "/doc/%00",
        "/doc/%FF",
        "/doc/../../etc/passwd",
        "/dump/../manifest.json",
        "/dump/..%2Fmanifest.json",
        "/dump/%2Fetc%2Fpasswd",
        "/static/../app.py",
        "/static/..%2Fapp.py",
        "/doc/" + "a/" * 500,
        "/doc/" + "%2F" * 500,
        "/doc/a?" + "b=1&" * 500,
        "/doc/\u202e",
        "/doc/a%0d%0aSet-Cookie:b=1",
        "/%5C%5Cevil.example",
        "/id/?x",
        "/doc/",
        "/.ttl",
        "/doc/.ttl",
        "/doc/<script>alert(1)</script>",
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "*/*"])
def test_a_hostile_address_is_not_found_and_its_text_is_not_echoed_as_markup(hostile, path, accept):
    _assert_harmless(hostile.get(path, headers={"Accept": accept}))


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example/%2e%2e", "/\\evil.example/", "no-slash"])
def test_a_path_that_looks_like_another_host_is_not_followed(hostile, path):
    _assert_harmless(hostile.get("/", environ_overrides={"PATH_INFO": path}))


def _assert_harmless(answer):
    assert answer.status_code in (400, 404, 308), answer.status
    assert "Set-Cookie" not in answer.headers
    if answer.headers["Content-Type"].startswith("text/html"):
        markup = Markup()
        markup.feed(answer.text)
        assert not markup.dangers
    assert "root:" not in answer.text and "sha256" not in answer.text
    location = answer.headers.get("Location", "/")
    assert location.startswith("/") and not location.startswith("//")
