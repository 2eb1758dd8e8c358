"""The pages folder of a project: what it adds to the pages of the core, and what it puts in their place.

It lies in the project and is copied into each release; everything here works on either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from jinja2 import Environment, TemplateError, TemplateSyntaxError, meta

from ckg.errors import ProjectError, SourceLocation
from ckg.model.prefixes import Prefixes
from ckg.model.site_paths import SITE_PATHS
from ckg.pages.folder import markdown, pages_toml, queries
from ckg.pages.folder.code import Code
from ckg.pages.folder.pages_toml import QUERIES, STATIC, TEMPLATES, PagesConfig
from ckg.release.pages_folder import files

COLOURS = "colours.css"
"""The style sheet that is made of the colours of pages.toml; a file of the folder may not be called so."""

_NOT_PAGES = frozenset({"readme", "changelog"})


class PagesFolder:
    """A pages folder, opened; None for a project or a release that has none.

    `close` lets go of its Python code. Raises `ProjectError` where the folder cannot be used.
    """

    def __init__(self, folder: Path | None, prefixes: Prefixes) -> None:
        self.folder = folder
        self.config = pages_toml.read(folder, prefixes) if folder is not None else PagesConfig()
        self.templates = folder / TEMPLATES if folder is not None else None
        self.static = folder / STATIC if folder is not None else None
        self.texts = dict(_texts(folder, self.config.footer)) if folder is not None else {}
        self._queries = {name: queries.checked(self._path(QUERIES, name)) for name in self._named_queries()}
        self._code = Code(folder) if folder is not None and self.config.views else None
        try:
            self._functions = {name: self._code.function(name) for name in self.config.views} if self._code else {}
        except ProjectError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the Python code."""
        if self._code is not None:
            self._code.close()

    def function(self, reference: str) -> Callable[..., object]:
        """Return the Python function that pages.toml names as `module:function`."""
        return self._functions[reference]

    @property
    def queries(self) -> dict[Path, str]:
        """The text of every query that pages.toml names, by its file."""
        return {self._path(QUERIES, name): text for name, text in self._queries.items()}

    def query(self, name: str) -> str:
        """Return the text of a query that pages.toml names."""
        return self._queries[name]

    def text(self, path: str) -> markdown.TextPage | None:
        """Return the page of text at a path, or None where there is none."""
        file = self.texts.get(path)
        return markdown.read(file) if file is not None else None

    def check(self, templates: Callable[[], Environment]) -> None:
        """Raise `ProjectError` for what only shows when a page is made: templates, files, paths that are taken.

        `templates` gives those of the core with those of this folder before them.
        """
        if self.folder is None:
            return
        self._check_templates(templates)
        named = [self._path(STATIC, name) for name in (self.config.logo, *self.config.styles) if name]
        named += [self._path(self.config.footer)] if self.config.footer else []
        for path in named:
            if not path.is_file():
                raise ProjectError("there is no such file, which pages.toml names", place=SourceLocation(path))
        colours = self._path(STATIC, COLOURS)
        if colours.exists():
            raise ProjectError("the name is taken by the colours of pages.toml", place=SourceLocation(colours))
        self._check_texts()
        self._check_paths()

    def _check_paths(self) -> None:
        assert self.folder is not None
        paths = [page.path for page in self.config.pages]
        for path in (*paths, *self.texts):
            if path.partition("/")[0] in SITE_PATHS:
                raise ProjectError(
                    f"the path /{path} is the server's own",
                    place=SourceLocation(self.texts.get(path, self.folder / pages_toml.FILE_NAME)),
                    hint="Give the page another path; a template of the core is replaced by one of the same name.",
                )
        for path in paths:
            if paths.count(path) > 1 or path in self.texts:
                raise ProjectError(
                    f"two pages have the path /{path}", place=SourceLocation(self.folder / pages_toml.FILE_NAME)
                )

    def _check_templates(self, templates: Callable[[], Environment]) -> None:
        """Load every template of the folder, those that pages.toml names, and those that they build on."""
        own = sorted(self.templates.rglob("*.html")) if self.templates is not None and self.templates.is_dir() else []
        path = self._path(pages_toml.FILE_NAME)
        try:
            loaded = templates()
            for path in own:
                assert self.templates is not None
                loaded.get_template(path.relative_to(self.templates).as_posix())
                for name in meta.find_referenced_templates(loaded.parse(path.read_text(encoding="utf-8"))):
                    if name is not None:  # None: a name that is only known when the page is made
                        loaded.get_template(name)
            path = self._path(pages_toml.FILE_NAME)
            for filling in self.config.fillings:
                loaded.get_template(filling.template)
        except TemplateSyntaxError as error:
            place = SourceLocation(Path(error.filename or str(path)), error.lineno)
            raise ProjectError(f"not a valid template: {error.message}", place=place) from error
        except TemplateError as error:
            hint = f"Put it into {TEMPLATES}/, or name one of the core."
            raise ProjectError(f"there is no template {error}", place=SourceLocation(path), hint=hint) from error
        except UnicodeDecodeError as error:
            raise ProjectError(f"not UTF-8: {error}", place=SourceLocation(path)) from error

    def _check_texts(self) -> None:
        footer = [self._path(self.config.footer)] if self.config.footer else []
        for path in (*self.texts.values(), *footer):
            try:
                markdown.read(path)
            except UnicodeDecodeError as error:
                raise ProjectError(f"not UTF-8: {error}", place=SourceLocation(path)) from error

    def _named_queries(self) -> list[str]:
        return [name for filling in self.config.fillings for name in filling.queries.values()]

    def _path(self, *parts: str) -> Path:
        return (self.folder or Path()).joinpath(*parts)


def _texts(folder: Path, footer: str) -> Iterator[tuple[str, Path]]:
    """Yield the pages of text by their path: each Markdown file that is neither the footer nor about the folder."""
    for path in files(folder):
        inside = path.relative_to(folder)
        if path.suffix != ".md" or str(inside) == footer or inside.parts[0] in (TEMPLATES, QUERIES, STATIC):
            continue
        if path.stem.casefold() not in _NOT_PAGES:
            yield inside.with_suffix("").as_posix(), path
