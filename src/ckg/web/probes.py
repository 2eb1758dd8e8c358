"""For those who watch over the server: is it alive, can it answer.

The front answers both itself, whatever the threads do (`front.server`); these routes are for other WSGI servers.
"""

from __future__ import annotations

from flask import Flask, Response, jsonify

import ckg
from ckg.web.serving import Serving, serving


def state(current: Serving) -> tuple[bool, dict[str, object]]:
    """Say whether a release can be read and queried, and what it is."""
    full, workers = current.lookup.count(most=1).number > 0, current.pool.healthy
    status = "ready" if full and workers else "no query workers" if full else "empty"
    return full and workers, {"status": status, "release": current.release.id, "version": ckg.__version__}


def register(app: Flask) -> None:
    """Add `/healthz` (the process answers) and `/readyz` (the release can be read and queried)."""

    @app.get("/healthz")
    def healthz() -> Response:
        return _fresh(jsonify(status="ok"))

    @app.get("/readyz")
    def readyz() -> Response:
        ready, values = state(serving())
        answer = _fresh(jsonify(values))
        answer.status_code = 200 if ready else 503
        return answer


def _fresh(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
