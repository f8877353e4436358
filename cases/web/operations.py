"""For those who keep the machine running: is the process alive, can it work."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from cases import schema
from cases.queries.operations import health as ask
from cases.web.access import public
from cases.web.installation import at, kaoji

blueprint = Blueprint("operations", __name__)


@blueprint.get("/health")
@public
def health() -> ResponseReturnValue:
    """200 while the database answers and can be written, 503 otherwise. No names, no counts.

    A journal found broken at start is said and stays 200: closing the house would reward it.
    """
    try:
        with kaoji().store.reading() as conn:
            found = ask(conn, newest=schema.newest(), at=at())
    except SQLAlchemyError:
        return jsonify(status="down", database="unreachable"), 503
    writable = _writable(kaoji().settings.var)
    good = found.at_head and writable
    body = {
        "status": "ok" if good else "down",
        "database": "ok" if found.at_head else "revision",
        "folder": "ok" if writable else "read-only",
        "scheduler": found.scheduler,
        "outbox": found.outbox,
        "journal": "ok" if kaoji().sound else "broken",
    }
    return jsonify(body), 200 if good else 503


def _writable(folder: Path) -> bool:
    return os.access(folder if folder.exists() else folder.parent, os.W_OK)
