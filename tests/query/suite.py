"""Where the W3C's SPARQL 1.1 tests lie, and their query files."""

from pathlib import Path

SUITE = Path(__file__).parents[3] / "shared" / "suites" / "sparql11"


def query_files() -> list[Path]:
    return sorted(SUITE.glob("*/*.rq"))


def named(path: Path) -> str:
    return str(path.relative_to(SUITE))
