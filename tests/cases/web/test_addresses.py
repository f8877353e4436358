"""Addresses put together from one that is known are those that Flask gives."""

from typing import Any

from flask import url_for

from cases.web.presentation import address
from tests.web_client import Site
from workflow.vocabulary import State

ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("cases.index", {}),
    ("cases.index", {"state": State.DRAFTING, "kind": None}),
    ("cases.index", {"state": State.DRAFTING}),
    ("cases.index", {"unit": 7}),
    ("case_file.show", {"ref": "2025-ZG-1"}),
    ("case_file.show", {"ref": "2025-ZG-2"}),
    ("setup.show", {"ref": "第2号"}),
    ("pools.board", {"pool_id": 12}),
    ("basis.show", {"_anchor": "r1"}),
    (".index", {}),
)


def test_address_is_that_of_flask_whatever_its_values(site: Site) -> None:
    for root in ("", "/kaoji"):
        with site.app.test_request_context("/cases", base_url=site.base_url + root):
            ours = [address(endpoint, **values) for endpoint, values in ASKED]
            again = [address(endpoint, **values) for endpoint, values in ASKED]
            flask = [url_for(endpoint, **values) for endpoint, values in ASKED]
        assert ours == again == flask
        assert ours[0] == f"{root}/cases"
