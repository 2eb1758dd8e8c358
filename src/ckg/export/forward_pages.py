"""Small pages that lead on: what a redirect is where a host serves files and has no rules."""

from __future__ import annotations

import html
from dataclasses import dataclass

from ckg.export.file_names import link


@dataclass(frozen=True, slots=True)
class Forward:
    """The file that a page leads on to and the fragment there, the IRI that it is about, and files of other formats.

    `alternates` are rows of file and media type.
    """

    target: str
    fragment: str = ""
    iri: str = ""
    alternates: tuple[tuple[str, str], ...] = ()


def forward_page(file: str, to: Forward, script: str) -> bytes:
    """Return the page in `file` that leads on; `script` is the file that keeps the fragment of the address."""

    def href(target: str) -> str:
        return html.escape(link(file, target))

    target = href(to.target) + (f"#{html.escape(to.fragment)}" if to.fragment else "")
    named = html.escape(to.iri or "Moved")
    links = [f'<link rel="canonical" href="{named}">'] if to.iri else []
    links += [
        f'<link rel="alternate" href="{href(other)}" type="{html.escape(media_type)}">'
        for other, media_type in to.alternates
    ]
    rows = (
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{named}</title>",
        *links,
        f'<script src="{href(script)}" data-target="{target}"></script>',
        f'<meta http-equiv="refresh" content="0; url={target}">',
        "</head>",
        f'<body><main><h1>{named}</h1><p><a href="{target}">The document is here.</a></p></main></body>',
        "</html>",
    )
    return ("\n".join(rows) + "\n").encode()
