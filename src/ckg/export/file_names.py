"""Which file of an export holds what the server answers at an address, and how a page links to it.

An address has the same path in an export where a file can be called so; a page gets `.html` behind it, and what the
server tells apart by arguments (`why?of=…`, `browse?class=…`) a name made from them. Two addresses have the same file
only where the server answers the same at both, but for the address itself.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from ckg.formats import DOCUMENT_FORMATS, DUMP_FORMATS, GRAPH_FORMATS, HTML, RESULT_FORMATS
from ckg.formats.media import JSON, PARQUET

INDEX: Final = "index.html"
OTHERS: Final = "_"
"""The folder of what no file can be called by its address."""

_KEYS: Final = frozenset(
    f.key for f in (*DOCUMENT_FORMATS, *DUMP_FORMATS, *GRAPH_FORMATS, *RESULT_FORMATS, JSON, PARQUET)
)
_SUFFIXES: Final = _KEYS | {"css", "gif", "html", "ico", "jpeg", "jpg", "js", "json", "pdf", "png", "svg", "txt"}
_MORE_SUFFIXES: Final = _SUFFIXES | {"wasm", "webp", "woff2", "xml"}
_AS_THEY_ARE: Final = ("static/", "dump/")
_IGNORED: Final = frozenset({"format", "release"})
_SUFFIX: Final = re.compile(r"[a-z0-9]{1,8}")
_FORBIDDEN: Final = frozenset('\\/?#%<>"|*')
_MAX_NAME_BYTES: Final = 200
_DIGEST_CHARACTERS: Final = 16
_SAFE: Final = "!$&'()*+,;=@-._~:"


def file_of(address: str) -> str:
    """Return the file, a path below the export, of an address below the root of the server.

    >>> file_of("/"), file_of("/doc/state/japan"), file_of("/doc/state/japan.html"), file_of("/doc/state/japan.ttl")
    ('index.html', 'doc/state/japan.html', 'doc/state/japan.html', 'doc/state/japan.ttl')
    >>> file_of("/dump/"), file_of("/ontology/0.1.0"), file_of("/doc/city/%D0%90%D0%BA")
    ('dump/index.html', 'ontology/0.1.0.html', 'doc/city/Ак.html')
    >>> file_of("/about?iri=http://foaf.example/name&format=ttl")
    'about/b5445c86a442f7c2.ttl'
    """
    path, _, query = address.partition("?")
    path = path.removeprefix("/.//").removeprefix("/") if path.startswith("/.//") else path[1:]
    rows = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in rows if name not in _IGNORED]
    asked = next((value for name, value in rows if name == "format" and _SUFFIX.fullmatch(value)), HTML.key)
    if not query and (not path or path.endswith("/")) and _can_be_called(path.rstrip("/"), path.rstrip("/")):
        return path + INDEX
    stem, suffix = _split(path, asked)
    if kept:
        stem = f"{stem or 'index'}/{_digest(urlencode(kept))}"
    written = f"{stem}.{suffix}" if suffix else stem
    plain = "/".join(map(unquote, written.split("/")))
    return plain if _can_be_called(plain, written) else f"{OTHERS}/{_digest(written)}.{suffix or 'bin'}"


def link(source: str, target: str) -> str:
    """Return how a file of an export refers to another one, whatever path the export lies below.

    >>> link("doc/state/japan.html", "why/0f.html"), link("doc/a:b.html", "doc/c:d.html")
    ('../../why/0f.html', './c:d.html')
    """
    found = posixpath.relpath(target, posixpath.dirname(source) or ".")
    written = quote(found, safe=f"/{_SAFE}")
    return f"./{written}" if ":" in written.partition("/")[0] else written


def is_data_of_document(address: str) -> bool:
    """Say whether an address is that of a document in a format of RDF, and not of the data set as a whole.

    >>> is_data_of_document("/doc/a.ttl"), is_data_of_document("/dump/ckg.ttl"), is_data_of_document("/doc/a.html")
    (True, False, False)
    """
    path = address.partition("?")[0][1:]
    whole = path.startswith(("dump/", "static/", "sparql")) or posixpath.splitext(path)[0] in _WHOLE
    return not whole and file_of(address).rpartition(".")[2] in _KEYS - {HTML.key}


_WHOLE: Final = frozenset({"void", "catalog", "report"})


def _split(path: str, asked: str) -> tuple[str, str]:
    """Return a path without the suffix of a format, and the suffix that its file has."""
    stem, dot, suffix = path.rpartition(".")
    if path.startswith(_AS_THEY_ARE):
        return (stem, suffix) if dot else (path, "")
    if dot and stem and not stem.endswith("/") and suffix in _MORE_SUFFIXES:
        return stem, suffix
    return path, asked


def _can_be_called(plain: str, written: str) -> bool:
    """Say whether a path can be one of a file on any host, beside all others that an export has."""
    *folders, name = parts = plain.split("/")
    if plain.count("/") != written.count("/") or name == INDEX:
        return plain in ("", INDEX)
    if any(folder.rpartition(".")[2] in _MORE_SUFFIXES and "." in folder for folder in folders):
        return False  # a file may be called so
    return plain == "" or all(
        part not in ("", ".", "..")
        and part.isprintable()
        and not _FORBIDDEN & set(part)
        and len(part.encode(errors="surrogateescape")) <= _MAX_NAME_BYTES
        and "\ufffd" not in part
        for part in parts
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:_DIGEST_CHARACTERS]
