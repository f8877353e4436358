"""Cards as printed: two of a group differ in their code only, and no code stays behind (B6, B21)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.ballot_box.cards import fingerprint, normalise
from cases.ballot_box.urn_tables import cards as urn_cards
from cases.models import Meeting
from cases.web.urns import urns
from tests.journeys.test_meeting import HOME, make_key, office, planned, site, world  # noqa: F401
from tests.web_client import Site
from tests.world import World

_HALF = r"[0-9A-HJKMNP-TV-Z]{4}(?: [0-9A-HJKMNP-TV-Z]{4}){2}"
_CODE = re.compile(rf"({_HALF})\s+({_HALF})")


@pytest.fixture
def printed(site: Site, world: World) -> bytes:  # noqa: F811
    """The print file of 2 + 12 cards, as the page answered it."""
    clerk = office(site, world)
    make_key(clerk)
    planned(clerk, world)
    clerk.submit(clerk.get(f"{HOME}/move/freeze_meeting"))
    answer = clerk.submit(clerk.get(HOME), action="/cards", status=200)
    return bytes(answer.response.get_data())


def words(pdf: bytes) -> str:
    """Text of a PDF that is handed over by pipe, so that no test file keeps a code."""
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, timeout=60
    )
    assert done.returncode == 0
    return done.stdout.decode()


def codes(pdf: bytes) -> list[str]:
    return [normalise(a + b) for a, b in _CODE.findall(words(pdf))]


def test_every_printed_code_opens_and_no_file_keeps_one(
    site: Site,  # noqa: F811
    printed: bytes,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    made = codes(printed)
    assert len(set(made)) == 14
    with site.app.app_context(), urns() as store, store.engine.connect() as conn:
        known = set(conn.scalars(sa.select(urn_cards.c.fingerprint)))
    pepper = site.settings.booth_pepper.encode()
    assert known == {fingerprint(pepper, code) for code in made}
    content = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    forms = {form.encode() for c in made for form in (c, c[:4] + " " + c[4:8], c.lower())}
    assert [p.name for p, data in content.items() if any(form in data for form in forms)] == []
    assert [p.name for p in content if p.suffix == ".pdf"] == []
    out = capfd.readouterr()
    assert [c for c in made if c in out.out + out.err] == []


def test_cards_of_a_group_differ_in_their_code_only(printed: bytes) -> None:
    text = words(printed)
    assert [word for word in ("编号", "序号", "No.") if word in text] == []
    lines = [re.sub(_HALF, "…", line).strip() for line in text.splitlines() if line.strip()]
    counts = {line: lines.count(line) for line in set(lines)}
    assert counts["下属与代表"] == 12
    assert counts["班子成员与同级"] == 2
    # Nothing but the group's own word is printed on fewer than all cards.
    assert {n for line, n in counts.items() if line not in ("下属与代表", "班子成员与同级")} <= {
        14,
        28,
    }


def test_sheets_are_a4_and_their_order_is_not_the_urns(
    site: Site,  # noqa: F811
    printed: bytes,
) -> None:
    assert set(re.findall(rb"/MediaBox\s*\[\s*0 0 (\d+)[\d.]* (\d+)", printed)) == {
        (b"595", b"841")
    }
    pepper = site.settings.booth_pepper.encode()
    order = [fingerprint(pepper, code) for code in codes(printed)]
    assert order != sorted(order)
    with site.store.reading() as conn:
        digest = conn.scalar(sa.select(Meeting.package_digest))
    assert words(printed).count(str(digest)[:16]) == 14
