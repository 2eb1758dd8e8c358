"""The English text of templates becomes messages when a template is read, so that a template stays plain HTML.

A message is what a reader takes as one piece of text: what stands between two tags of HTML that break the line, or in
an attribute that is read to people. In it, a value of Jinja is `%(name)s`, named after what it shows, and a tag that
stands within a line is `<1>`, `</1>`, so that translations hold no markup. A block of Jinja (`if`, `for`) ends it.
Text in expressions is marked by hand, `_("…")`. What has no letters is no message, nor is what stands in `code`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Undefined
from markupsafe import Markup

from ckg.pages import messages

FUNCTION: Final = "message_"
"""What a message becomes a call of, in templates; the extraction looks for it."""

_INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "cite", "code", "em", "i", "kbd", "q", "small", "span", "strong", "time"}
)
_NOT_TEXT: Final = frozenset({"script", "style", "pre", "textarea"})
_READ_OUT: Final = frozenset({"alt", "aria-label", "data-label", "placeholder", "title"})
_WORDS_OF_JINJA: Final = frozenset({"_", "if", "else", "is", "not", "and", "or", "in", "none", "true", "false"})
_LETTER: Final = re.compile(r"[^\W\d_]")
_TAG: Final = re.compile(r"<(/?)([a-zA-Z!][\w-]*)")
_NAME_END: Final = re.compile(r"""([\w-]+)=(["'])\Z""")


@dataclass(slots=True)
class _Piece:
    """A part of a run of text: `kind` is text, value or tag; a tag has a name and says whether it opens or closes."""

    kind: str
    tokens: list[Token] = field(default_factory=list)
    text: str = ""
    tag: str = ""
    closes: bool = False


class TextMessages(Extension):
    """An extension of Jinja that looks up the text of templates in the catalogue that is used."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        given = (messages.ngettext, messages.nmarked)
        environment.globals.update({FUNCTION: message, "_": messages.gettext} | {one.__name__: one for one in given})

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Return the tokens of a template with calls in the place of its text."""
        return _Marking().tokens(stream)


class _Marking:
    """Goes through the tokens of one template."""

    def __init__(self) -> None:
        self._run: list[_Piece] = []
        self._tag: _Piece | None = None  # the tag that is not yet ended
        self._quote = ""  # what ends the value of an attribute, empty outside of one
        self._value: list[_Piece] | None = None  # of an attribute that is read to people
        self._raw = ""  # the element whose content is no text
        self._number = 0

    def tokens(self, stream: TokenStream) -> Iterator[Token]:
        line = 1
        for token in stream:
            line = token.lineno
            if token.type == "data":
                yield from self._data(token)
            elif token.type == "variable_begin":
                yield from self._expression(_until(stream, token, "variable_end"))
            elif token.type == "block_begin":
                yield from self._statement(_until(stream, token, "block_end"), line)
            else:
                yield token
        yield from self._end(line)

    def _expression(self, tokens: list[Token]) -> Iterator[Token]:
        if self._raw:
            yield from tokens
        elif self._value is not None:
            self._value.append(_Piece("value", tokens))
        elif self._tag is not None:
            self._tag.tokens += tokens
        else:
            self._run.append(_Piece("value", tokens))

    def _statement(self, tokens: list[Token], line: int) -> Iterator[Token]:
        if self._value is not None and self._tag is not None:
            self._tag.tokens += self._message(self._value, line)
            self._value = []
        if self._tag is not None:
            self._tag.tokens += tokens
            return
        yield from self._end(line)
        yield from tokens

    def _data(self, token: Token) -> Iterator[Token]:
        text, line = str(token.value), token.lineno
        while text:
            if self._raw:
                end = text.lower().find(f"</{self._raw}")
                if end < 0:
                    yield Token(line, "data", text)
                    return
                yield Token(line, "data", text[:end])
                text, self._raw = text[end:], ""
            elif self._tag is not None:
                text = self._in_tag(self._tag, text, line)
                if self._tag is None:
                    yield from self._after_tag(line)
            else:
                start = _TAG.search(text)
                before = text[: start.start()] if start else text
                if before:
                    self._run.append(_Piece("text", text=before))
                text = text[len(before) :]
                if start:
                    self._tag = _Piece("tag", tag=start[2].lower(), closes=bool(start[1]))
                    self._tag.tokens.append(Token(line, "data", start[0]))
                    text = text[len(start[0]) :]

    def _in_tag(self, tag: _Piece, text: str, line: int) -> str:
        """Take what belongs to the tag that is not yet ended, and return the rest."""
        if self._quote:
            value, quote, rest = text.partition(self._quote)
            if self._value is not None:
                self._value.append(_Piece("text", text=value))
            else:
                tag.tokens.append(Token(line, "data", value))
            if not quote:
                return ""
            if self._value is not None:
                tag.tokens += self._message(self._value, line)
                self._value = None
            tag.tokens.append(Token(line, "data", quote))
            self._quote = ""
            return rest
        end = re.search(r"""[>"']""", text)
        if end is None:
            tag.tokens.append(Token(line, "data", text))
            return ""
        tag.tokens.append(Token(line, "data", text[: end.end()]))
        if end[0] == ">":
            self._run.append(tag)
            self._tag = None
        else:
            self._quote = end[0]
            name = _NAME_END.search(text[: end.end()])
            self._value = [] if name and name[1] in _READ_OUT else None
        return text[end.end() :]

    def _after_tag(self, line: int) -> Iterator[Token]:
        tag = self._run[-1]
        if tag.tag not in _INLINE:
            yield from self._end(line)
        if tag.tag in _NOT_TEXT and not tag.closes:
            self._raw = tag.tag

    def _end(self, line: int) -> Iterator[Token]:
        """Give out the run of text so far."""
        run, self._run = self._run, []
        last = [run.pop()] if run and run[-1].kind == "tag" and run[-1].tag not in _INLINE else []
        yield from self._parts(run, line)
        for piece in last:
            yield from piece.tokens

    def _parts(self, run: Sequence[_Piece], line: int) -> Iterator[Token]:
        """Give out a run: as one message where it is one, else what is in it part by part."""
        if not _has_letters(run):
            yield from (token for piece in run for token in _as_it_is(piece, line))
            return
        pairs = _pairs(run)
        if pairs is None:  # a tag is opened and not closed in it: each text by itself
            part: list[_Piece] = []
            for piece in run:
                if piece.kind != "tag":
                    part.append(piece)
                    continue
                yield from self._message(part, line)
                part = []
                yield from piece.tokens
            yield from self._message(part, line)
            return
        if _has_letters([piece for place, piece in enumerate(run) if _depth(pairs, place) == 0]):
            yield from self._message(run, line)
            return
        place = 0
        while place < len(run):
            piece = run[place]
            if piece.kind != "tag":
                yield from _as_it_is(piece, line)
                place += 1
                continue
            end = pairs[place]
            inside = run[place + 1 : end]
            yield from piece.tokens
            if piece.tag == "code":
                yield from (token for inner in inside for token in _as_it_is(inner, line))
            else:
                yield from self._parts(inside, line)
            yield from run[end].tokens
            place = end + 1

    def _message(self, run: Sequence[_Piece], line: int) -> Iterator[Token]:
        """Give out a run as a call with its message, values and tags."""
        if not _has_letters(run):
            yield from (token for piece in run for token in _as_it_is(piece, line))
            return
        message = ""
        given: list[tuple[str, str]] = []
        names: set[str] = set()
        opened: list[int] = []
        for piece in run:
            if piece.kind == "text":
                message += piece.text.replace("%", "%%")
                continue
            if piece.kind == "value":
                name = _free(_shown_name(piece.tokens), names)
                message += f"%({name})s"
            elif not piece.closes:
                opened.append(len([one for one in given if one[0].startswith("tag")]) + 1)
                number = opened[-1]
                name = f"tag{number}"
                message += f"<{number}>"
            else:
                number = opened.pop()
                name = f"end{number}"
                message += f"</{number}>"
            names.add(name)
            self._number += 1
            variable = f"message_part_{self._number}"
            given.append((name, variable))
            yield from _set(variable, piece.tokens, line)
        before = message[: len(message) - len(message.lstrip())]
        after = message[len(message.rstrip()) :]
        yield Token(line, "data", before)
        yield Token(line, "variable_begin", "{{")
        yield from _call(" ".join(message.split()), given, line)
        yield Token(line, "variable_end", "}}")
        yield Token(line, "data", after)


def message(text: str, /, **values: object) -> Markup:
    """Return a message of a template with its values and tags, as HTML."""
    found = messages.gettext(text)
    if not values:
        return Markup(found.replace("%%", "%"))  # noqa: S704  # text of a template or of a catalogue, no stranger's
    tags = {key: value for key, value in values.items() if re.fullmatch(r"(?:tag|end)\d+", key)}
    if tags:
        found = re.sub(r"<(/?)(\d+)>", lambda m: str(tags["end" + m[2] if m[1] else "tag" + m[2]]), found)
    shown: Mapping[str, object] = {key: value for key, value in values.items() if key not in tags}
    return Markup(_filled(found, shown))  # noqa: S704  # the values are escaped


def _filled(found: str, values: Mapping[str, object]) -> str:
    """Return a message with its values, which are HTML already where they are Markup; tags stand in it as they are."""
    parts = re.split(r"%\((\w+)\)s", found)
    filled = [part.replace("%%", "%") for part in parts]
    for place in range(1, len(parts), 2):
        value = values[parts[place]]
        filled[place] = str(value) if isinstance(value, Markup | Undefined) else escape(str(value))
    return "".join(filled)


def _until(stream: TokenStream, first: Token, last: str) -> list[Token]:
    found = [first]
    for token in stream:
        found.append(token)
        if token.type == last:
            break
    return found


def _as_it_is(piece: _Piece, line: int) -> list[Token]:
    return [Token(line, "data", piece.text)] if piece.kind == "text" else piece.tokens


def _has_letters(run: Sequence[_Piece]) -> bool:
    return any(piece.kind == "text" and _LETTER.search(re.sub(r"&#?\w+;", "", piece.text)) for piece in run)


def _pairs(run: Sequence[_Piece]) -> dict[int, int] | None:
    """Return the place of the closing tag by that of the opening one, None where they are no pairs."""
    found, opened = {}, []
    for place, piece in enumerate(run):
        if piece.kind != "tag":
            continue
        if not piece.closes:
            opened.append(place)
        elif not opened or run[opened[-1]].tag != piece.tag:
            return None
        else:
            found[opened.pop()] = place
    return None if opened else found


def _depth(pairs: Mapping[int, int], place: int) -> int:
    return sum(start <= place <= end for start, end in pairs.items())


def _shown_name(tokens: Sequence[Token]) -> str:
    """Return the last name in an expression before its filters: what it shows."""
    found, depth = "value", 0
    for token in tokens:
        if token.type == "pipe" and depth == 0:
            break
        depth += (token.type == "lparen") - (token.type == "rparen")
        if token.type == "name" and token.value not in _WORDS_OF_JINJA:
            found = str(token.value)
    return found


def _free(name: str, taken: set[str]) -> str:
    number = 1
    found = name
    while found in taken:
        number += 1
        found = f"{name}{number}"
    return found


def _set(variable: str, tokens: Sequence[Token], line: int) -> Iterator[Token]:
    yield Token(line, "block_begin", "{%")
    yield Token(line, "name", "set")
    yield Token(line, "name", variable)
    yield Token(line, "block_end", "%}")
    yield from tokens
    yield Token(line, "block_begin", "{%")
    yield Token(line, "name", "endset")
    yield Token(line, "block_end", "%}")


def _call(message: str, given: Sequence[tuple[str, str]], line: int) -> Iterator[Token]:
    yield Token(line, "name", FUNCTION)
    yield Token(line, "lparen", "(")
    yield Token(line, "string", message)
    for name, variable in given:
        yield Token(line, "comma", ",")
        yield Token(line, "name", name)
        yield Token(line, "assign", "=")
        yield Token(line, "name", variable)
    yield Token(line, "rparen", ")")
