"""OWL 2 RL: the rules, the closure, and the reason for every inferred triple."""

from typing import TYPE_CHECKING, Any

from ckg.reason.published import Published

if TYPE_CHECKING:
    from ckg.reason.closure import Closure, EngineName, close

__all__ = ["Closure", "EngineName", "Published", "close"]


def __getattr__(name: str) -> Any:
    """Import the closure, and the engines with it, when it is first asked for: who only reads proofs needs neither."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ckg.reason import closure  # noqa: PLC0415 - duckdb and owlrl are slow to import and not needed to serve

    return getattr(closure, name)
