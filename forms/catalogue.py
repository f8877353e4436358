"""Form key -> class. Stage files name forms by key; the door and upcasters find them here.

A new form file joins by one word in ``_FILES``; a test fails when one is missing.
"""

from __future__ import annotations

from types import ModuleType

from forms import (
    account,
    administration,
    analysis,
    archive,
    committee_review,
    data_collection,
    hall,
    inquiry,
    keys,
    measures,
    meeting,
    moves,
    named_opinion,
    observations,
    opinions,
    portfolios,
    result,
    review,
    roster,
    scans,
    scheme,
    scoping,
    self_report,
    setup,
    unit_changes,
    voice,
)
from forms.base import Form

_FILES: tuple[ModuleType, ...] = (
    archive,
    measures,
    data_collection,
    inquiry,
    opinions,
    keys,
    meeting,
    moves,
    named_opinion,
    account,
    administration,
    committee_review,
    result,
    review,
    roster,
    scans,
    scheme,
    scoping,
    self_report,
    setup,
    unit_changes,
    analysis,
    voice,
    hall,
    observations,
    portfolios,
)


class UnknownForm(LookupError):
    """No form has this key."""


def _collect(files: tuple[ModuleType, ...]) -> dict[str, type[Form]]:
    found: dict[str, type[Form]] = {}
    for file in files:
        for thing in vars(file).values():
            named = isinstance(thing, type) and issubclass(thing, Form) and thing.key
            if named and found.setdefault(thing.key, thing) is not thing:
                raise ValueError(f"two forms are called {thing.key}")
    return found


CATALOGUE: dict[str, type[Form]] = _collect(_FILES)


def form_class(key: str) -> type[Form]:
    """The class of a form. Raises :class:`UnknownForm`."""
    try:
        return CATALOGUE[key]
    except KeyError:
        raise UnknownForm(key) from None
