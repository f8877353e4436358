"""Two changes of one scheme meet: both stand, order and strangers stay, clashes are named."""

from copy import deepcopy
from typing import Any

from cases.scoring.drafting.merge import merged
from tests.world import scheme_document


def changed(*path: Any, to: Any) -> dict[str, Any]:
    """The sample scheme with one value changed."""
    document = scheme_document()
    inner: Any = document
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = to
    return document


def test_changes_of_different_fields_both_stand() -> None:
    mine = changed("items", 0, "cap", to=5)
    theirs = changed("items", 0, "per_case", to=2)
    expected = deepcopy(theirs)
    expected["items"][0]["cap"] = 5
    assert merged(scheme_document(), mine, theirs) == (expected, ())


def test_row_added_here_and_row_taken_out_there_both_stand() -> None:
    base = scheme_document()
    fresh = {"code": "debt", "title": "风险", "kind": "deduction", "cap": 1, "per_case": 1}
    mine = {**deepcopy(base), "items": [fresh, *deepcopy(base["items"])]}
    theirs = {**deepcopy(base), "items": deepcopy(base["items"])[1:]}
    found, clashes = merged(base, mine, theirs)
    assert ([row["code"] for row in found["items"]], clashes) == (["response", "award", "debt"], ())


def test_same_field_changed_otherwise_is_named_and_keeps_theirs() -> None:
    mine, theirs = changed("items", 0, "cap", to=5), changed("items", 0, "cap", to=4)
    assert merged(scheme_document(), mine, theirs) == (theirs, ("items.safety.cap",))


def test_row_changed_here_and_taken_out_there_is_named() -> None:
    mine = changed("items", 0, "cap", to=5)
    theirs = scheme_document()
    del theirs["items"][0]
    assert merged(scheme_document(), mine, theirs) == (theirs, ("items.safety",))


def test_same_change_on_both_sides_is_none() -> None:
    both = changed("items", 0, "cap", to=5)
    assert merged(scheme_document(), both, deepcopy(both)) == (both, ())


def test_list_without_codes_is_one_whole() -> None:
    assert merged({"a": [1]}, {"a": [1, 2]}, {"a": [3]}) == ({"a": [3]}, ("a",))
    assert merged({"a": 1}, {"a": True}, {"a": 1}) == ({"a": True}, ())
