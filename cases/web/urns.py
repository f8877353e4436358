"""The booth's urns as the site reaches them: opened for one request, then closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cases.ballot_box.urn import UrnStore, open_urn_store
from cases.ballot_box.urn_tables import urns_are_ready
from cases.errors import Refused
from cases.web.installation import kaoji
from workflow.words import m


@contextmanager
def urns() -> Iterator[UrnStore]:
    """The urn store of the booth's database. Raises Refused when that isn't there."""
    url = kaoji().settings.booth_database_url
    if not urns_are_ready(url):
        raise Refused([m("测评箱数据库还没有建好或不是最新结构,请先运行 ./kaoji init")])
    store = open_urn_store(url)
    try:
        yield store
    finally:
        store.dispose()


def pepper() -> bytes:
    """The key under which cards are known to the booth."""
    return kaoji().settings.booth_pepper.encode()


def booth_url() -> str:
    """Where the QR codes of the cards lead."""
    return kaoji().settings.booth_url


def rehearsal() -> bool:
    """Whether keys are of the demonstration's kind: a real installation refuses those."""
    return kaoji().settings.mode != "production"
