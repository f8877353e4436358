"""Every address of the site, filled with what a database holds, and people to fetch it as."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from werkzeug.routing import IntegerConverter, Rule

from cases.models.base import Base
from tests.web_client import Client, Page, Site

TABLES = {
    "document_id": "issued_documents",
    "sheet_id": "data_sheets",
    "grant_id": "role_grants",
    "inquiry_id": "inquiries",
    "import_id": "roster_imports",
    "version_id": "scheme_versions",
    "person_id": "people",
    "survey_id": "surveys",
    "report_id": "canvassing_reports",
    "rating_id": "negative_ratings",
}
REFS = {"/meetings": "meetings", "/cycles": "cycles", "/opinion": "opinion_requests"}
HOSTILE_NUMBERS = ("0", "-1", str(2**31), str(2**63), "9" * 60)
HOSTILE_WORDS = ("-1", "'", '"><script>', "%00", "..%2f..", "a" * 300, "☃", "x y")


def rules(site: Site, method: str = "GET") -> list[Rule]:
    """All rules of the site that answer the method, in order; static files left out."""
    found = [r for r in site.app.url_map.iter_rules() if method in (r.methods or ())]
    return sorted((r for r in found if r.endpoint != "static"), key=str)


def known(site: Site, limit: int = 2) -> dict[str, list[str]]:
    """Table name -> some ids (or, under ``refs of ...``, numbers) that exist."""
    found: dict[str, list[str]] = {}
    with site.store.reading() as conn:
        for name, table in Base.metadata.tables.items():
            for column, key in (("id", name), ("ref", f"refs of {name}")):
                if column in table.c:
                    rows = conn.execute(sa.select(table.c[column]).limit(limit)).scalars()
                    found[key] = [str(v) for v in rows]
    return found


def table_of(rule: Rule, name: str) -> str:
    """The key of ``known`` under which a parameter's values stand."""
    if name != "ref":
        return TABLES.get(name, f"{name.removesuffix('_id')}s")
    start = next((t for p, t in REFS.items() if str(rule).startswith(p)), "cases")
    return f"refs of {start}"


def addresses(
    rule: Rule, have: Mapping[str, list[str]], given: Mapping[str, str] = {}
) -> Iterator[str]:
    """The rule's addresses with things that exist; ``given`` fixes a parameter."""
    choices = {
        n: [given[n]] if n in given else have.get(table_of(rule, n)) or ["1"]
        for n in rule._converters
    }
    for combination in itertools.product(*choices.values()):
        yield filled(rule, dict(zip(choices, combination, strict=True)))


def hostile(rule: Rule) -> Iterator[str]:
    """The rule's addresses with numbers and words that name nothing."""
    if not rule._converters:
        return
    words = [
        HOSTILE_NUMBERS if isinstance(c, IntegerConverter) else HOSTILE_WORDS
        for c in rule._converters.values()
    ]
    for combination in zip(*(itertools.cycle(w) for w in words), range(8), strict=False):
        yield filled(rule, dict(zip(rule._converters, combination, strict=False)))


def filled(rule: Rule, values: Mapping[str, str]) -> str:
    """A rule's path with the values in place."""
    path = str(rule)
    for name, value in values.items():
        prefix = "int:" if isinstance(rule._converters[name], IntegerConverter) else ""
        path = path.replace(f"<{prefix}{name}>", quote(value, safe="%"))
    return path


def fetch(client: Client, path: str, **kw: Any) -> Page:
    """A GET without any demand on status or markup."""
    site = client.site
    return Page(client.browser.get(path, base_url=site.base_url, **kw), path)


def readable(page: Page) -> str:
    """Everything a reader could find in an answer: text, headers, parts of workbooks."""
    data = page.response.get_data()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            data = b"\n".join(z.read(n) for n in z.namelist())
    return data.decode("utf-8", "replace") + str(page.headers)
