"""The nursery: a small process with one thread from which query workers are forked.

Workers are never forked from the server, whose other threads may hold locks at that moment. The server runs
`python -m ckg.query.nursery N` where N is the file descriptor of a socket, over which it says what to set up and when
to fork; the nursery says which worker has ended and how. It ends when the server closes the socket, and its workers
with it.
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
from typing import Any, NoReturn

from ckg.query import wall, wire
from ckg.query.limits import Limits
from ckg.query.wire import Closed
from ckg.query.worker import Setup, run


def main(descriptor: int) -> None:
    """Serve the pool until it closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends us in its own time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    alone = wall.leave_network()
    values, _, _ = wire.receive(control)
    setup = Setup(values["store"], Limits(**values["limits"]), values["prefixes"], values["base"])
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    gc.freeze()
    wire.send(control, {"network": alone})
    children: dict[int, int] = {}
    watch = select.poll()
    watch.register(control, select.POLLIN)
    watch.register(wake, select.POLLIN)
    while True:
        for ready, _ in watch.poll():
            if ready == wake:
                os.read(wake, 4096)
                _reap(control, children)
            else:
                _serve(control, setup, children, (wake, woken))


def _serve(control: socket.socket, setup: Setup, children: dict[int, int], signals: tuple[int, int]) -> None:
    values, _, descriptors = wire.receive(control)
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        for unneeded in (control.detach(), *signals):
            os.close(unneeded)
        _live(setup, descriptors)
    children[pid] = values["fork"]
    wire.close(descriptors)
    handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    born = {"born": values["fork"], "pid": pid}
    wire.send(control, born, descriptors=() if handle is None else (handle,))
    if handle is not None:
        os.close(handle)


def _live(setup: Setup, descriptors: list[int]) -> NoReturn:
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        run(setup, socket.socket(fileno=descriptors[0]), descriptors[1])
    except Closed:
        code = 0
    except BaseException:  # noqa: BLE001  the last word of this process
        traceback.print_exc()
    finally:
        os._exit(code)  # nothing of the nursery's may run in a worker


def _reap(control: socket.socket, children: dict[int, int]) -> None:
    while children:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        ended: dict[str, Any] = {"ended": children.pop(pid), "code": os.waitstatus_to_exitcode(status)}
        wire.send(control, ended)


if __name__ == "__main__":
    with contextlib.suppress(Closed):
        main(int(sys.argv[1]))
