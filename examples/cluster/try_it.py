"""Start the cluster of this folder on one machine, and try to get a wrong or a lost answer out of it.

Three `ckg serve` on one release folder, two Fuseki, the real nginx with nginx.conf. While readers ask, a release is
switched several times, and each member is killed and started again. Every answer names its release (`Ckg-Release`) and
is held against what that release says. Usage: `python examples/cluster/try_it.py FUSEKI.jar [SECONDS]`.
"""

from __future__ import annotations

import http.client
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

HERE = Path(__file__).parent
BASE = "https://cluster.example/kg/"
THINGS = 300
CONFIG = f"""
[project]
name = "cluster"
title = "A cluster"
base = "{BASE}"
version = "%s"
license = "https://creativecommons.org/licenses/by/4.0/"
[reason]
engine = "none"
[check]
undefined_terms = "off"
shapeless_classes = "off"
[backend]
endpoint = "http://127.0.0.1:%s/{{release}}/sparql"
dialect = "fuseki"
connections = 16
[serve]
proxies = 1
[limits]
budget_seconds = 0.0
budget_errors = 0
"""
PUBLISHER = {"CKG_BACKEND_USER": "publisher", "CKG_BACKEND_PASSWORD": "change-me"}
CKG = [sys.executable, "-m", "ckg"]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Member:
    """A process of the cluster, and how to see that it is ready."""

    def __init__(self, name: str, command: list[str], folder: Path, port: int, path: str, **environment: str) -> None:
        self.name, self.command, self.folder, self.port, self.path = name, command, folder, port, path
        self.environment = {**os.environ, **environment}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + 120
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                sys.exit(f"{self.name} does not start: see {self.folder}")
            time.sleep(0.1)

    def is_ready(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=3)
            connection.request("GET", self.path)
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                os.killpg(self.process.pid, 9)
            self.process.wait()
            self.process = None


class Readers:
    """Clients that ask through nginx and hold each answer against its release."""

    def __init__(self, port: int, versions: dict[str, str], number: int) -> None:
        self.port, self.versions = port, versions
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.slowest_seconds = 0.0
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.read, args=(seed,)) for seed in range(number)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def read(self, seed: int) -> None:
        choice = random.Random(seed)
        while not self.stopped.is_set():
            began = time.monotonic()
            kind, path, right = self.question(choice)
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                connection.request("GET", path, headers={"Accept": "text/csv" if kind == "query" else "*/*"})
                answer = connection.getresponse()
                body = answer.read().decode()
            except (OSError, http.client.HTTPException) as error:
                self.faults.append(f"lost: {kind} {type(error).__name__}")
                continue
            finally:
                connection.close()
            self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)
            release = answer.getheader("Ckg-Release", "")
            if answer.status != 200:
                self.faults.append(f"status {answer.status}: {kind} {body[:160]}")
            elif release not in self.versions or right % self.versions[release] not in body:
                self.faults.append(f"wrong: {kind} of {release}: {body[:160]}")
            else:
                self.counts[f"{kind} of version {self.versions[release]}"] += 1

    def question(self, choice: random.Random) -> tuple[str, str, str]:
        """Return what is asked, its address, and what a right answer has in it, with %s for the version."""
        number = choice.randrange(THINGS)
        if choice.random() < 0.5:
            pattern = f"?s <{BASE}ontology#version> ?v FILTER({choice.random()} < 1)"  # so that nobody has kept it
            text = f"SELECT ?v (COUNT(*) AS ?n) {{ {pattern} }} GROUP BY ?v"
            return "query", f"/sparql?query={quote(text)}", f"v,n\r\n%s,{THINGS}\r\n"
        return "document", f"/doc/thing/{number}.nt", f'<{BASE}id/thing/{number}> <{BASE}ontology#version> "%s" .\n'


def build(project: Path, version: str, port: int) -> str:
    (project / "data").mkdir(parents=True, exist_ok=True)
    (project / "ckg.toml").write_text(CONFIG % (version, port))
    lines = [f'<{BASE}id/thing/{n}> <{BASE}ontology#version> "{version}" .' for n in range(THINGS)]
    (project / "data" / "things.ttl").write_text("\n".join(lines))
    subprocess.run([*CKG, "build", "--project", str(project)], check=True, stdout=subprocess.DEVNULL)
    return (project / "release" / "current").read_text().split()[0]


