"""Rules by which web hosts answer for an export as the server does: 303 from a thing, the format that Accept asks for.

Each goes as far as its host can. None weighs the `q` of an Accept header: where HTML is among what is asked for, HTML
is answered, else the first format of ours that is named, else Turtle, as the server does for tools.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from ckg.formats import DOCUMENT_FORMATS, HTML, RESULT_FORMATS, TURTLE, Format
from ckg.web import headers

HOSTS: Final = "hosts"
_MEDIA_TYPES: Final = {
    "css": "text/css",
    "html": "text/html",
    "js": "text/javascript",
    "json": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "wasm": "application/wasm",
    "xml": "application/xml",
    "bin": "application/octet-stream",
}
_TEXTS: Final = frozenset({"css", "html", "js", "txt", "xml"})
_POLICY: Final = headers.policy(script_src="'self' 'wasm-unsafe-eval'")
_FIELDS: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Content-Security-Policy", _POLICY),
)


def rules(url: str) -> dict[str, str]:
    """Return the files of rules, by their paths in the export, for an export that lies at an address."""
    path = urlsplit(url).path or "/"
    offered = [f for f in DOCUMENT_FORMATS if f != HTML]
    return {
        ".htaccess": _apache(offered),
        ".nojekyll": "",
        "_headers": _netlify_headers(path),
        "_redirects": f"{path}id/*  {path}doc/:splat  302\n{path}.well-known/void  {path}void.ttl  302\n",
        "404.html": _not_found(path),
        f"{HOSTS}/Caddyfile": _caddy(path, offered),
        f"{HOSTS}/README.txt": _README.format(path=path),
        f"{HOSTS}/nginx.conf": _nginx(path, offered),
    }


def content_types() -> dict[str, str]:
    """Return the content type of each suffix of a file."""
    found = {suffix: f"{kind}; charset=utf-8" if suffix in _TEXTS else kind for suffix, kind in _MEDIA_TYPES.items()}
    for form in (*RESULT_FORMATS, *DOCUMENT_FORMATS):
        found[form.key] = form.content_type
    return dict(sorted(found.items()))


def _asked_by(form: Format) -> str:
    """Return a regular expression of the media types that ask for a format."""
    return "|".join(re.escape(kind) for kind in (form.media_type, *form.aliases))


_HTML: Final = "text/html|application/xhtml"


def _nginx(path: str, offered: Sequence[Format]) -> str:
    kinds: dict[str, list[str]] = {}
    for suffix, kind in content_types().items():
        kinds.setdefault(kind.partition(";")[0], []).append(suffix)
    types = "\n".join(f"        {kind} {' '.join(suffixes)};" for kind, suffixes in sorted(kinds.items()))
    texts = " ".join(kind for kind in sorted(kinds) if any("charset" in content_types()[s] for s in kinds[kind]))
    texts = texts.replace("text/html ", "")  # always among them
    choices = "\n".join(
        f'if ($http_accept ~* "{_asked_by(form)}") {{ set $ckg_suffix .{form.key}; }}' for form in reversed(offered)
    )
    fields = "\n".join(f'    add_header {name} "{value}" always;' for name, value in _FIELDS)
    place = re.escape(path)
    return f"""# nginx: include this file in a server block whose root holds the export at {path}
set $ckg_suffix .{TURTLE.key};
{choices}
if ($http_accept ~* "{_HTML}") {{ set $ckg_suffix .html; }}
if ($request_uri ~ "^{place}id/([^?]*)") {{ return 303 {path}doc/$1; }}

location {path} {{
    types {{
{types}
    }}
    default_type text/plain;
    charset utf-8;
    charset_types {texts};
{fields}
    add_header Vary Accept always;
    absolute_redirect off;
    error_page 404 {path}404.html;
    try_files $uri $uri$ckg_suffix $uri.html $uri/index.html =404;
}}
"""


def _caddy(path: str, offered: Sequence[Format]) -> str:
    choices = "\n".join(f'    "~(?i){_asked_by(form)}" .{form.key}' for form in offered)
    types = "\n".join(
        f'    @ckg_{suffix} path *.{suffix}\n    header @ckg_{suffix} Content-Type "{kind}"'
        for suffix, kind in content_types().items()
    )
    fields = "\n".join(f'    header {name} "{value}"' for name, value in _FIELDS)
    place = re.escape(path)
    return f"""# Caddy: import this file in a site block whose root holds the export at {path}
