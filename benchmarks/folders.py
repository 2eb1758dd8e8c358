"""The ten kinds of folder of docs/folders.md: seconds and memory of each, from nothing to the page of a thing.

    python benchmarks/folders.py --into /tmp/folders

Builds each folder of tests/folders with `ckg build`, in a process of its own, then opens the release in another one and
asks for the first page, a search and a thing in HTML, Turtle and JSON-LD. Prints a table in Markdown: processor seconds
and the largest process of the build, processor seconds of opening and of the five answers, memory of the server.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
FOLDERS: Final = ROOT / "tests" / "folders"


def measured(*command: str) -> tuple[float, float, str]:
    """Run a command; return its processor seconds, the MB of its largest process, and what it printed."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    told = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)}:\n{told}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, told


def answers(folder: Path, thing: str, word: str) -> dict[str, float]:
    """Open a release and ask it; return processor seconds of opening and of each answer, and the statements."""
    from ckg.web import create_app  # noqa: PLC0415 - what the process holds before that is nobody's

    began = time.process_time()
    app = create_app(folder, {"limits.workers": 1, "limits.spares": 0, "limits.cache": 0})
    client = app.test_client()
    found = {"opened": time.process_time() - began}
    asked = {"first": ("/", "text/html"), "search": (f"/search?q={word}", "text/html"), "html": (thing, "text/html")}
    asked |= {"ttl": (thing, "text/turtle"), "jsonld": (thing, "application/ld+json")}
    for name, (path, accept) in asked.items():
        began = time.process_time()
        answer = client.get(path, headers={"Accept": accept}, follow_redirects=True)
        found[name] = time.process_time() - began
        assert answer.status_code == 200, (path, answer.status_code)
    counts = json.loads((folder / (folder / "current").read_text().split()[0] / "manifest.json").read_text())["counts"]
    found["statements"], found["inferred"] = counts["triples"], counts["inferred"]
    app.close()
    return found


def main() -> None:
    """Build, ask and print; with `--ask` only ask one release and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--into", type=Path, help="a folder for copies of the folders; what is in it is deleted")
    parser.add_argument("--ask", nargs=3, metavar=("RELEASES", "THING", "WORD"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        print(json.dumps(answers(Path(options.ask[0]), *options.ask[1:])))
        return
    sys.path.insert(0, str(ROOT))
    from tests.folders.test_kinds import KINDS  # noqa: PLC0415 - not needed to ask

    columns = ("kind", "statements", "inferred", "build, s", "MB", "opened, s", "first page", "search")
    print(f"| {' | '.join((*columns, 'HTML', 'Turtle', 'JSON-LD', 'MB'))} |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for kind, (thing, _, word) in KINDS.items():
        folder = options.into / kind
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(FOLDERS / kind, folder)
        seconds, memory, _ = measured(sys.executable, "-m", "ckg", "build", "--project", str(folder))
        ask = (sys.executable, __file__, "--ask", str(folder / "release"), thing, word)
        _, served, told = measured(*ask)
        row = json.loads(told.splitlines()[-1])
        cells = [kind, f"{row['statements']:.0f}", f"{row['inferred']:.0f}", f"{seconds:.1f}", f"{memory:.0f}"]
        cells += [f"{row[name]:.2f}" for name in ("opened", "first", "search", "html", "ttl", "jsonld")]
        print(f"| {' | '.join([*cells, f'{served:.0f}'])} |", flush=True)


if __name__ == "__main__":
    main()
