"""A booth served to a real Chromium."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server

AXE = Path(__file__).resolve().parents[2] / "vendor" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"]
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
HALL = "hall.example"  # a name without https: no secure context, as on a hall's own Wi-Fi
ARGS = [*FLAGS, *QUIET, f"--host-resolver-rules=MAP {HALL} 127.0.0.1"]


class Silent(WSGIRequestHandler):
    def log(self, *_: object, **__: object) -> None:
        """The booth keeps no access log."""


@contextmanager
def served(app, host: str = "localhost") -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{host}:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def faults_of(page: Page, width: int) -> list[str]:
    """Violations told by axe, and sideways scrolling."""
    found = [v["id"] for v in page.evaluate(AXE.read_text("utf-8") + ";axe.run()")["violations"]]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("scrolls sideways")
    return found


def device_seals(page: Page) -> None:
    """Wait until the page has proved that it can seal."""
    page.wait_for_selector("html[data-sealing=device]")
