"""What a sceptic may compare: digests of the booth's scripts and of its ballot pages.

A ballot page is the same for every card of a group but for the card's code and fingerprint; its
digest is taken with both left out. Whoever doubts the page saves it, removes the two and compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import current_app, render_template
from werkzeug.datastructures import MultiDict

from cases.ballot_box.envelope import info_for, sealed_size
from cases.ballot_box.package import Package, Text
from cases.booth import speech
from cases.booth.paper import Paper, read_paper

_SCRIPTS = ("booth/booth.js", "booth/sealing.js", "booth/envelope.js", "booth/vendor/hpke-1.1.7.js")
_KEPT = "kaoji-booth-pages"


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with a digest: ``name`` is a file, or the title of a group; 64 hex letters."""

    name: Text
    digest: str
    lang: str = ""


def desk(paper: Paper, code: str, card: str, faults: object = ()) -> str:
    """The ballot page of a card; ``card`` is its fingerprint, which the browser seals in."""
    package = paper.package
    return render_template(
        "booth/ballot.html",
        paper=paper,
        code=code,
        card=card,
        faults=faults,
        info=info_for(package, paper.group.key).decode(),
        size=sealed_size(package),
    )


def page_digests(package: Package) -> list[Named]:
    """Digests of the ballot pages, by group and language; computed once for each package."""
    kept: dict[str, list[Named]] = current_app.extensions.setdefault(_KEPT, {})
    if package.digest not in kept:
        kept[package.digest] = [
            Named(group.title, _digest(package, group.key, lang), lang)
            for group in package.groups
            if package.sheets_for(group.key)
            for lang in speech.LANGUAGES
        ]
    return kept[package.digest]


def _digest(package: Package, group: str, lang: str) -> str:
    with speech.speaking(lang):
        page = desk(read_paper(package, group, MultiDict()), "", "")
    return sha256(page.encode()).hexdigest()


def script_digests() -> list[Named]:
    """SHA-256 of each script that a ballot page runs."""
    folder = Path(str(current_app.static_folder))
    return [
        Named(Text(Path(path).name), sha256((folder / path).read_bytes()).hexdigest())
        for path in _SCRIPTS
    ]
