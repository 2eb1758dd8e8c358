"""What a project says of its validation: the keys of `[validate]`, ready to be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ckg.errors import ConfigError, SourceLocation
from ckg.model.config import FILE_NAME, Project, line_of
from ckg.model.prefixes import WELL_KNOWN, Prefixes
from ckg.model.vocabulary import SH_NS

TOLERATED = (f"{SH_NS}Info", f"{SH_NS}Warning")
"""Severities that stop nothing, unless a project says otherwise."""


@dataclass(frozen=True, slots=True)
class ValidationOptions:
    """How data are validated, and what stops a release.

    `tolerated` are the IRIs of severities that do not stop a release, `skipped` those of shapes that are not evaluated,
    `may_be_empty` those of shapes whose targets may fit nothing, each perhaps with a `*` at its end. With `strict`,
    a shapes graph that has something that is not evaluated is refused. `languages` are those of messages, the first the
    most wanted. What violates a shape of `warn_only`, names or IRIs, is a warning.
    """

    engine: str = "screened"
    tolerated: tuple[str, ...] = TOLERATED
    skipped: tuple[str, ...] = ()
    may_be_empty: tuple[str, ...] = ()
    strict: bool = False
    languages: tuple[str, ...] = ("en",)
    warn_only: tuple[str, ...] = ()

    @classmethod
    def of(cls, project: Project, prefixes: Mapping[str, str]) -> ValidationOptions:
        """Return what ckg.toml says; names may be written with a prefix. Raises ConfigError."""
        known = Prefixes({**WELL_KNOWN, **prefixes})

        def iris(key: str) -> tuple[str, ...]:
            return tuple(sorted({_iri(project, key, name, known) for name in project.get(key)}))

        return cls(
            engine=str(project.get("validate.engine")),
            tolerated=iris("validate.tolerated_severities"),
            skipped=iris("validate.skip_shapes"),
            may_be_empty=iris("validate.may_be_empty"),
            strict=bool(project.get("validate.strict")),
            languages=project.languages,
            warn_only=tuple(project.get("check.shapes_as_warnings")),
        )

    def lets_be_empty(self, shape: str) -> bool:
        """Whether the targets of a shape may fit nothing.

        >>> ValidationOptions(may_be_empty=("urn:shape:Never*",)).lets_be_empty("urn:shape:NeverAsserted")
        True
        """
        return any(shape.startswith(name[:-1]) if name.endswith("*") else shape == name for name in self.may_be_empty)


def _iri(project: Project, key: str, name: str, prefixes: Prefixes) -> str:
    if (found := prefixes.expand(name)) is not None:
        return found
    if ":" not in name or (":" in name and "/" not in name and not name.startswith(("urn:", "tag:"))):
        settings = project.folder / FILE_NAME
        raise ConfigError(
            f"`{key}` has {name!r}, which is no IRI, and no file declares such a prefix",
            key=key,
            place=SourceLocation(settings, line_of(settings, key)),
            hint="Write the whole IRI, or a prefix that the ontology declares (sh:declare).",
        )
    return name
