"""The tables of a run on Spark."""

from __future__ import annotations

from collections.abc import Container, Iterable

from ckg.model.staged import Staging
from ckg.reason.engine.numbered_terms import NumberedTerms, named_terms
from ckg.reason.engine.tables import numbered
from ckg.reason.rules.table import RULES, Rule
from ckg.reason.spark.number_terms import make_facts
from ckg.reason.spark.parquet_tables import ParquetTables


class SparkTables(ParquetTables):
    """`ckg.reason.engine.tables.Tables` in a session of Spark."""

    def load(
        self, staging: Staging, known: Container[str] | None = None, rules: Iterable[Rule] = RULES
    ) -> NumberedTerms:
        """Read the staged ontology and data, see `Tables.load`. Raises `StageFailed` for too many terms."""
        named = list(named_terms((*RULES, *rules)))
        make_facts(self, staging, known, named)
        self.make("replaced", "SELECT * FROM facts LIMIT 0")
        return numbered(self, named)
