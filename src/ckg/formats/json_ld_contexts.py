"""Putting the contexts into a JSON-LD document that it refers to by their names (JSON-LD 1.1, sections 3.1 and 4.1.9).

The engine reads no other file and fetches nothing. What a document refers to is given by whoever reads it, and is put
in the place of each reference on the same line, so that the engine sees one document and its errors have the lines of
the source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import IO, Any, Final

from ckg.formats.base import Load

MAX_BYTES: Final = 64 << 20
"""Bytes of a document that refers to contexts: it is held in memory as a whole."""

_DEEPEST: Final = 20
_BLOCK_BYTES: Final = 1 << 20
_OVERLAP_BYTES: Final = 1 << 10
_MAY_REFER: Final = re.compile(rb'"@context"\s*:\s*["\[]|"@import"\s*:')
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]', re.DOTALL)
_CONTEXT, _IMPORT = "@context", "@import"


def may_refer(file: IO[bytes]) -> bool:
    """Say whether a document may refer to a context by its name; it is read to its end where it does not."""
    tail = b""
    for block in iter(partial(file.read, _BLOCK_BYTES), b""):
        data = tail + block
        if _MAY_REFER.search(data):
            return True
        tail = data[-_OVERLAP_BYTES:]
    return False


def inlined(text: str, load: Load, within: str = "", depth: int = 0) -> str:
    """Return a document with every context in it that it refers to. Raises `SyntaxError`, and what `load` raises.

    `within` is the name of the document, `depth` how many contexts have led to it.

    >>> files = {"c": b'{"@context": {"a": "http://a.example/"}}'}
    >>> inlined('{"@context": "c", "a": 1}', lambda name, within: (name, files[name]))
    '{"@context": {"a": "http://a.example/"}, "a": 1}'
    """
    parts: list[str] = []
    position = 0
    for start, end, name, owner in _references(text):
        context = _loaded(name, load, within, depth)
        if owner is not None:
            written = _imported(name, context, owner)
        else:
            written = json.dumps(context, ensure_ascii=False)
            if isinstance(context, list) and _is_item(text, start):
                written = written[1:-1] or "{}"
        parts += [text[position:start], written]
        position = end
    return "".join([*parts, text[position:]])


def _references(text: str) -> Iterator[tuple[int, int, str, Mapping[str, Any] | None]]:
    """Yield where each reference begins and ends, what it names, and for `@import` the context that it stands in."""
    opened: list[tuple[str, int, bool]] = []  # bracket, where it is, whether it holds contexts
    key, key_start = "", 0
    before = ""
    for found in _TOKEN.finditer(text):
        part = found[0]
        if part in ("{", "["):
            opened.append((part, found.start(), before == ":" and key == _CONTEXT))
        elif part in ("}", "]"):
            del opened[-1:]
        elif part[0] == '"':
            inside, place, holds_contexts = opened[-1] if opened else ("", 0, False)
            if before == ":" and key == _IMPORT:
                yield key_start, found.end(), json.loads(part), _value_at(text, place)
            elif (before == ":" and key == _CONTEXT) or (before != ":" and inside == "[" and holds_contexts):
                yield found.start(), found.end(), json.loads(part), None
            elif before != ":" and inside == "{":
                key, key_start = json.loads(part), found.start()
        before = part


def _value_at(text: str, position: int) -> Mapping[str, Any]:
    try:
        value = json.JSONDecoder(strict=False).raw_decode(text, position)[0]
    except json.JSONDecodeError as error:
        raise _malformed(error) from None
    return value if isinstance(value, dict) else {}


def _is_item(text: str, start: int) -> bool:
    return text[:start].rstrip()[-1:] in ("[", ",")


def _imported(name: str, context: Any, owner: Mapping[str, Any]) -> str:
    """Return the members of an imported context that its importer does not define itself."""
    if isinstance(context, dict):
        new = {term: value for term, value in context.items() if term not in owner}
        return json.dumps(new or {"@propagate": True}, ensure_ascii=False)[1:-1]
    raise SyntaxError(f"the context <{name}> of {_IMPORT} must be one object (JSON-LD 1.1, 4.1.9)")


def _loaded(reference: str, load: Load, within: str, depth: int) -> Any:
    if depth >= _DEEPEST:
        raise SyntaxError(f"contexts refer to each other more than {_DEEPEST} deep, the last one to <{reference}>")
    name, text = load(reference, within)
    try:
        document = json.loads(inlined(text.decode("utf-8-sig"), load, name, depth + 1))
    except json.JSONDecodeError as error:
        raise SyntaxError(f"the context {name}, line {error.lineno}, is no JSON: {error.msg}") from None
    except UnicodeDecodeError:
        raise SyntaxError(f"the context {name} is not UTF-8") from None
    if not isinstance(document, dict) or _CONTEXT not in document:
        raise SyntaxError(f"{name} is no context: it is no object with the member {_CONTEXT}")
    return document[_CONTEXT]


def _malformed(error: json.JSONDecodeError) -> SyntaxError:
    return SyntaxError(error.msg, (None, error.lineno, error.colno, None))
