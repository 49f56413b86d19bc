"""Processes that are killed: each is a fork of a server that has everything imported, so that a life costs little."""

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from time import sleep
from typing import Any

import pytest

KILLED = -getattr(signal, "SIGKILL", 9)

needs_kill = pytest.mark.skipif(
    "forkserver" not in multiprocessing.get_all_start_methods(), reason="this system has no kill -9"
)


def _context() -> BaseContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.replayer"])
    return context


def live(work: Callable[..., None], *arguments: Any, life_seconds: float | None = None) -> bool:
    """Run `work(say, ...)` in a process and kill it some time after it said something, or let it be.

    Whether it came to its end; it must have, or have been killed, by us or by itself.
    """
    context = _context()
    hear, say = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(say, *arguments))  # type: ignore[attr-defined]
    process.start()
    say.close()
    hear.recv()
    if life_seconds is not None:
        sleep(life_seconds)
        process.kill()
    process.join()
    hear.close()
    code = process.exitcode
    process.close()
    assert code in (0, KILLED), f"the process ended with {code}"
    return bool(code == 0)


Say = Connection
"""Where a process says that it has begun."""
