"""The fork server: a small process with one thread from which query workers are forked.

Workers are never forked from the server, whose other threads may hold locks at that moment. The server runs
`python -m ckg.backends.oxigraph.fork_server N` where N is the file descriptor of a socket, over which it says what to
set up and when to fork; the fork server says which worker has ended and how, with the last words it wrote to its
standard error. It ends when the server closes the socket, and its workers with it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any, Final, NoReturn

import pyoxigraph as ox

from ckg.backends.oxigraph import memory_store, sandbox, wire
from ckg.backends.oxigraph.wire import Closed
from ckg.backends.oxigraph.worker import Setup, run, warm
from ckg.query.limits import QueryLimits

_MAX_LAST_WORDS_BYTES: Final = 1 << 16  # what a pipe holds


def main(descriptor: int) -> None:
    """Serve the pool until it closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends us in its own time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    alone = sandbox.isolate_network()
    values, _, _ = wire.receive(control)
    setup = Setup(**values | {"limits": QueryLimits(**values["limits"])})
    warm()
    store = memory_store.load(Path(setup.store), setup.limits.store_memory << 20)
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    gc.collect()
    gc.freeze()
    wire.send(control, {"network": alone})
    children: dict[int, tuple[int, int]] = {}
    watch = select.poll()
    watch.register(control, select.POLLIN)
    watch.register(wake, select.POLLIN)
    while True:
        for ready, _ in watch.poll():
            if ready == wake:
                os.read(wake, 4096)
                _reap(control, children)
            else:
                _serve(control, setup, store, children, (wake, woken))


def _serve(
    control: socket.socket,
    setup: Setup,
    store: ox.Store | None,
    children: dict[int, tuple[int, int]],
    signals: tuple[int, int],
) -> None:
    values, _, descriptors = wire.receive(control)
    heard, said = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        os.dup2(said, 2)
        for unneeded in (control.detach(), *signals, heard, said, *(reader for _, reader in children.values())):
            os.close(unneeded)
        _live(setup, store, descriptors)
    os.close(said)
    children[pid] = (values["fork"], heard)
    wire.close(descriptors)
    handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    born = {"born": values["fork"], "pid": pid}
    wire.send(control, born, descriptors=() if handle is None else (handle,))
    if handle is not None:
        os.close(handle)


def _live(setup: Setup, store: ox.Store | None, descriptors: list[int]) -> NoReturn:
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        run(setup, store, socket.socket(fileno=descriptors[0]), descriptors[1])
    except Closed:
        code = 0
    except BaseException:  # noqa: BLE001  the last word of this process
        traceback.print_exc()
    finally:
        os._exit(code)  # nothing of the fork server's may run in a worker


def _reap(control: socket.socket, children: dict[int, tuple[int, int]]) -> None:
    while children:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        number, heard = children.pop(pid)
        ended: dict[str, Any] = {"ended": number, "code": os.waitstatus_to_exitcode(status), "said": _last_words(heard)}
        wire.send(control, ended)


def _last_words(heard: int) -> str:
    """Return what a worker that has ended wrote to its standard error."""
    try:
        return os.read(heard, _MAX_LAST_WORDS_BYTES).decode(errors="replace")
    except OSError:  # nothing was written
        return ""
    finally:
        os.close(heard)


if __name__ == "__main__":
    with contextlib.suppress(Closed):
        main(int(sys.argv[1]))
