r"""Regular expressions as XPath Functions and Operators has them (section 5.6.1), which SPARQL and SHACL use.

`sh:pattern` (SHACL 4.4.3) is SPARQL's REGEX (17.4.3.14), and that is `fn:matches`. elementpath translates the
expressions into Python's; what it leaves to Python and Python reads otherwise is rewritten here before: white space
under the flag `x`, and `\s` and `\w` outside brackets.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_FLAGS: Final = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE}
_WHITE_SPACE: Final = "\t\n\r "
_ESCAPES: Final = {"s": r"[ \t\n\r]", "S": r"[^ \t\n\r]", "w": r"[\w]", "W": r"[\W]"}
_ONLY_PYTHON: Final = "aAbBfvZ"
"""Escapes that Python has and XPath has not, as far as elementpath lets them through."""
_IN_REPLACEMENT: Final = re.compile(r"\\([\\$])|\$([0-9]+)|[\\$]")


class PatternFault(ValueError):
    """A text that is no regular expression, or flags that are none."""


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str = "") -> re.Pattern[str]:
    r"""Return the expression for Python; `flags` are those of `fn:matches`: any of `s`, `m`, `i`, `x`, `q`.

    Raises PatternFault.

    >>> [bool(compiled("^abc$").search(text)) for text in ("abc", "abc\n")]
    [True, False]
    >>> bool(compiled(r"^\p{L}+$").search("Ташкент"))
    True
    """
    unknown = sorted(set(flags) - set("smixq"))
    if unknown:
        raise PatternFault(f"the flags {flags!r} have {unknown[0]!r}, and there are s, m, i, x and q")
    if "q" in flags:
        return re.compile(re.escape(pattern), _FLAGS["i"] if "i" in flags else 0)
    options = 0
    for flag in set(flags) & _FLAGS.keys():
        options |= _FLAGS[flag]
    # elementpath is slow to import, and many shapes have no pattern.
    from elementpath.regex import RegexError, translate_pattern  # noqa: PLC0415

    try:
        return re.compile(translate_pattern(_rewritten(pattern, spaces_out="x" in flags), options, "1.0"), options)
    except (RegexError, re.error, OverflowError, IndexError) as fault:
        raise PatternFault(f"the pattern {pattern!r} is no regular expression of XPath: {fault}") from fault


def replaced(matcher: re.Pattern[str], text: str, by: str, flags: str = "") -> str:
    r"""Return the text as `fn:replace` leaves it: `$1` stands for a group, `\$` and `\\` for themselves.

    Raises PatternFault where `by` has another `$` or backslash, or the pattern fits the empty text (F&O 5.6.3).

    >>> replaced(compiled("(a)(b)?"), "ab-a", "<$2$1>")
    '<ba>-<a>'
    """
    if matcher.search(""):
        raise PatternFault(f"REPLACE of the pattern {matcher.pattern!r}, which fits the empty text")
    pieces = [by] if "q" in flags else _pieces(by, matcher.groups)
    return matcher.sub(
        lambda match: "".join(piece if isinstance(piece, str) else match[piece] or "" for piece in pieces), text
    )


def _pieces(by: str, groups: int) -> list[str | int]:
    """Return texts and numbers of groups; a number is as long as there is such a group, one beyond is nothing."""
    pieces: list[str | int] = []
    end = 0
    for found in _IN_REPLACEMENT.finditer(by):
        pieces.append(by[end : found.start()])
        end = found.end()
        if found[1]:
            pieces.append(found[1])
            continue
        if not found[2]:
            raise PatternFault(f"REPLACE by {by!r}: `$` stands before a number, a backslash before `$` or a backslash")
        length = next((n for n in range(len(found[2]), 1, -1) if int(found[2][:n]) <= groups), 1)
        number = int(found[2][:length])
        pieces += [number if number <= groups else "", found[2][length:]]
    return [*pieces, by[end:]]


def _rewritten(pattern: str, *, spaces_out: bool) -> str:
    """Return the pattern without what Python would read otherwise than XPath, outside of brackets."""
    made: list[str] = []
    depth, position = 0, 0
    while position < len(pattern):
        character = pattern[position]
        if character in _WHITE_SPACE and spaces_out and not depth:
            position += 1
            continue
        piece = character
        if character == "\\":
            position += 1
            while spaces_out and not depth and pattern[position : position + 1] in tuple(_WHITE_SPACE):
                position += 1
            escaped = pattern[position : position + 1]
            if not escaped or escaped in _ONLY_PYTHON:
                raise PatternFault(f"the pattern {pattern!r} is no regular expression of XPath: `\\{escaped}`")
            piece = f"\\{escaped}" if depth else _ESCAPES.get(escaped, f"\\{escaped}")
        elif character == "[":
            depth += 1
        elif character == "]" and depth:
            depth -= 1
        made.append(piece)
        position += 1
    return "".join(made)
