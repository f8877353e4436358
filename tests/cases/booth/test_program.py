"""Digests that a sceptic may compare: of vendored and own scripts, and of ballot pages."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from cases.ballot_box.cards import fingerprint
from tests.cases.booth.test_journey import page

STATIC = Path(__file__).resolve().parents[3] / "static"
HPKE = "8a71aaf734b100b52a4dbaf0d73b33d0108f409c1681829fb3f74de37342914a"


def listed(booth, lang: str = "zh") -> list[str]:
    """All digests of the page, in its order."""
    text = page(booth.client.get(f"/check/{booth.package.urn}?lang={lang}")).text
    found = re.findall(r'<code class="bo-root">([0-9a-f ]+)</code>', text)
    return [digest.replace(" ", "") for digest in found]


def test_vendored_library_is_the_one_its_note_names():
    folder = STATIC / "booth" / "vendor"
    assert sha256((folder / "hpke-1.1.7.js").read_bytes()).hexdigest() == HPKE
    assert HPKE in (folder / "README.md").read_text()
    assert "MIT License" in (folder / "hpke.LICENSE.md").read_text()


@pytest.mark.parametrize(("group", "lang", "at"), [("A", "zh", 2), ("A", "en", 3), ("C", "en", 5)])
def test_ballot_page_without_code_and_fingerprint_has_the_published_digest(booth, group, lang, at):
    for card in booth.cards[group][:2]:
        text = page(booth.client.post("/ballot", data={"code": card.code, "lang": lang})).text
        mine = fingerprint(booth.settings.booth_pepper.encode(), card.code)
        assert (text.count(card.code), text.count(mine)) == (2, 1)
        bare = text.replace(card.code, "").replace(mine, "")
        assert sha256(bare.encode()).hexdigest() == listed(booth)[at]


def test_digests_of_form_key_and_scripts_are_shown_in_both_languages(booth):
    names = ("booth.js", "sealing.js", "envelope.js", "vendor/hpke-1.1.7.js")
    scripts = [sha256((STATIC / "booth" / n).read_bytes()).hexdigest() for n in names]
    found = listed(booth)
    assert found[:2] == [booth.package.digest, booth.package.public_key]
    assert found[-4:] == scripts
    assert found == listed(booth, "en")
    assert len(found) == 2 + 2 * 2 + 4


def test_every_script_of_the_ballot_page_carries_its_digest(booth):
    ballot = page(booth.client.post("/ballot", data={"code": booth.cards["A"][0].code}))
    loaded = [a for a in ballot.all("script") + ballot.all("link") if "integrity" in a]
    files = [str(a.get("src") or a.get("href")).split("?")[0] for a in loaded]
    assert sorted(files) == sorted(
        f"/static/booth/{n}"
        for n in ("booth.js", "sealing.js", "envelope.js", "vendor/hpke-1.1.7.js")
    )
    assert len(ballot.all("script")) == 2


def test_unknown_urn_has_no_digests(booth):
    page(booth.client.get("/check/nothing"), 404)
