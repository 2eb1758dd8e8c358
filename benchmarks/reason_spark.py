"""The closure by DuckDB and by Spark on a real standalone cluster of this machine: the same bytes, and what they cost.

    python benchmarks/reason_spark.py [--triples 1000000] [--workers 2] [--cores 1] [--memory 2g] [--project DIRECTORY]

starts a master and workers from the scripts of pyspark, each a Java process of its own, closes generated data (or a
project's staged graphs) with both engines, compares every file that the runs leave, and stops the cluster. It needs the
extra `spark` and Java 17 or later.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyspark

from ckg import reason
from ckg.reason.spark.cluster import Cluster
from reason_data import generate, load

INFERRED = "https://example.org/summits/graph/inferred"
PATIENCE_S = 120


@contextlib.contextmanager
def standalone(folder: Path, workers: int, cores: int, memory: str) -> Iterator[str]:
    """Run a master and workers; yield the master's address once every worker has registered."""
    home = Path(pyspark.__file__).parent
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
    kind = "org.apache.spark.deploy"
    with contextlib.ExitStack() as stack:

        def start(name: str, *arguments: str) -> Path:
            log = folder / f"{name}.log"
            process = subprocess.Popen(
                [str(home / "bin" / "spark-class"), *arguments],
                stdout=stack.enter_context(log.open("wb")),
                stderr=subprocess.STDOUT,
                env=environment,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return log

        master = start("master", f"{kind}.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        address = said(master, r"Starting Spark master at (spark://\S+)")
        for number in range(workers):
            options = ("--cores", str(cores), "--memory", memory, "--webui-port", "0", "--work-dir", str(folder / "w"))
            log = start(f"worker{number}", f"{kind}.worker.Worker", *options, address)
            said(log, r"(Successfully registered with master)")
        yield address


def said(log: Path, pattern: str) -> str:
    """Wait until a log says something; return what the pattern's group matches."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if found := re.search(pattern, log.read_text(encoding="utf-8", errors="replace")):
            return found.group(1)
        time.sleep(0.2)
    raise TimeoutError(f"{log} does not say {pattern}")


def processor_seconds() -> float:
    """Return the processor time of this process and all below it, ended ones included: driver, master, workers."""
    ticks: dict[int, tuple[int, int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            ticks[int(stat.parent.name)] = int(fields[1]), sum(map(int, fields[11:15]))

    def is_ours(process: int) -> bool:
        while process in ticks and process != os.getpid():
            process = ticks[process][0]
        return process == os.getpid()

    return sum(used for process, (_, used) in ticks.items() if is_ours(process)) / os.sysconf("SC_CLK_TCK")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a closure by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def main(arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="ckg-spark-") as name:
        folder = Path(name)
        staging = load(arguments.project) if arguments.project else generate(folder / "staged", arguments.triples)
        with standalone(folder, arguments.workers, arguments.cores, arguments.memory) as master:
            print(f"{staging.triples:,} triples; {arguments.workers} workers at {master}", flush=True)
            cluster = Cluster(master, folder, {"spark.executor.memory": arguments.memory})
            for engine in ("duckdb", "spark"):
                begin, before = time.perf_counter(), processor_seconds()
                made = reason.close(
                    staging, folder / engine, engine=engine, inferred_graph=INFERRED, cluster=cluster, threads=2
                )
                seconds, used = time.perf_counter() - begin, processor_seconds() - before
                print(
                    f"{engine}: {made.graph.triples:,} inferred, {seconds:.1f} s, {used:.1f} s of processor time, "
                    f"SHA-256 {made.graph.sha256[:16]}",
                    flush=True,
                )
        one, other = contents(folder / "duckdb"), contents(folder / "spark")
        differing = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
        size = sum(map(len, one.values()))
        print(f"{len(one)} files, {size:,} bytes: " + (f"these differ: {differing}" if differing else "the same bytes"))
        return bool(differing)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cores", type=int, default=1, help="of each worker")
    parser.add_argument("--memory", default="2g", help="of each worker")
    parser.add_argument("--project", type=Path, help="a folder that reason_data.py wrote, instead of generated data")
    sys.exit(main(parser.parse_args()))
