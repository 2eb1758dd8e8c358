"""The open connections to this server, asked of the kernel (Linux, sock_diag(7)); no privilege is needed."""

from __future__ import annotations

import ipaddress
import socket
import struct
from typing import Final, NamedTuple

_NETLINK_SOCK_DIAG: Final = 4
_BY_FAMILY, _REQUEST_DUMP, _ERROR, _DONE = 20, 0x301, 2, 3
_WITH_TCP_INFO, _TCP_INFO = 2, 2
_ESTABLISHED: Final = 1
_LISTEN: Final = 10
_HEAD: Final = struct.Struct("=IHHII")
_REQUEST: Final = struct.Struct("=BBBBI2s2s16s16sI8s")
_MESSAGE: Final = struct.Struct("=BBBB2s2s16s16sI8s20s")
_ATTRIBUTE: Final = struct.Struct("=HH")
_LAST_SENT, _LAST_RECEIVED = 44, 52  # offsets in struct tcp_info, milliseconds
_PATIENCE: Final = 0.5


class Connection(NamedTuple):
    """An established connection: the other side's address, and seconds since data were last sent and received."""

    peer: str
    sent: float
    received: float

    @property
    def asked(self) -> bool:
        """Whether the last that happened is that something was received: a request that is not answered yet."""
        return self.received <= self.sent


def established(port: int) -> list[Connection] | None:
    """Return the established TCP connections to a local port.

    None where the kernel does not say, or where nobody listens on the port: then no connection can be missed.
    """
    if not hasattr(socket, "AF_NETLINK"):
        return None
    found: dict[int, list[Connection]] = {}
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as asked:
            asked.settimeout(_PATIENCE)
            for family in (socket.AF_INET, socket.AF_INET6):
                body = _REQUEST.pack(
                    family, socket.IPPROTO_TCP, _WITH_TCP_INFO, 0, 1 << _ESTABLISHED | 1 << _LISTEN,
                    struct.pack("!H", port), b"", b"", b"", 0, b"\xff" * 8,
                )  # fmt: skip
                asked.send(_HEAD.pack(_HEAD.size + len(body), _BY_FAMILY, _REQUEST_DUMP, family, 0) + body)
                while _take(asked.recv(1 << 16), found):
                    pass
    except (OSError, struct.error):
        return None
    return found.get(_ESTABLISHED, []) if _LISTEN in found else None


def _take(data: bytes, found: dict[int, list[Connection]]) -> bool:
    """Read the messages of one datagram; say whether more are to come."""
    position = 0
    while position + _HEAD.size <= len(data):
        length, kind, _, _, _ = _HEAD.unpack_from(data, position)
        if kind == _DONE or length < _HEAD.size:
            return False
        if kind == _ERROR:
            raise OSError("the kernel does not tell")
        _add(data[position + _HEAD.size : position + length], found)
        position += (length + 3) & ~3
    return True


def _add(message: bytes, found: dict[int, list[Connection]]) -> None:
    family, state, destination = message[0], message[1], _MESSAGE.unpack_from(message)[7]
    position = _MESSAGE.size
    while position + _ATTRIBUTE.size <= len(message):
        length, kind = _ATTRIBUTE.unpack_from(message, position)
        if kind == _TCP_INFO:
            info = message[position + _ATTRIBUTE.size : position + length]
            sent, received = (struct.unpack_from("=I", info, at)[0] / 1000 for at in (_LAST_SENT, _LAST_RECEIVED))
            size = 4 if family == socket.AF_INET else 16
            peer = plain(socket.inet_ntop(family, destination[:size]))
            found.setdefault(state, []).append(Connection(peer, sent, received))
            return
        position += max((length + 3) & ~3, _ATTRIBUTE.size)


def plain(address: str) -> str:
    """Return an address in one spelling, an IPv4 address as itself wherever it is written as IPv6.

    >>> plain("::ffff:127.0.0.1"), plain("0:0::1")
    ('127.0.0.1', '::1')
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)
