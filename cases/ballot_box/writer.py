"""Group commit: one writer thread takes whatever waits in the queue and commits it together.

Durable commits cost an fsync each; shared by a batch they cost next to nothing. The batch is
shuffled, because the order of rows would otherwise keep the order of arrival. A caller hears of
success only after the commit returned.
"""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """Feeds ``apply`` with batches; it commits once and returns one result per item, in order.

    When a batch raises, its items are tried one by one, so that one bad item harms nobody else.
    """

    def __init__(
        self, apply: Callable[[Sequence[Item]], Sequence[Result]], most: int = 256
    ) -> None:
        self._apply = apply
        self._most = most
        self._queue: queue.SimpleQueue[tuple[Item, Future[Result]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, item: Item) -> Result:
        """Hand in one item and wait until it is durable. Raises what ``apply`` raised for it."""
        future: Future[Result] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the writer is closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="urn-writer", daemon=True)
                self._thread.start()
            self._queue.put((item, future))
        return future.result()

    def close(self) -> None:
        """Finish what waits, then stop. Further items are refused."""
        with self._lock:
            self._closed = True
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _run(self) -> None:
        going = True
        while going:
            batch, going = self._collect()
            secrets.SystemRandom().shuffle(batch)
            self._commit(batch)

    def _collect(self) -> tuple[list[tuple[Item, Future[Result]]], bool]:
        """Wait for one item, then take what else is there. False when the writer should stop."""
        batch: list[tuple[Item, Future[Result]]] = []
        entry = self._queue.get()
        while entry is not None:
            batch.append(entry)
            if len(batch) == self._most:
                return batch, True
            try:
                entry = self._queue.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _commit(self, batch: list[tuple[Item, Future[Result]]]) -> None:
        if not batch:
            return
        try:
            results = self._apply([item for item, _ in batch])
        except Exception as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            for entry in batch:
                self._commit([entry])
            return
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)
