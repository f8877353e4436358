"""Pages that follow a running job: they come again by themselves until the reader stops them.

A header and not a tag, so that the page says so and offers the way to stop it.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, make_response, request

from cases.queries.jobs import JobView

SECONDS = 3
STILL = "still"


@dataclass(frozen=True, slots=True)
class Following:
    """How this page follows its job: whether the reader stopped it, and where both ways lead."""

    stopped: bool
    on_url: str
    off_url: str


def following() -> Following:
    """The two ways of the present page, with everything else that was asked for kept."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != STILL]
    return Following(STILL in request.args, _url(kept), _url([*kept, (STILL, "1")]))


def _url(pairs: list[tuple[str, str]]) -> str:
    path = f"{request.script_root}{request.path}"
    return f"{path}?{urlencode(pairs)}" if pairs else path


def answer(page: str, job: JobView | None) -> Response:
    """The rendered page; it comes again while the job is open, unless the reader stopped it."""
    response = make_response(page)
    if job is not None and job.open and STILL not in request.args:
        response.headers["Refresh"] = str(SECONDS)
    return response


__all__ = ["Following", "answer", "following"]
