"""`ckg mcp`."""

from __future__ import annotations

from pathlib import Path

import click

from ckg.agents import mcp_server
from ckg.agents.curator import CuratorTools
from ckg.cli.options import find_project, out_option, project_option
from ckg.opening import open_graph
from ckg.project_places import release_root


@click.command()
@project_option
@out_option
@click.option("--url", metavar="ADDRESS", help="Ask a running server instead of a release on this machine.")
def command(folder: Path | None, root: Path | None, url: str | None) -> None:
    """Serve the data set to a language model: the Model Context Protocol on standard input and output.

    Each fact comes with its standing, its words and their source. With a project folder on this machine, `validate`
    checks what a curator has written. `/mcp` of a running server offers the same tools over HTTP.
    """
    if url is not None and (folder is not None or root is not None):
        raise click.UsageError("give either --url or a folder, not both")
    if url is not None:
        with open_graph(url) as graph:
            mcp_server.make(graph).run("stdio")
        return
    project = find_project(folder)
    with open_graph(release_root(project, root)) as graph:
        mcp_server.make(graph, more=CuratorTools(project.folder).all).run("stdio")
