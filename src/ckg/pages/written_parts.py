"""The parts that most of a page of a thing consists of, written without templates: what `macros.html` says, sooner.

The macros say what the markup is, and are used for whatever is not of the core's own types; a test holds the two
against each other. Here are those that a page calls a hundred times: names, links, values, groups of values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from markupsafe import Markup, escape

from ckg.pages import messages
from ckg.pages.statement_groups import Group, ShownValue
from ckg.pages.template_messages import message
from ckg.pages.view_context import Datum, Ref, Words

_SHOWN_FIRST: Final = 15
_OUTWARD: Final = '<span aria-hidden="true"> ↗</span>'


class WrittenParts:
    """What templates know as `m`; what is not written here is a macro of `macros`."""

    def __init__(self, macros: Any, language_name: Callable[[str], str]) -> None:
        self._macros = macros
        self._language_name = language_name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._macros, name)

    def words(self, w: Any, mark: bool = True) -> Any:
        """Return text in its language, and the name of that where it is not the reader's and is to be marked."""
        return Markup(self._words(w, mark)) if type(w) is Words else self._macros.words(w, mark)  # noqa: S704

    def ref(self, r: Any, mark: bool = True) -> Any:
        """Return a thing as a link to its page, or its words alone."""
        return Markup(self._ref(r, mark)) if type(r) is Ref else self._macros.ref(r, mark)  # noqa: S704

    def refs(self, found: Any, separator: str = ", ") -> Any:
        """Return things one after the other."""
        if isinstance(found, list) and all(type(r) is Ref for r in found):
            return Markup(self._refs(found, separator))  # noqa: S704
        return self._macros.refs(found, separator)

    def groups(self, found: Any, marked: bool = True, first: int = _SHOWN_FIRST, origin: bool = True) -> Any:
        """Return groups of values as a list of properties."""
        if not (isinstance(found, list) and all(type(group) is Group for group in found)):
            return self._macros.groups(found, marked, first, origin)
        rows = "".join(self._group(group, marked, first, origin) for group in found)
        return Markup(f'<dl class="facts">\n{rows}</dl>')  # noqa: S704

    def _words(self, w: Words, mark: bool) -> str:
        text = escape(w.text)
        if w.lang and (w.lang != messages.SOURCE_LANGUAGE or messages.language() != messages.SOURCE_LANGUAGE):
            written = f'<bdi lang="{escape(w.lang)}">{text}</bdi>'
        else:
            written = str(text) if w.text.isascii() else f"<bdi>{text}</bdi>"
        return written + self._mark(w) if mark and w.fallback else written

    def _mark(self, w: Words) -> str:
        said = message("in the language")
        name = escape(self._language_name(w.lang))
        return f'<span class="label-tag"><span class="sr">{said} </span>{name}</span>'

    def _ref(self, r: Ref, mark: bool) -> str:
        if not r.href:
            return self._words(r.words, mark)
        rel, arrow = (' rel="external noopener"', _OUTWARD) if r.external else ("", "")
        link = f'<a href="{escape(r.href)}"{rel}>{self._words(r.words, False)}{arrow}</a>'
        return link + self._mark(r.words) if mark and r.words.fallback else link

    def _refs(self, found: Sequence[Ref], separator: str) -> str:
        return str(escape(separator)).join(self._ref(r, True) for r in found)

    def _datum(self, d: Datum) -> str:
        if d.kind == "date":
            return f'<time datetime="{escape(d.raw)}">{escape(d.words.text)}</time>'
        if d.kind == "number":
            return f'<span class="number">{escape(d.words.text)}</span>'
        if d.kind == "address":
            return f'<a href="{escape(d.raw)}" rel="external noopener">{escape(d.words.text)}{_OUTWARD}</a>'
        if d.kind == "shape":
            return f"<code>{escape(d.words.text)}</code>"
        cut = f' <span class="muted">{message("(cut; the whole text is in the data)")}</span>' if d.cut else ""
        return self._words(d.words, True) + cut

    def _value(self, v: ShownValue, common: bool, marked: bool) -> str:
        written = self._datum(v.shown) if isinstance(v.shown, Datum) else self._ref(v.shown, True)
        if v.anchor:
            written = f'<span id="{escape(v.anchor)}">{written}</span>'
        if v.parts:
            written += f'<ul class="parts">{"".join(map(self._part, v.parts))}</ul>'
        if v.inferred and marked:
            written += f' <span class="badge inferred">{message("inferred")}</span>'
        if not common and v.graphs and not v.inferred:
            written += f'<span class="origin">{self._in_graphs(v.graphs)}</span>'
        return written

    def _part(self, g: Group) -> str:
        inner = ", ".join(self._value(value, True, True) for value in g.values)
        more = f" {message('and %(more)s more', more=escape(g.more))}" if g.more else ""
        return f'<li><span class="muted">{self._words(g.predicate.words, True)}:</span> {inner}{more}</li>'

    def _in_graphs(self, graphs: Sequence[Ref]) -> str:
        return message("in %(graphs)s", graphs=Markup(self._refs(graphs, ", ")))  # noqa: S704

    def _group(self, g: Group, marked: bool, first: int, origin: bool) -> str:
        graphs, rest = g.graphs, len(g.values) - first
        common = bool(graphs) or not origin
        parts = [f"<div><dt>{self._ref(g.predicate, True)}</dt>\n"]
        parts += [f"<dd>{self._value(value, common, marked)}</dd>\n" for value in g.values[:first]]
        if rest > 0:
            summary = message("%(values)s more on this page", values=escape(rest))
            rows = "".join(f"<li>{self._value(value, common, marked)}</li>" for value in g.values[first:])
            parts.append(f'<dd><details><summary>{summary}</summary><ul class="plain-list">{rows}</ul></details></dd>')
        if g.why:
            tags = {"tag1": Markup('<span class="sr">'), "end1": Markup("</span>")}
            why = message("why?<1> %(text)s</1>", **tags, text=escape(g.predicate.words.text))
            parts.append(f'<dd class="origin"><a href="{escape(g.why)}">{why}</a></dd>')
        if g.more:
            said = message("and %(more)s more that do not fit on this page; all are in the data", more=escape(g.more))
            parts.append(f'<dd class="muted">{said}</dd>')
        if origin and graphs and not g.values[0].inferred:
            parts.append(f'<dd class="origin">{self._in_graphs(graphs)}</dd>')
        parts.append("</div>\n")
        return "".join(parts)
