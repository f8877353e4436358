"""One JSON line per request, without names, numbers, addresses or form values.

The route's pattern is written, never the path: a path can carry a case number. An error is written
as its type and the places in our code it came through; its message could quote what was typed.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from time import perf_counter
from typing import Any, TextIO

from flask import Flask, Response, g, request

from cases.clock import now

LOGGER = "kaoji.requests"


class JsonLines(logging.Formatter):
    """A record as one line; line breaks and control marks cannot begin another."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its line break."""
        line: dict[str, Any] = {
            "at": now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage()[:200],
        }
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=True)


def places(tb: Any) -> list[str]:
    """``file:line function`` of every frame, outermost first; no values."""
    frames = traceback.extract_tb(tb)
    return [f"{f.filename.rsplit('/', 2)[-1]}:{f.lineno} {f.name}" for f in frames][-12:]


def configure(stream: TextIO | None = None) -> logging.Logger:
    """The house's own logger; called again it keeps what stands."""
    logger = logging.getLogger("kaoji")
    if not logger.handlers or stream is not None:
        handler = logging.StreamHandler(stream or sys.stderr)
        handler.setFormatter(JsonLines())
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return logger


def install(app: Flask) -> None:
    """Write a line after each request but those for static files and the health page."""
    requests = logging.getLogger(LOGGER)

    @app.after_request
    def note(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if request.endpoint in ("static", "operations.health"):
            return response
        spent = perf_counter() - g.started if "started" in g else 0.0
        requests.info(
            "request",
            extra={
                "fields": {
                    "request": g.get("request_id"),
                    "method": request.method if request.method.isalpha() else "?",
                    "route": str(request.url_rule) if request.url_rule else None,
                    "status": response.status_code,
                    "ms": round(spent * 1000),
                }
            },
        )
        return response


def failure(error: BaseException) -> None:
    """Write that something broke, with its places in the code."""
    logging.getLogger(LOGGER).error(
        "failure",
        exc_info=(type(error), error, error.__traceback__),
        extra={"fields": {"request": g.get("request_id"), "route": str(request.url_rule)}},
    )
