"""Processes that are there to be killed, each forked from one that has imported the house.

A process of its own started from nothing spends seconds on its imports, and these tests start
dozens. What is forked holds no database, no thread and no lock: the one it is forked from does
nothing but wait.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any

_BEFOREHAND = ["pytest", "cases.jobs.handlers", "aiosmtpd.controller", "tests.attacks.mover"]
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(_BEFOREHAND)


def start(work: Callable[..., Any], *args: Any) -> ForkServerProcess:
    """``work(*args)`` in a process of its own; ``work`` is a function of a module."""
    process = _context.Process(target=work, args=args, daemon=True)
    process.start()
    return process


def telling(work: Callable[..., Any], *args: Any) -> tuple[ForkServerProcess, Connection]:
    """``work(*args, writer)`` in a process of its own, and what it sends, to be received here."""
    reader, writer = _context.Pipe(duplex=False)
    process = start(work, *args, writer)
    writer.close()  # the process has its own; it alone keeps the pipe open
    return process, reader
