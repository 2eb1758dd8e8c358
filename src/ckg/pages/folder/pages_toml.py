"""Reading pages.toml: which pages a project adds to those of the core, and how its site looks.

Classes and properties are written as IRIs or as names with a prefix that the project declares.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from ckg.errors import ConfigError, SourceLocation
from ckg.model.prefixes import Prefixes

FILE_NAME = "pages.toml"
TEMPLATES, QUERIES, STATIC = "templates", "queries", "static"

_TABLES: Mapping[str, tuple[str, ...]] = {
    "site": ("logo", "brand", "footer", "styles"),
    "labels": ("names", "definitions"),
    "things": ("part_of", "figures"),
    "concepts": ("rank",),
    "maps": ("country_codes", "country_classes"),
    "colours": ("light", "dark"),
    "programs": ("pitfalls",),
    "evidence": ("grades",),
}
"""The tables with a fixed list of keys; in the others (`languages`, `schema_org`) the keys are names."""

_LISTS: Mapping[str, tuple[str, ...]] = {
    "kind": ("classes", "template", "view", "queries"),
    "page": ("path", "title", "template", "view", "queries", "table"),
    "menu": ("path", "title", "classes"),
}
_NAMED = ("languages", "schema_org")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{3,8}|(?:rgb|hsl|oklch)\([0-9.,%/ a-z]+\)|[a-z]+")
_REFERENCE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)*")
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Filling:
    """What fills a template: a Python view (`module:function`, or empty) and queries by the name templates know."""

    template: str
    view: str = ""
    queries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KindConfig:
    """A kind of page: the classes whose members get it, and what fills it."""

    classes: tuple[NamedNode, ...]
    filling: Filling


@dataclass(frozen=True, slots=True)
class PageConfig:
    """A page about no one thing, at a path below the site's root; the empty path is the first page.

    `table` is a Python function (`module:function`) that returns the table it shows, empty for a page without one.
    """

    path: str
    title: str
    filling: Filling
    table: str = ""


@dataclass(frozen=True, slots=True)
class MenuConfig:
    """An entry of the menu: where it leads, its words (empty: those of the core), and what must be there for it."""

    path: str
    title: str
    classes: tuple[NamedNode, ...]


@dataclass(frozen=True, slots=True)
class LanguageConfig:
    """What a language is called: in itself and in English, empty where the project does not say."""

    own: str
    english: str


@dataclass(frozen=True, slots=True)
class PagesConfig:
    """Everything that pages.toml says; a project without one has the defaults."""

    logo: str = ""
    brand: str = ""
    footer: str = ""
    styles: tuple[str, ...] = ()
    light: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, LanguageConfig] = field(default_factory=dict)
    names: tuple[NamedNode, ...] = ()
    definitions: tuple[NamedNode, ...] = ()
    schema_org: tuple[tuple[NamedNode, str], ...] = ()
    part_of: tuple[NamedNode, ...] = ()
    figures: str = ""
    rank: tuple[NamedNode, ...] = ()
    country_codes: tuple[NamedNode, ...] = ()
    country_classes: tuple[NamedNode, ...] = ()
    kinds: tuple[KindConfig, ...] = ()
    pages: tuple[PageConfig, ...] = ()
    menu: tuple[MenuConfig, ...] = ()
    pitfalls: tuple[str, ...] = ()
    grades: tuple[NamedNode, ...] = ()

    @property
    def views(self) -> tuple[str, ...]:
        """Every Python function that is named, as `module:function`."""
        named = [kind.filling.view for kind in self.kinds] + [page.filling.view for page in self.pages]
        named += [page.table for page in self.pages]
        return tuple(dict.fromkeys(view for view in (*named, self.figures) if view))

    @property
    def fillings(self) -> tuple[Filling, ...]:
        """What fills each template that is named."""
        return (*(kind.filling for kind in self.kinds), *(page.filling for page in self.pages))


def read(folder: Path, prefixes: Prefixes) -> PagesConfig:
    """Read `folder`/pages.toml, if it is there. Raises `ConfigError` that names the file and the key."""
    path = folder / FILE_NAME
    if not path.is_file():
        return PagesConfig()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"not valid TOML: {error}", place=SourceLocation(path)) from None
    return _Reader(path, prefixes).config(document)


class _Reader:
    """Takes values out of pages.toml, each checked where it is taken."""

    def __init__(self, path: Path, prefixes: Prefixes) -> None:
        self._path = path
        self._prefixes = prefixes

    def config(self, document: Mapping[str, Any]) -> PagesConfig:
        self._known("", document, (*_TABLES, *_LISTS, *_NAMED))
        table = {name: self._table(document, name) for name in (*_TABLES, *_NAMED)}
        for name, keys in _TABLES.items():
            self._known(name, table[name], keys)
        rows = {name: self._rows(document, name, keys) for name, keys in _LISTS.items()}
        return PagesConfig(
            logo=self._file(table["site"], "site.logo"),
            brand=self._text(table["site"], "site.brand"),
            footer=self._file(table["site"], "site.footer"),
            styles=tuple(self._texts(table["site"], "site.styles")),
            light=self._colours(table["colours"], "light"),
            dark=self._colours(table["colours"], "dark"),
            languages={tag: self._language(tag, row) for tag, row in table["languages"].items()},
            names=self._terms(table["labels"], "labels.names"),
            definitions=self._terms(table["labels"], "labels.definitions"),
            schema_org=tuple(
                (self._term(name, "schema_org"), self._text(table["schema_org"], f"schema_org.{name}", name))
                for name in table["schema_org"]
            ),
            part_of=self._terms(table["things"], "things.part_of"),
            figures=self._view(table["things"], "things.figures"),
            rank=self._terms(table["concepts"], "concepts.rank"),
            country_codes=self._terms(table["maps"], "maps.country_codes"),
            country_classes=self._terms(table["maps"], "maps.country_classes"),
            kinds=tuple(self._kind(row) for row in rows["kind"]),
            pages=tuple(self._page(row) for row in rows["page"]),
            menu=tuple(self._menu(row) for row in rows["menu"]),
            pitfalls=tuple(self._texts(table["programs"], "programs.pitfalls")),
            grades=self._terms(table["evidence"], "evidence.grades"),
        )

    def _kind(self, row: Mapping[str, Any]) -> KindConfig:
        classes = self._terms(row, "kind.classes")
        if not classes:
            raise self._wrong("kind.classes", "is empty", 'Name the classes of the things, as in ["ex:Book"].')
        return KindConfig(classes, self._filling(row, "kind"))

    def _page(self, row: Mapping[str, Any]) -> PageConfig:
        path = self._text(row, "page.path").strip("/")
        if path and not _PATH.fullmatch(path):
            raise self._wrong("page.path", f"is {path!r}", "Use letters, digits, hyphens and slashes only.")
        table = self._view(row, "page.table")
        if table and not path:
            raise self._wrong("page.table", "is set for the first page", "Give the table a path of its own.")
        filling = self._filling({"template": "table.html", **row} if table else row, "page")
        return PageConfig(path, self._text(row, "page.title"), filling, table)

    def _menu(self, row: Mapping[str, Any]) -> MenuConfig:
        path = self._text(row, "menu.path")
        if not _WEB.fullmatch(path):
            path = path.strip("/")
            if path and not _PATH.fullmatch(path):
                raise self._wrong("menu.path", f"is {path!r}", "Write a path on this site or an http(s) address.")
        return MenuConfig(path, self._text(row, "menu.title"), self._terms(row, "menu.classes"))

    def _filling(self, row: Mapping[str, Any], name: str) -> Filling:
        template = self._file(row, f"{name}.template")
        if not template:
            raise self._wrong(f"{name}.template", "is missing", f"Name a file in {TEMPLATES}/.")
        queries = row.get("queries", {})
        if not isinstance(queries, Mapping) or not all(isinstance(file, str) for file in queries.values()):
            raise self._wrong(f"{name}.queries", "is no table of names and files", 'Write { rows = "rows.rq" }.')
        for variable in queries:
            if not variable.isidentifier():
                raise self._wrong(f"{name}.queries", f"has the name {variable!r}", "Use a name that templates can use.")
        return Filling(template, self._view(row, f"{name}.view"), dict(queries))

    def _language(self, tag: str, row: object) -> LanguageConfig:
        if not isinstance(row, Mapping):
            raise self._wrong(f"languages.{tag}", "must be a table", 'Write { own = "…", english = "…" }.')
        self._known(f"languages.{tag}", row, ("own", "english"))
        return LanguageConfig(self._text(row, f"languages.{tag}.own"), self._text(row, f"languages.{tag}.english"))

    def _colours(self, table: Mapping[str, Any], scheme: str) -> Mapping[str, str]:
        found = self._table(table, scheme, f"colours.{scheme}")
        for name, value in found.items():
            if not re.fullmatch(r"[a-z][a-z-]*", name) or not isinstance(value, str) or not _COLOUR.fullmatch(value):
                raise self._wrong(f"colours.{scheme}.{name}", f"is {value!r}", 'Write a colour, as in "#0b4f5e".')
        return dict(found)

    def _terms(self, table: Mapping[str, Any], key: str) -> tuple[NamedNode, ...]:
        return tuple(self._term(name, key) for name in self._texts(table, key))

    def _term(self, name: str, key: str) -> NamedNode:
        """Return the node of an IRI, or of a name with a prefix."""
        iri = self._prefixes.expand(name) or (name if "://" in name else "")
        try:
            return NamedNode(iri)
        except ValueError:
            known = ", ".join(self._prefixes) or "none"
            raise self._wrong(
                key, f"has {name!r}, which is no IRI and has no known prefix", f"Prefixes: {known}."
            ) from None

    def _texts(self, table: Mapping[str, Any], key: str) -> list[str]:
        value = table.get(key.rpartition(".")[2], [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, f"must be a list of texts, not {value!r}", 'Write ["a", "b"].')
        return value

    def _text(self, table: Mapping[str, Any], key: str, name: str = "") -> str:
        value = table.get(name or key.rpartition(".")[2], "")
        if not isinstance(value, str):
            raise self._wrong(key, f"must be a text, not {value!r}", "Put it in quotation marks.")
        return value

    def _file(self, table: Mapping[str, Any], key: str) -> str:
        value = self._text(table, key)
        if value and (value.startswith(("/", ".")) or ".." in value.split("/") or "\\" in value):
            raise self._wrong(key, f"is {value!r}", "Name a file below the folder pages/.")
        return value

    def _view(self, table: Mapping[str, Any], key: str) -> str:
        value = self._text(table, key)
        if value and not _REFERENCE.fullmatch(value):
            raise self._wrong(key, f"is {value!r}", "Write module:function, as in views.books:view.")
        return value

    def _table(self, document: Mapping[str, Any], name: str, key: str = "") -> Mapping[str, Any]:
        value = document.get(name, {})
        if not isinstance(value, Mapping):
            raise self._wrong(key or name, "must be a table", f"Write [{key or name}].")
        return value

    def _rows(self, document: Mapping[str, Any], name: str, keys: tuple[str, ...]) -> list[Mapping[str, Any]]:
        rows = document.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise self._wrong(name, "must be a list of tables", f"Write [[{name}]].")
        for row in rows:
            self._known(name, row, keys)
        return rows

    def _known(self, table: str, found: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        for name in found:
            if name not in keys:
                close = difflib.get_close_matches(name, keys, n=1)
                hint = f"Did you mean `{close[0]}`?" if close else f"There are: {', '.join(keys)}."
                raise self._wrong(f"{table}.{name}" if table else name, "is not known", hint)

    def _wrong(self, key: str, problem: str, hint: str) -> ConfigError:
        return ConfigError(f"`{key}` {problem}", key=key, place=SourceLocation(self._path, self._line(key)), hint=hint)

    def _line(self, key: str) -> int | None:
        """Return the line on which a key stands, where it stands on one only."""
        name = re.escape(key.rpartition(".")[2])
        lines = self._path.read_text(encoding="utf-8").splitlines()
        found = [n for n, line in enumerate(lines, 1) if re.match(rf'\s*"?{name}"?\s*=|\s*\[+.*\b{name}\]', line)]
        return found[0] if len(found) == 1 else None
