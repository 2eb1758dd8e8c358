"""Where in a JSON text a fault is: the parser of JSON-LD does not say.

The smallest part of the document is looked for that has the same fault by itself, with the contexts above it: arrays
are halved and members tried one by one, so that a document with a million nodes takes some twenty trials.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

Step = str | int
"""The name of a member, or the index of an item."""

_CONTEXT: Final = "@context"
_SPACE: Final = re.compile(r"[ \t\n\r]*")


def path_of_fault(document: Any, fault: Callable[[Any], str | None]) -> list[Step]:
    """Return the path to the smallest part of a document that has its fault; `fault` tells that of a document."""
    wanted = fault(document)
    path: list[Step] = []
    above: list[Any] = []
    node = document
    if wanted is None:
        return path

    def has_it(part: Any) -> bool:
        for parent, step in zip(reversed(above), reversed(path), strict=True):
            part = _only(parent, step, part)
        return fault(part) == wanted

    while True:
        step = _step(node, has_it)
        if step is None:
            return path
        above.append(node)
        path.append(step)
        node = node[step]


def _step(node: Any, has_it: Callable[[Any], bool]) -> Step | None:
    if isinstance(node, dict):
        return next((name for name in node if has_it(_only(node, name, node[name]))), None)
    if isinstance(node, list) and node:
        low, high = 0, len(node)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if has_it(node[low:middle]) else (middle, high)
        return low if has_it(node[low:high]) else None
    return None


def _only(parent: Any, step: Step, part: Any) -> Any:
    """Return a parent with one member or item alone, and the context that it is read in."""
    if isinstance(parent, list):
        return [part]
    kept = {_CONTEXT: parent[_CONTEXT]} if _CONTEXT in parent else {}
    return {**kept, step: part}


def offset_of(text: str, path: Sequence[Step]) -> int:
    """Return where in a JSON text the value at a path begins, its name for a member; as far as the text has the path.

    >>> text = '{"a": [1, {"b": 2}]}'
    >>> text[offset_of(text, ["a", 1, "b"]) :]
    '"b": 2}]}'
    """
    decode = json.JSONDecoder(strict=False).raw_decode
    at = told = _after_space(text, 0)
    for step in path:
        opening = text[at]
        position = _after_space(text, at + 1)
        index = 0
        while text[position] not in "}]":
            name: Step = index
            begins = position
            if opening == "{":
                name, position = decode(text, position)
                position = _after_space(text, _after_space(text, position) + 1)
            if name == step:
                at, told = position, begins
                break
            position = _after_space(text, decode(text, position)[1])
            if text[position] == ",":
                position = _after_space(text, position + 1)
            index += 1
        else:
            return told
        if text[at] not in "[{":
            return told
    return told


def _after_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position