def main() -> None:
    jar, seconds = Path(sys.argv[1]).resolve(), float(sys.argv[2]) if len(sys.argv) > 2 else 6.0
    folder = Path(tempfile.mkdtemp(prefix="ckg-cluster-"))
    readers_port, engines_port = free_port(), free_port()
    engines, sites = [], []
    for number in (1, 2):
        place, port = folder / f"fuseki-{number}", free_port()
        place.mkdir(parents=True)
        shutil.copy(HERE / "shiro.ini", place / "shiro.ini")
        command = ["java", "-Xmx512m", "-jar", str(jar), "--localhost", "--port", str(port), "--ping", "--update"]
        command += ["--mem", "/none"]
        engines.append(Member(f"fuseki-{number}", command, place, port, "/$/ping", FUSEKI_BASE=str(place)))
    made, shared = folder / "made", folder / "shared"
    ids = {build(made, version, engines_port): version for version in ("1", "2")}
    shutil.copytree(made / "release", shared)
    for number in (1, 2, 3):
        port = free_port()
        command = [*CKG, "serve", "--no-build", "--port", str(port), "--project", str(made), "--releases", str(shared)]
        sites.append(Member(f"ckg-{number}", command, folder / f"ckg-{number}", port, "/readyz"))
    text = (HERE / "nginx.conf").read_text().replace("listen 8080", f"listen 127.0.0.1:{readers_port}")
    text = text.replace("listen 3030", f"listen 127.0.0.1:{engines_port}")
    for number, site in enumerate(sites, 1):
        text = text.replace(f"ckg-{number}:8000", f"127.0.0.1:{site.port}")
    for number, engine in enumerate(engines, 1):
        text = text.replace(f"fuseki-{number}:3030", f"127.0.0.1:{engine.port}")
    own = f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.error.log;\n"
    (folder / "nginx.conf").write_text(own + text.replace("http {", "http {\n    access_log off;", 1))
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    balancer = Member("nginx", command, folder, readers_port, "/healthz")
    members = [*engines, *sites, balancer]
    try:
        for engine in engines:
            engine.start()
        for engine in engines:
            for release in ids:
                address = f"http://127.0.0.1:{engine.port}/{{release}}/sparql"
                run = [*CKG, "push", address, "--project", str(made), "--release", release]
                subprocess.run(run, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **PUBLISHER})
        # nginx is ready when a site is, and sites open their release through nginx: so it is not waited for yet.
        balancer.process = subprocess.Popen(balancer.command, cwd=folder, start_new_session=True)
        time.sleep(1)
        for site in sites:
            site.start()
        report(sites, engines, ids, shared, made, readers_port, seconds)
    finally:
        for member in members:
            member.kill()
        print(f"logs are in {folder}")


def report(
    sites: list[Member], engines: list[Member], ids: dict[str, str], shared: Path, made: Path, port: int, seconds: float
) -> None:
    """Switch the release six times, then lose each member for a while; say what readers saw."""
    print(f"{len(sites)} ckg serve, {len(engines)} Fuseki, nginx; releases {', '.join(ids)}")
    reading = Readers(port, ids, 8)
    try:
        for turn in range(6):
            release = list(ids)[turn % 2]
            use = [*CKG, "releases", "--use", release, "--project", str(made), "--releases", str(shared)]
            subprocess.run(use, check=True, stdout=subprocess.DEVNULL)
            time.sleep(seconds)
        print(f"six switches: {dict(reading.counts)}; faults {len(reading.faults)}")
        for member in (*sites, *engines):
            before = sum(reading.counts.values())
            member.kill()
            time.sleep(seconds)
            lost = sum(reading.counts.values()) - before
            member.start()
            print(f"without {member.name}: {lost} answers; faults {len(reading.faults)} so far")
            time.sleep(seconds)
    finally:
        reading.stop()
    total = sum(reading.counts.values())
    print(f"answers {total}, the slowest {reading.slowest_seconds:.2f} s; faults {len(reading.faults)}")
    for fault, count in Counter(reading.faults).most_common(10):
        print(f"  {count} x {fault}")
    if reading.faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
