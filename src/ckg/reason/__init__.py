"""OWL 2 RL: the rules, the closure, and the reason for every inferred triple."""

from ckg.reason.closure import Closure, Engine, close

__all__ = ["Closure", "Engine", "close"]
