"""Rendering what is asked first before it is asked: templates, labels and the first pages of a release.

After these, what readers asked the release before for lately is asked again of the new one, and kept where its front
looks for it, so that a switch does not make all of them wait at once. Two kinds of readers are served in turn. What
people read is read again soon: most recently used first. A crawler goes round in a cycle: what it has not asked for
longest comes next, but what it will ask for before the switch is left out, by the rate at which kept answers are given.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from typing import Final

from werkzeug.test import EnvironBuilder

from ckg.formats import DOCUMENT_FORMATS, HTML
from ckg.web.addresses import of_iri
from ckg.web.app import EXTENSION, Application
from ckg.web.entities import RULES
from ckg.web.front import wsgi
from ckg.web.front.request import of_key
from ckg.web.metrics import UNASKED
from ckg.web.open_release import ENVIRON, OpenRelease, ReleaseSwitcher
from ckg.web.response_cache import CachedResponse, Key

_LOG: Final = logging.getLogger(__name__)
_PAGES: Final = ("/", "/sparql", "/search", "/catalog")
_EXAMPLES: Final = 3
_FIRST_PAGES_WITHIN_S: Final = 3.0  # whatever the pages of a project do
# A switch is put off by no more: a sixth of the minute for which any cache may give an answer again (`headers`).
_WITHIN_S: Final = 10.0
_REST_FOR_WORK: Final = 0.2
_LONGEST_PAUSE_S: Final = 0.1


def warm(app: Application, opened: OpenRelease, before: OpenRelease | None, since: float) -> int:
    """Render pages of a release that is about to be served, in the language of most readers; return how many.

    They are asked of the views themselves: no hook sees them and no metric counts them. What a view raises is a
    matter of the first reader who asks for the page, not of the switch. `before` is the release that is served until
    then, if any; the switch is due `since` a time of the monotonic clock.
    """
    began = time.monotonic()
    made = 0
    hits = before.response_cache.hits if before is not None else 0
    for path, accept in _asked(opened):
        if time.monotonic() > began + _FIRST_PAGES_WITHIN_S:
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
    if before is not None:
        now = time.monotonic()
        rate = (before.response_cache.hits - hits) / max(now - began, 0.001)
        until = since + _WITHIN_S
        made += again(app, opened, before, until=until, passed=int(rate * max(0.0, until - now)))
    return made


def again(app: Application, opened: OpenRelease, before: OpenRelease, *, until: float, passed: int = 0) -> int:
    """Have a release answer what another one has answered lately, and keep it under the same keys; return how many.

    It ends at `until`, a time of the monotonic clock, and when the server does. `passed` is how many of the answers
    that were not used for longest are likely to be asked for before the switch. Every answer is given as to its reader,
    and kept only as that would be; where code beside this package's own sees requests or answers, nothing is asked. The
    thread rests for a fifth of the time that it works, for the event loop waits for the same interpreter.
    """
    if not app.is_plain:
        return 0
    current: ReleaseSwitcher = app.extensions[EXTENSION]
    application = app.answering_from(opened)
    proxies = int(app.config["CKG"]["serve.proxies"])
    made = 0
    for key in _in_turn([key for key, kept in before.response_cache.latest() if _is_document(kept)], passed):
        began = time.monotonic()
        if began >= until or current.is_closing:
            break
        request = of_key(key)
        # A key that these fields do not give again, as one of other settings, is no reader's any more.
        if key in opened.response_cache or request.key(forwarded=proxies > 0) != key:
            continue
        wsgi.call(application, request, key, {UNASKED: True})
        made += 1
        now = time.monotonic()
        time.sleep(max(0.0, min(_REST_FOR_WORK * (now - began), until - now, _LONGEST_PAUSE_S)))
    return made


def _is_document(kept: CachedResponse) -> bool:
    """Say whether an answer is a document, which depends on nothing but its key and the release."""
    return not kept.form and kept.route in RULES


def _in_turn(latest: Sequence[Key], passed: int) -> Iterator[Key]:
    """Yield keys, given the most recently used first, from both ends, each once."""
    cycle = [*reversed(latest)]
    if passed < len(cycle):
        cycle = cycle[passed:]
    pairs = zip_longest(latest, cycle)
    return iter(dict.fromkeys(key for key in chain.from_iterable(pairs) if key is not None))


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
