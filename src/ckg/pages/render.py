"""Filling a template: what every page shares, and the templates' own vocabulary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from ckg.pages import compiled_templates, language_names, menu, messages, standing, text
from ckg.pages.folder import COLOURS, PagesFolder, markdown
from ckg.pages.site import Location, Site
from ckg.pages.standing import Standing
from ckg.pages.template_messages import TextMessages
from ckg.pages.terms import EVIDENCE
from ckg.pages.view_context import ViewContext
from ckg.pages.written_parts import WrittenParts
from ckg.release.layout import ProjectMetadata

CORE = "core"
"""Before a slash and a template's name: that of the core, whatever the project put in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The view model of a page; what a template shows beside this is in the fields of a class below it.

    `title` is plain text, `structured` JSON-LD for search engines, `alternates` are rows of address, media type and
    name of other formats, `canonical` is the IRI of what the page is about.
    """

    title: str
    description: str = ""
    structured: Mapping[str, object] | None = None
    alternates: Sequence[tuple[str, str, str]] = ()
    canonical: str = ""
    hide_search: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame around every page shows."""

    project: ProjectMetadata
    release_id: str
    licence_name: str
    languages: list[tuple[str, str]]
    language: str
    root: str
    here: str
    return_to: str
    navigation: list[tuple[str, str]]
    standings: tuple[Standing, ...]
    logo: str
    brand: str
    styles: list[str]
    footer: Markup
    is_copy: bool


def environment(folder: PagesFolder) -> Environment:
    """Return the templates, those of the project before those of the core, with their filters and parts."""
    core = PackageLoader("ckg.pages")
    own = [FileSystemLoader(folder.templates)] if folder.templates is not None else []
    made = Environment(
        loader=ChoiceLoader([*own, core, PrefixLoader({CORE: core})]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=[TextMessages],
        bytecode_cache=compiled_templates.shared(tuple(folder.config.languages)),
    )
    named = language_names.names(folder.config.languages)
    made.filters.update(date=text.date, grouped=messages.grouped, language_name=named, plain=text.plain)
    made.globals.update(
        is_translated=messages.is_translated,
        page_language=messages.language,
        script_messages=lambda *names: data_block(messages.of_scripts(*names)),
    )
    macros = made.get_template("macros.html")
    is_own = folder.templates is not None and (folder.templates / "macros.html").is_file()
    made.globals["m"] = macros.module if is_own else WrittenParts(macros.module, named)
    return made


def page(site: Site, reader: ViewContext, template: str, model: Page, added: Mapping[str, object] | None = None) -> str:
    """Return a page: the frame, the fields of its view model, and what a kind or a query adds to them.

    Raises `TypeError` where two of them have a value by the same name.
    """
    values = values_of(model)
    values["title"] = text.plain(model.title, 160)
    values["structured"] = data_block(model.structured) if model.structured else None
    shared = values_of(frame(site, reader)) | {
        "asset": lambda name: reader.path(f"static/{site.core_files.marked(name)}"),
        "at": reader.path,
    }
    for more in (values, added or {}):
        clash = shared.keys() & more.keys()
        if clash:
            raise TypeError(f"the page {template} has {', '.join(sorted(clash))} already")
        shared |= more
    return site.templates.get_template(template).render(shared)


def values_of(model: object) -> dict[str, Any]:
    """Return the fields of a view model by their names, not those of what stands in them; a mapping comes as it is."""
    if isinstance(model, Mapping):
        return dict(model)
    if not is_dataclass(model) or isinstance(model, type):
        raise TypeError(f"a view returns a dataclass or a mapping, not {type(model).__name__}")
    return {field.name: getattr(model, field.name) for field in fields(model)}


def frame(site: Site, reader: ViewContext) -> Frame:
    """Return what the frame around the page at hand shows."""
    location = site.location()
    if reader.frame is None:
        reader.frame = _frame(site, reader)
    same: Frame = reader.frame
    here = f"{reader.root}{location.path}"
    return replace(same, here=here, return_to=_return_to(location), is_copy=location.is_copy)


def _frame(site: Site, reader: ViewContext) -> Frame:
    """Return what the frame around every page of a release shows to a reader."""
    about, config = site.about, site.folder.config
    names = [site.project_files.marked(name) for name in (*_sheets(site), config.logo)]
    own = [reader.path(f"static/project/{name}") for name in names]
    has_standing = site.graph.lookup.count(predicate=EVIDENCE.standing.value, most=1).number
    return Frame(
        project=replace(about, title=messages.gettext(about.title), description=messages.gettext(about.description)),
        release_id=site.release.id,
        licence_name=text.licence_name(about.license) or about.license,
        languages=[(tag, language_names.own_name(tag, config.languages)) for tag in about.languages],
        language=reader.language,
        root=reader.root,
        here="",
        return_to="",
        navigation=menu.entries(site.menu, reader),
        standings=standing.ALL if has_standing else (standing.INFERRED,),
        logo=own[-1] if config.logo else "",
        brand=messages.gettext(config.brand or about.title),
        styles=own[:-1],
        footer=_footer(site),
        is_copy=False,
    )


def _sheets(site: Site) -> list[str]:
    config = site.folder.config
    return [*([COLOURS] if config.light or config.dark else []), *config.styles]


def _footer(site: Site) -> Markup:
    folder, name = site.folder.folder, site.folder.config.footer
    return markdown.render((folder / name).read_text(encoding="utf-8")) if folder is not None and name else Markup()


def data_block(value: Mapping[str, object]) -> Markup:
    r"""Return JSON that can stand in a script element without ending it or being taken for markup.

    >>> str(data_block({"name": "</script><!--"}))
    '{"name":"\\u003c/script\\u003e\\u003c!--"}'
    """
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return Markup(written)  # noqa: S704  # no character that HTML or script could act on is left


def _return_to(location: Location) -> str:
    """Return the address of the page at hand without a language in it, percent-encoded."""
    query = urlencode([(key, value) for key, value in location.arguments if key != "lang"])
    return quote(location.path, safe="/-._~%:@,;=+!") + (f"?{query}" if query else "")
