"""What an error page repeats of a refused POST: what was typed, never a secret."""

from __future__ import annotations

from cases.web.refusals import secret
from forms.catalogue import CATALOGUE


def test_secret_names_every_field_that_hides_what_is_typed() -> None:
    shown = [
        (form.key, name)
        for form in CATALOGUE.values()
        for name, field in form(None, say=str)._fields.items()
        if field.type == "Password" and not secret(name)
    ]
    assert shown == []


def test_secret_names_shares_and_card_codes() -> None:
    names = ("share_1", "passphrase_2", "code", "password", "slip", "pin", "again")
    assert [name for name in names if not secret(name)] == []
    assert [name for name in ("reason", "title", "organ") if secret(name)] == []
