"""Run the commands shown in docs/tour.md, tutorial.md and curating.md, and write what they really print.

A block marked `console` is run, line by line, in one session per document: `$ ` starts a command, `> ` goes on with it,
and what follows is what it printed. A command that ends in ` &` runs until the end of the document. What differs from
one machine or build to the next (hashes, the port, the folder, what is in the sandbox) is shown as the document
has it, hashes as `…`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = tuple(ROOT / "docs" / name for name in ("tour.md", "tutorial.md", "curating.md"))
PORT = "8000"
SECONDS = 300
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HASHES = (
    (re.compile(r"(\b\d+\.\d+\.\d+)-[0-9a-f]{12}\b"), r"\1-…"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "…"),
    (re.compile(r"_:b[0-9a-z]{8,}"), "_:…"),
    (re.compile(r"(  Sandbox of the query workers: ).*(?:\n  Missing on this machine: .*)?"), r"\1…"),
)


@dataclass
class Session:
    """A shell in a folder, as the reader of one document has it; `releases` is where the shipped data lie built."""

    folder: Path
    home: Path
    releases: Path | None = None
    port: str = ""
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = str(probe.getsockname()[1])
        self.start = self.folder

    def run(self, command: str) -> str:
        """Run a command and return what it printed, as the document shows it."""
        text = self._adapted(command)
        if text.endswith(" &"):
            return self._shown(self._serve(text.removesuffix(" &")))
        end = f"\nprintf '\\0%s' \"$PWD\" >{self.home}/pwd"
        done = subprocess.run(
            ["bash", "-c", text + end],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
        self.folder = Path((self.home / "pwd").read_text(encoding="utf-8").removeprefix("\0"))
        return self._shown(done.stdout.decode())

    def close(self) -> None:
        """Stop what still runs."""
        for server in self.servers:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(SECONDS)

    def _adapted(self, command: str) -> str:
        # `./run` would first install; the environment that this runs in is the one it makes.
        command = re.sub(r"^\./run (?:ckg )?", "ckg ", command)
        if self.releases is not None:
            command = re.sub(r"^ckg (\w+)", rf"ckg \1 --releases {self.releases}", command)
        command = re.sub(r"^(ckg serve\b[^&]*?)(?: --port \d+)?( &)$", rf"\1 --port {self.port}\2", command)
        return command.replace(f":{PORT}", f":{self.port}")

    def _serve(self, command: str) -> str:
        out = self.home / "server.txt"
        with out.open("wb") as target:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {command}"],
                cwd=self.folder,
                env=self._environment(),
                stdout=target,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.servers.append(process)
        wait = f"until curl -sf http://127.0.0.1:{self.port}/readyz; do sleep 0.2; done"
        subprocess.run(["bash", "-c", wait], capture_output=True, timeout=SECONDS, check=True)
        return out.read_text(encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {
            **os.environ,
            "PATH": path,
            "HOME": str(self.home),
            "COLUMNS": "112",
            "NO_COLOR": "1",
            "LC_ALL": "C.UTF-8",
        }

    def _shown(self, output: str) -> str:
        if self.releases is not None:
            output = output.replace(str(self.releases), "release")
        output = output.replace(f"{self.start}/", "").replace(f":{self.port}", f":{PORT}").replace("\r", "")
        for pattern, shown in _HASHES:
            output = pattern.sub(shown, output)
        return "".join(f"{line.rstrip()}\n" for line in output.splitlines())


def commands(block: str) -> Iterator[str]:
    r"""Yield the commands of a block, each with its continuation lines.

    >>> list(commands("$ cat <<END\n> a\n> END\na\n$ ls\n"))
    ['cat <<END\na\nEND', 'ls']
    """
    lines: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            if lines:
                yield "\n".join(lines)
            lines = [line[2:]]
        elif line.startswith(("> ", ">")) and lines and _goes_on(lines):
            lines.append(line[2:])
    if lines:
        yield "\n".join(lines)


def _goes_on(lines: list[str]) -> bool:
    """Whether a command is unfinished: an open quotation mark, or a here-document without its end."""
    here = re.search(r"<<\s*'?(\w+)'?", lines[0])
    return lines[-1] != here[1] if here else "\n".join(lines).count("'") % 2 == 1


def rewritten(document: Path, releases: Path | None) -> str:
    """Return a document with what its commands print now: the tour's on the shipped data, others in a new folder."""
    with tempfile.TemporaryDirectory() as home:
        work = Path(home) / "work"
        work.mkdir()
        shipped = document.name == "tour.md"
        if document.name == "curating.md":
            for name in ("ontology", "shapes"):
                shutil.copytree(ROOT / name, work / "checkout" / name)
        session = Session(ROOT if shipped else work, Path(home), releases if shipped else None)
        try:
            return _BLOCK.sub(lambda block: _rerun(block, session), document.read_text(encoding="utf-8"))
        finally:
            session.close()


def _rerun(block: re.Match[str], session: Session) -> str:
    parts = []
    for command in commands(block[1]):
        first, *rest = command.split("\n")
        shown = "".join(f"{line}\n" for line in (f"$ {first}", *(f"> {line}".rstrip() for line in rest)))
        parts.append(shown + session.run(command))
    return "```console\n" + "".join(parts) + "```"


def main() -> None:
    """Build the shipped data and renew the documents."""
    subprocess.run([Path(sys.executable).with_name("ckg"), "build", "--project", ROOT], check=True)
    for document in DOCUMENTS:
        document.write_text(rewritten(document, ROOT / "release"), encoding="utf-8")


if __name__ == "__main__":
    if shutil.which("curl") is None:
        sys.exit("curl is not installed")
    main()
