"""Opening Apache Spark for one run."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from ckg.errors import CkgError, ExtraMissing, StageFailed
from ckg.model.staged import Staging
from ckg.reason.spark.cluster import Cluster
from ckg.reason.spark.spark_tables import SparkTables

_NEEDED: Final = ("pyspark", "sqlglot")
_PARTITION_BYTES: Final = 64 << 20
"""Bytes of staged graphs for each task of a join at least."""

_PROPERTIES: Final = {
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
}


@contextmanager
def open_spark(into: Path, staging: Staging, cluster: Cluster) -> Iterator[SparkTables]:
    """Open a session whose tables lie in a folder of their own, and close it; one that is open already is used.

    Raises `ExtraMissing` where pyspark, sqlglot or Java is not installed, and `StageFailed` where Spark gives up.
    """
    _require()
    from pyspark.errors import PySparkException  # noqa: PLC0415 - an extra
    from pyspark.sql import SparkSession  # noqa: PLC0415

    running = SparkSession.getActiveSession()
    with TemporaryDirectory(dir=cluster.folder or into, prefix="spark-") as name:
        folder = Path(name).resolve()
        session: Any = None
        try:
            session = running or _started(SparkSession.builder, folder, cluster)
            size = sum(graph.path.stat().st_size for graph in staging.graphs)
            tasks = max(session.sparkContext.defaultParallelism, size // _PARTITION_BYTES)
            session.conf.set("spark.sql.shuffle.partitions", str(tasks))
            yield SparkTables(session, folder)
        except CkgError:
            raise
        except (PySparkException, ConnectionError) as error:
            raise _failed(error, cluster) from error
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "py4j":
                raise
            raise _failed(error, cluster) from error
        finally:
            if session is not None and running is None:
                session.stop()


def _require() -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ExtraMissing(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed, and "
            'implementation = "spark" needs both',
            hint="Install the extra `spark`: pip install 'ckg[spark]'.",
        )
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        raise ExtraMissing(
            'Java is not installed, and implementation = "spark" needs it',
            hint="Install Java 17 or later, for example Debian's openjdk-17-jre-headless, or set JAVA_HOME.",
        )


def _started(builder: Any, folder: Path, cluster: Cluster) -> Any:
    # What Spark's own configuration says (SPARK_CONF_DIR) counts where ckg.toml says nothing.
    properties = {**_PROPERTIES, "spark.sql.warehouse.dir": str(folder / "warehouse"), **cluster.options}
    builder = builder.appName("ckg reason").config(map=properties)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of versions of pandas, which is not used
        return (builder.master(cluster.master) if cluster.master else builder).getOrCreate()


def _failed(error: Exception, cluster: Cluster) -> StageFailed:
    said = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return StageFailed(
        f"Spark ({cluster.master or 'on this machine'}) could not finish: {said}",
        hint="See the logs of the cluster. Every member must see the project's folder and the one that spark.folder "
        "names under the same path, and write to the latter.",
    )
