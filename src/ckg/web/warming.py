"""Rendering what is asked first before it is asked: templates, labels and the first pages of a release."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Final

from flask import Flask
from werkzeug.test import EnvironBuilder

from ckg.formats import DOCUMENT_FORMATS, HTML
from ckg.web.addresses import of_iri
from ckg.web.open_release import ENVIRON, OpenRelease

_LOG: Final = logging.getLogger(__name__)
_PAGES: Final = ("/", "/sparql", "/search", "/catalog")
_EXAMPLES: Final = 3
_WITHIN_S: Final = 3.0  # a switch is not put off by more, whatever the pages of a project do


def warm(app: Flask, opened: OpenRelease) -> int:
    """Render pages of a release that is about to be served, in the language of most readers; return how many.

    They are asked of the views themselves: no hook sees them and no metric counts them. What a view raises is a
    matter of the first reader who asks for the page, not of the switch.
    """
    made, until = 0, time.monotonic() + _WITHIN_S
    for path, accept in _asked(opened):
        if time.monotonic() > until:
            break
        environ = EnvironBuilder(path=path, headers=[("Accept", accept)]).get_environ()
        environ[ENVIRON] = opened
        environ["SCRIPT_NAME"] = app.config["CKG"]["serve.prefix"]
        try:
            with app.request_context(environ):
                app.dispatch_request()
            made += 1
        except Exception as error:  # noqa: BLE001 - see above
            _LOG.debug("%s could not be rendered before the switch: %s", path, error)
    return made


def _asked(opened: OpenRelease) -> Iterator[tuple[str, str]]:
    """Yield addresses, and what is accepted there."""
    for path in _PAGES:
        yield path, HTML.media_type
    for header in opened.site.overview.headers[:_EXAMPLES]:  # an ontology reads its hierarchies once
        address = opened.finder.find_about(header.value)
        if address is not None:
            yield address.href(""), HTML.media_type
    release = opened.release
    for example in release.about.examples[:_EXAMPLES]:
        address = of_iri(release.base, example if ":" in example else release.base.iri + example)
        if address is not None:
            for wanted in DOCUMENT_FORMATS:
                yield address.href(""), wanted.media_type
