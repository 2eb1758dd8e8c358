"""What a client may use: so much query time and so many failures a minute, as the Wikidata Query Service has it.

Two token buckets per client. A bucket holds a minute's worth and fills all the time; a query is let in while there is
anything left, and charged afterwards, so that a bucket may go below zero and then takes longer to recover.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from ckg.errors import BudgetExhausted

_MINUTE_S = 60.0


class Budgets:
    """The budgets of all clients; at most `most` are remembered, the ones seen last.

    >>> budgets = Budgets(seconds=60, errors=0)
    >>> budgets.charge("a", seconds=61)
    >>> budgets.check("a")
    Traceback (most recent call last):
    ...
    ckg.errors.BudgetExhausted: this client has used its 60 s of query time a minute
    >>> budgets.check("b")
    """

    def __init__(
        self, *, seconds: float, errors: int, most: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._full = (seconds, float(errors))
        self._most = most
        self._clock = clock
        self._used: OrderedDict[str, tuple[float, float, float]] = OrderedDict()  # when, seconds used, errors used
        self._lock = threading.Lock()

    def check(self, client: str) -> None:
        """Raise `BudgetExhausted` where a client has nothing left."""
        with self._lock:
            used = self._now(client)
        # Time is left as long as there is any; a failure needs a whole one.
        rows = ((0.0, "s of query time"), (1.0, "failing queries"))
        for full, spent, (needed, what) in zip(self._full, used, rows, strict=True):
            if full and (spent >= full if not needed else spent > full - needed):
                message = f"this client has used its {full:g} {what} a minute"
                raise BudgetExhausted(message, retry_after=(spent + needed - full) / full * _MINUTE_S + 1)

    def charge(self, client: str, *, seconds: float = 0.0, errors: int = 0) -> None:
        """Take from a client's budget."""
        with self._lock:
            spent = self._now(client)
            self._used[client] = (self._clock(), spent[0] + seconds, spent[1] + errors)
            self._used.move_to_end(client)
            if len(self._used) > self._most:
                self._used.popitem(last=False)

    def _now(self, client: str) -> tuple[float, float]:
        kept = self._used.get(client)
        if kept is None:
            return 0.0, 0.0
        passed = (self._clock() - kept[0]) / _MINUTE_S
        return max(0.0, kept[1] - passed * self._full[0]), max(0.0, kept[2] - passed * self._full[1])


def client_of(address: str) -> str:
    """Return who an address belongs to: an IPv4 address itself, the /64 network of an IPv6 address.

    >>> client_of("2001:db8::1") == client_of("2001:db8::2")
    True
    >>> client_of("::ffff:192.0.2.1")
    '192.0.2.1'
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
