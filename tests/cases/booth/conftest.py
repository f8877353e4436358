"""A booth with an open urn: twelve people and a body, cards for two groups."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask.testing import FlaskClient

from cases.ballot_box.cards import Card, fingerprints_by_group, make_cards
from cases.ballot_box.package import Group, Limit, Option, Package, Row, Sheet, Text
from cases.ballot_box.urn import UrnStore, open_urn_store
from cases.ballot_box.urn_tables import upgrade_urns
from cases.booth import create_booth
from config import Settings, complete

PEOPLE = (
    ("屈若水", "党组书记、局长"),
    ("汪澹如", "党组成员、副局长"),
    ("司空砚", "党组成员、副局长"),
    ("骆行健", "党组成员、副局长"),
    ("濮阳溪", "党组成员、总工程师"),
    ("訾文澜", "综合运输科科长"),
    ("逄致远", "公路建设科科长"),
    ("仇雨桐", "安全监督科科长"),
    ("佘知行", "法规科科长"),
    ("妫明夷", "财务科科长"),
    ("缑远舟", "人事科科长"),
    ("亓官敏", "机关党委专职副书记"),
)
GRADES = (
    ("a", "优秀", "Excellent"),
    ("b", "称职", "Competent"),
    ("c", "基本称职", "Basically competent"),
    ("d", "不称职", "Not competent"),
)
BODY = (
    ("g", "好", "Good"),
    ("f", "较好", "Fairly good"),
    ("n", "一般", "Average"),
    ("p", "较差", "Poor"),
)


@dataclass(frozen=True)
class Booth:
    """Everything a booth test needs."""

    client: FlaskClient
    store: UrnStore
    package: Package
    key: X25519PrivateKey
    cards: dict[str, list[Card]]
    settings: Settings


def twelve(key: X25519PrivateKey, receipt: bool = False, body: bool = True) -> Package:
    options = (
        *(Option(k, Text(zh, en)) for k, zh, en in GRADES),
        Option("u", Text("不了解", "Don't know"), abstain=True),
    )
    rows = tuple(Row(f"p{i}", name, post) for i, (name, post) in enumerate(PEOPLE))
    sheets = [
        Sheet(
            "cadre",
            "cadre",
            Text("领导干部测评表", "Leading cadres"),
            options,
            rows,
            ("A", "C"),
            (Limit("a", 4),),
        )
    ]
    if body:
        sheets.append(
            Sheet(
                "body",
                "body",
                Text("领导班子测评表", "Leading body"),
                tuple(Option(k, Text(zh, en)) for k, zh, en in BODY),
                (Row("bd", "局领导班子"),),
                ("C",),
            )
        )
    return Package(
        urn="2025-jt",
        public_key=key.public_key().public_bytes_raw().hex(),
        organ=Text("云州市交通运输局", "Yunzhou Transport Bureau"),
        title=Text("2025 年度民主测评", "Assessment 2025"),
        sheets=tuple(sheets),
        groups=(
            Group("A", Text("领导班子成员", "Leading body")),
            Group("C", Text("职工代表", "Staff")),
        ),
        receipt=receipt,
        contact="机关纪委,内线 6031",
    )


@pytest.fixture
def make_booth(tmp_path):
    """A booth over a fresh urn; keyword arguments go to the package."""
    stores = []

    def make(url: str = "http://localhost", **how) -> Booth:
        key = X25519PrivateKey.generate()
        package = how.pop("package", None) or twelve(key, **how)
        settings = complete(Settings(mode="test", var=tmp_path, booth_url=url))
        upgrade_urns(settings.booth_database_url)
        store = open_urn_store(settings.booth_database_url)
        stores.append(store)
        cards = make_cards(package, {g.key: 6 for g in package.groups}, url)
        store.prepare(package, fingerprints_by_group(settings.booth_pepper.encode(), cards))
        store.open(package.urn)
        by_group = {g.key: [c for c in cards if c.group == g.key] for g in package.groups}
        app = create_booth(settings, store=store)
        return Booth(app.test_client(), store, package, key, by_group, settings)

    yield make
    for store in stores:
        store.dispose()


@pytest.fixture
def booth(make_booth) -> Booth:
    return make_booth()
