"""Several processes that live and stop together."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from types import FrameType

GRACE_SECONDS = 15


def run_together(commands: Mapping[str, Sequence[str]], ready: str = "") -> str | None:
    """
    Run the named commands until one ends or this process is asked to stop (Ctrl-C, SIGTERM), then stop all of them.

    Each gets a process group of its own, so that Ctrl-C reaches it through us, once; what does not stop within
    `GRACE_SECONDS` is killed. `ready` is printed once all are started. Returns the name of the command that ended by
    itself, which is a failure of it, or None if we were asked to stop.
    """
    asked_to_stop: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        asked_to_stop.append(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            running[name] = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - commands of our own
        if ready:
            print(ready, flush=True)  # noqa: T201 - this is what the one who started us waits for
        while not asked_to_stop:
            for name, process in running.items():
                if process.poll() is not None:
                    return name
            time.sleep(0.2)
        return None
    finally:
        _stop_all(running.values())
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop_all(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    alive = [process for process in processes if process.poll() is None]
    for process in alive:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for process in alive:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
