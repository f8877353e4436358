"""Bulk work without the collector of cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """Keep Python from searching for cycles meanwhile: rows by the hundred thousand hold none, and
    searching them costs a sixth of an import. Whatever else falls due is swept afterwards."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()
