"""The command itself, run as people run it, and the project folder that it is run in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CKG = Path(sys.executable).with_name("ckg")
SECONDS = 120

Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Ckg:
    """The command `ckg`, run in a folder; what it wrote is text unless `text=False`."""

    cwd: Path
    options: dict[str, Any] = field(default_factory=dict)

    def __call__(self, *arguments: object, code: int = 0, **options: Any) -> Done:
        """Run the command and return what it wrote; it must end with `code`, and without a traceback."""
        settings: dict[str, Any] = {"cwd": self.cwd, "capture_output": True, "text": True, "timeout": SECONDS}
        done = subprocess.run([CKG, *map(str, arguments)], check=False, **{**settings, **self.options, **options})
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in str(done.stderr)
        return done


@dataclass(frozen=True)
class Place:
    """A project folder, and the command run in it."""

    folder: Path
    ckg: Ckg

    @property
    def data(self) -> Path:
        return self.folder / "data" / "promises.ttl"

    @property
    def releases(self) -> Path:
        return self.folder / "release"

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def change(self, name: str, old: str, new: str) -> Path:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        return self.write(name, text.replace(old, new))

    def current(self) -> str:
        """The release that is served, as `ckg releases` marks it."""
        (line,) = [line for line in self.ckg("releases").stdout.splitlines() if line.startswith("* ")]
        return line.split()[1]

    def labels(self) -> str:
        """The labels that the current release knows."""
        return self.ckg("query", "SELECT ?label WHERE { ?thing rdfs:label ?label } ORDER BY ?label").stdout


Change = Callable[[Place], object]
