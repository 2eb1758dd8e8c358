"""OWL 2 RL: the rules, the closure, and the reason for every inferred triple."""

from ckg.reason.closure import Closure, Engine, close
from ckg.reason.published import Published

__all__ = ["Closure", "Engine", "Published", "close"]