map {{http.request.header.Accept}} {{ckg_suffix}} {{
    "~(?i){_HTML}" .html
{choices}
    default .{TURTLE.key}
}}
@ckg_thing vars_regexp ckg_thing {{http.request.uri}} ^{place}id/([^?]*)
route {{
    redir @ckg_thing {path}doc/{{re.ckg_thing.1}} 303
    try_files {{path}} {{path}}{{ckg_suffix}} {{path}}.html {{path}}/index.html
    header Vary Accept
{fields}
{types}
    @ckg_plain path */SHA256SUMS
    header @ckg_plain Content-Type text/plain
    file_server
}}
"""


def _apache(offered: Sequence[Format]) -> str:
    types = "\n".join(f'AddType "{kind}" .{suffix}' for suffix, kind in content_types().items())
    choices = "\n".join(
        f"RewriteCond %{{HTTP_ACCEPT}} {_asked_by(form)} [NC]\nRewriteRule ^ - [E=CKG_SUFFIX:.{form.key}]"
        for form in reversed(offered)
    )
    fields = "\n".join(f'Header set {name} "{value}"' for name, value in _FIELDS)
    return f"""# Apache httpd: the folder of the export needs mod_rewrite and
# AllowOverride FileInfo Indexes Options=MultiViews.
Options -MultiViews
{types}
DirectoryIndex index.html
DirectorySlash Off
RewriteEngine On
RewriteOptions AllowNoSlash
RewriteCond %{{REQUEST_URI}}::$1 ^(.*?/)(.*)::\\2$
RewriteRule ^(.*)$ - [E=CKG_PATH:%1]
RewriteRule ^ - [E=CKG_SUFFIX:.{TURTLE.key}]
{choices}
RewriteCond %{{HTTP_ACCEPT}} {_HTML} [NC]
RewriteRule ^ - [E=CKG_SUFFIX:.html]
RewriteCond %{{THE_REQUEST}} ^[A-Z]+\\s[^\\s?]*?/id/([^\\s?]*)
RewriteRule ^id/ %{{ENV:CKG_PATH}}doc/%1 [R=303,L,NE]
RewriteCond %{{REQUEST_FILENAME}} !-f
RewriteCond %{{REQUEST_FILENAME}}%{{ENV:CKG_SUFFIX}} -f
RewriteRule ^(.+)$ $1%{{ENV:CKG_SUFFIX}} [L]
RewriteCond %{{REQUEST_FILENAME}} !-f
RewriteCond %{{REQUEST_FILENAME}}.html -f
RewriteRule ^(.+)$ $1.html [L]
<IfModule mod_headers.c>
{fields}
Header merge Vary Accept
</IfModule>
"""


def _netlify_headers(path: str) -> str:
    fields = "".join(f"  {name}: {value}\n" for name, value in _FIELDS)
    types = "".join(f"{path}*.{suffix}\n  Content-Type: {kind}\n" for suffix, kind in content_types().items())
    return f"{path}*\n{fields}{types}"


def _not_found(path: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="color-scheme" '
        'content="light dark">\n<title>Not Found</title>\n</head>\n<body>\n<main><h1>Not Found</h1>\n'
        f'<p>Nothing is here at this address. <a href="{path}">The data set begins here.</a></p></main>\n'
        "</body>\n</html>\n"
    )


_README: Final = """Rules for web hosts, for an export that lies at the path {path} (`ckg export --url` says where).

nginx           include hosts/nginx.conf; in a server block whose root has the export at {path}
Caddy           import hosts/Caddyfile in a site block whose root has the export at {path}
Apache httpd    nothing to do: .htaccess lies in the export, and works below any path
Netlify         nothing to do: _redirects and _headers lie in the export; 302 in the place of 303, and no negotiation
GitHub Pages    nothing to do: .nojekyll lies in the export; pages lead on in the place of redirects, no negotiation
any other       the same; set the media types of .ttl, .nt, .nq, .trig, .rdf and .jsonld where you can
"""
