"""For those who watch over the server: is it alive, can it answer."""

from __future__ import annotations

from flask import Flask, Response, jsonify

import ckg
from ckg.web.serving import serving


def register(app: Flask) -> None:
    """Add `/healthz` (the process answers) and `/readyz` (the release can be read)."""

    @app.get("/healthz")
    def healthz() -> Response:
        return _fresh(jsonify(status="ok"))

    @app.get("/readyz")
    def readyz() -> Response:
        current = serving()
        ready = current.lookup.count(most=1).number > 0
        answer = _fresh(
            jsonify(status="ready" if ready else "empty", release=current.release.id, version=ckg.__version__)
        )
        answer.status_code = 200 if ready else 503
        return answer


def _fresh(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
