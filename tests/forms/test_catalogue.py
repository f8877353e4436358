"""Every form is in the catalogue, under one key."""

from importlib import import_module
from pathlib import Path

import pytest

from forms.base import Form
from forms.catalogue import CATALOGUE, UnknownForm, form_class

FORMS = Path(__file__).resolve().parents[2] / "forms"


def test_every_form_of_the_house_is_in_the_catalogue() -> None:
    named = {
        thing
        for path in FORMS.rglob("*.py")
        if path.stem not in ("__init__", "catalogue")
        for thing in vars(
            import_module(".".join(["forms", *path.relative_to(FORMS).with_suffix("").parts]))
        ).values()
        if isinstance(thing, type) and issubclass(thing, Form) and thing.key
    }
    assert named - set(CATALOGUE.values()) == set()


def test_form_class_finds_by_key() -> None:
    assert form_class("account.sign_in").key == "account.sign_in"


def test_form_class_refuses_an_unknown_key() -> None:
    with pytest.raises(UnknownForm):
        form_class("account.nothing")


@pytest.mark.parametrize("key", sorted(CATALOGUE))
def test_every_form_is_made_empty_and_has_labels(key: str) -> None:
    form = form_class(key)()
    assert [field.name for field in form if not field.label.text] == []
