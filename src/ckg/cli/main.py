"""The `ckg` command: finds the subcommand, turns errors into messages and exit codes.

Exit codes: 0 done, 1 the data have errors (shapes, consistency, quotations), 2 the command could not
be carried out (usage, configuration, syntax, missing release), 130 interrupted.
"""

from __future__ import annotations

import importlib
import sys

import click

from ckg.errors import CkgError

COMMANDS = {
    "build": "Check, reason over and publish a project as a new release.",
    "validate": "Check the data against the SHACL shapes, without making a release.",
    "reason": "Print what OWL 2 RL reasoning adds to the data.",
    "explain": "Say why a triple holds, down to asserted statements and their files.",
    "query": "Run a SPARQL query on the current release.",
    "dump": "Write the current release in an RDF format.",
    "export": "Write the whole site of the current release as files, for any web host.",
    "serve": "Serve a project, or any file or folder of RDF, over HTTP; build first if there is no release.",
    "agreement": "Hold two coders' files of the same texts against each other.",
    "new": "Write a new record of any kind that the shapes know, checked.",
    "quote": "Print the selectors for a passage of a source text.",
    "diff": "Show what changed between two releases.",
    "stats": "Count the statements of the current release by their standing.",
    "verify": "Hold the files, graphs, dumps, store and catalogue of a release against each other.",
    "push": "Load a release into a SPARQL endpoint, check it there, and have it served.",
    "releases": "List the releases, or switch to another one.",
    "mcp": "Serve the data set to a language model (Model Context Protocol on standard input and output).",
    "init": "Make a project, or write down what is guessed of files of RDF; only what is missing is added.",
    "version": "Print the versions of ckg and of the engines it uses.",
}


class _Commands(click.Group):
    """Loads a command's module when the command is used, so that `ckg version` does not wait for a reasoner."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"ckg.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def ckg() -> None:
    """Publish a folder of RDF as checked, reasoned, evidence-backed linked data."""


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        ckg(prog_name="ckg", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except CkgError as error:
        show(error)
        sys.exit(error.exit_code)


def show(error: CkgError) -> None:
    """Print an error as people read it: where, what, and what to do."""
    click.echo(f"ckg: {error}", err=True)
    if error.hint:
        click.echo(f"     {error.hint}", err=True)
