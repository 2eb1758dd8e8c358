"""How the pool and its processes talk: frames of JSON and bytes over Unix sockets.

JSON, because what comes out of a worker is not to be trusted: a worker reads strangers' queries.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from typing import Any, Final

_HEAD: Final = struct.Struct("!II")
_RECEIVED_MAX_BYTES: Final = 1 << 18
_MAX_FRAME_BYTES: Final = 1 << 24  # bytes of a frame; answers beyond `results.INLINE_MAX_BYTES` travel in a file


_encode: Final = json.JSONEncoder(separators=(",", ":")).encode


class Closed(Exception):
    """The other side has closed the socket, or died."""


def send(sock: socket.socket, values: dict[str, Any], body: bytes = b"", descriptors: tuple[int, ...] = ()) -> None:
    """Send a frame, with open file descriptors if there are any. Raises `Closed`."""
    head = _encode(values).encode()
    data = b"".join((_HEAD.pack(len(head), len(body)), head, body))
    try:
        sent = socket.send_fds(sock, [data], list(descriptors)) if descriptors else sock.send(data)
        if sent < len(data):
            sock.sendall(memoryview(data)[sent:])
    except OSError as error:
        raise Closed from error


class Incoming:
    """A frame without descriptors that is coming in; `whole` when all of it is there, `closed` when no more comes."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._wanted = 0
        self.closed = False

    @property
    def whole(self) -> bool:
        """Whether the frame is complete."""
        return 0 < self._wanted <= len(self._data)

    def take(self, sock: socket.socket) -> None:
        """Take what has come, or wait for something."""
        try:
            piece = sock.recv(_RECEIVED_MAX_BYTES)
        except OSError:
            piece = b""
        self._data += piece
        if not self._wanted and len(self._data) >= _HEAD.size:
            self._wanted = _HEAD.size + sum(_HEAD.unpack_from(self._data))
        self.closed = not piece or self._wanted > _MAX_FRAME_BYTES

    def frame(self) -> tuple[dict[str, Any], bytes]:
        """Return the values and the body of the frame, and begin with the next. Raises `Closed` for what is none."""
        data, size = bytes(self._data), _HEAD.size
        self._data.clear()
        self._wanted = 0
        head, body = _HEAD.unpack_from(data)
        try:
            values = json.loads(data[size : size + head])
        except ValueError as error:
            raise Closed from error
        if not isinstance(values, dict) or len(data) != size + head + body:
            raise Closed
        return values, data[size + head :]


def receive(sock: socket.socket) -> tuple[dict[str, Any], bytes, list[int]]:
    """Wait for a frame; return its values, its body, and the file descriptors that came with it. Raises `Closed`."""
    try:
        # No byte beyond this frame is read: the next one may carry descriptors of its own.
        first, descriptors, _, _ = socket.recv_fds(sock, _HEAD.size, 2)
        while len(first) < _HEAD.size:
            first += _piece(sock, _HEAD.size - len(first))
        head, body = _HEAD.unpack(first)
        if head + body > _MAX_FRAME_BYTES:
            raise Closed
        data = _piece(sock, head + body)
        if len(data) < head + body:
            parts, held = [data], len(data)
            while held < head + body:
                parts.append(_piece(sock, head + body - held))
                held += len(parts[-1])
            data = b"".join(parts)
    except OSError as error:
        raise Closed from error
    values = json.loads(data[:head])
    if not isinstance(values, dict):
        raise Closed
    return values, data[head:], descriptors


def _piece(sock: socket.socket, most: int) -> bytes:
    piece = sock.recv(most)
    if not piece:
        raise Closed
    return piece


def close(descriptors: list[int]) -> None:
    """Close file descriptors."""
    for descriptor in descriptors:
        os.close(descriptor)
