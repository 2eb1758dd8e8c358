"""Which page a thing gets: by its classes, the first kind that fits; anything else gets the general page.

The project's kinds come before those of the core.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from ckg.pages import claims, concepts, ontology_pages, saved_queries, source_pages, term_pages
from ckg.pages.folder import PagesFolder
from ckg.pages.terms import EVIDENCE, OWL, SKOS
from ckg.pages.view_context import ViewContext

View = Callable[[ViewContext, NamedNode], object]
"""Returns the view model of a thing: a dataclass (or a mapping) whose fields the template reads by name."""


@dataclass(frozen=True, slots=True)
class PageKind:
    """One kind of page: the classes it is for, its template, and what fills it.

    `queries` are the project's queries by the name that the template knows; `lists_parts` says whether the page lists
    what shares its document, where the template does not do so itself.
    """

    classes: tuple[NamedNode, ...]
    template: str
    view: View | None = None
    queries: Mapping[str, str] = field(default_factory=dict)
    lists_parts: bool = True


THING = PageKind((), "thing.html")

CORE: tuple[PageKind, ...] = (
    PageKind((EVIDENCE.Conflict,), "conflict.html", claims.conflict_view),
    PageKind((EVIDENCE.Claim, EVIDENCE.Observation), "claim.html", claims.view),
    PageKind((EVIDENCE.Source,), "source.html", source_pages.view),
    PageKind((EVIDENCE.Quotation,), "quotation.html", source_pages.quotation_view),
    PageKind((OWL.Ontology,), "ontology.html", ontology_pages.ontology_view, lists_parts=False),
    PageKind((SKOS.ConceptScheme,), "scheme.html", concepts.scheme_view),
    PageKind((SKOS.Concept,), "concept.html", concepts.concept_view),
    PageKind(saved_queries.CLASSES, "saved_query.html", saved_queries.view),
    PageKind(term_pages.KINDS, "term.html", term_pages.term_view),
)


def of_folder(folder: PagesFolder) -> tuple[PageKind, ...]:
    """Return the kinds of page that a project adds, in its order."""
    return tuple(
        PageKind(
            row.classes,
            row.filling.template,
            folder.function(row.filling.view) if row.filling.view else None,
            {name: folder.query(file) for name, file in row.filling.queries.items()},
        )
        for row in folder.config.kinds
    )


def kind_of(reader: ViewContext, node: NamedNode, own: tuple[PageKind, ...] = ()) -> PageKind:
    """Return the kind of page for a thing."""
    types = reader.graph.lookup.types(node)
    for kind in (*own, *CORE):
        if any(cls.value in types for cls in kind.classes):
            return kind
    return THING
