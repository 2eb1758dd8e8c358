"""Pages that load anew when another release is served, for those who edit files and look at the result."""

from __future__ import annotations

from flask import Flask, Response, request

from ckg.web.open_release import serving

_END_OF_HEAD = "</head>"


def register(app: Flask) -> None:
    """Let every page of an application ask which release is served, and load again when it is another one."""
    app.after_request(_with_script)


def _with_script(answer: Response) -> Response:
    """Put the script into the head of a page."""
    if answer.mimetype == "text/html" and not answer.direct_passthrough:
        root = request.script_root
        name = serving().site.core_files.marked("reload.js")
        script = f'<script src="{root}/static/{name}" data-root="{root}" defer></script>\n'
        answer.set_data(answer.get_data(as_text=True).replace(_END_OF_HEAD, script + _END_OF_HEAD, 1))
    return answer
