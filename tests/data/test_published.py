"""The ledger of the shipped data set, as it lies in the repository."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_ledger_lists_everything_that_the_shipped_data_publish(shipped_releases: Path) -> None:
    after_a_build = shipped_releases.parent / "published.tsv"
    assert after_a_build.read_text(encoding="utf-8") == (ROOT / "published.tsv").read_text(encoding="utf-8"), (
        "published.tsv is not up to date: run `./run build` and commit it"
    )
