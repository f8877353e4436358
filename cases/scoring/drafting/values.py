"""A row's fields as texts, and a row made from texts: what forms and workbooks have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cases.scoring.drafting import typed
from cases.scoring.drafting.fields import Field, chain_of, parameters_of


def value_at(row: Mapping[str, Any], key: str) -> Any:
    """The value under a dotted key; a title written as one line is its Chinese text."""
    found: Any = row
    for name in key.split("."):
        if isinstance(found, str) and name in ("zh", "en"):
            return found if name == "zh" else None
        if isinstance(found, list):
            found = found[int(name)] if name.isdecimal() and int(name) < len(found) else None
        elif isinstance(found, Mapping):
            found = found.get(name)
        else:
            return None
    return found


def texts(row: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, str]:
    """The fields as they are typed, by key."""
    return {one.key: typed.SHOW[one.kind](value_at(row, one.key)) for one in fields}


def made(
    fields: Sequence[Field], told: Mapping[str, str], before: Mapping[str, Any]
) -> dict[str, Any]:
    """The row with the texts in its fields; what the fields don't speak of stays.

    Unchanged texts keep the very value; an empty one leaves its field out.
    """
    row: dict[str, Any] = {key: value for key, value in before.items()}
    for one in fields:
        old = value_at(before, one.key)
        new = typed.read(one.kind, told.get(one.key, ""), old)
        if new != old or type(new) is not type(old):
            row = put(row, one.key.split("."), new)
    return row


def settled(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without parameters that its method or links don't take and links taken out."""
    kept = dict(row)
    kept = _fitting(kept)
    again = kept.get("rescale")
    if isinstance(again, Mapping):
        kept["rescale"] = _fitting(again) if again.get("method") else None
    chain = kept.get("chain")
    if isinstance(chain, list):
        kept["chain"] = [_link(one) for one in chain if isinstance(one, dict) and one.get("link")]
    for key in ("parameters", "chain", "rescale"):
        if key in kept and not kept[key]:
            del kept[key]
    return kept


def _fitting(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with those parameters only that its method takes."""
    kept = dict(row)
    parameters = kept.get("parameters")
    if isinstance(parameters, Mapping):
        taken = {one.key.partition(".")[2] for one in parameters_of(kept.get("method"))}
        kept["parameters"] = {k: v for k, v in parameters.items() if k in taken}
    return kept


def _link(link: dict[str, Any]) -> dict[str, Any]:
    taken = {one.key.rpartition(".")[2] for one in chain_of([link])}
    return {key: value for key, value in link.items() if key in taken}


def put(row: Any, names: list[str], value: Any) -> Any:
    """The row with the value under the names; None takes it out."""
    head, rest = names[0], names[1:]
    if isinstance(row, list):
        place = int(head)
        inner = put(row[place], rest, value) if rest and place < len(row) else value
        return [inner if i == place else one for i, one in enumerate(row)]
    if head in ("zh", "en") and isinstance(row, str):
        row = {"zh": row}
    new = dict(row) if isinstance(row, Mapping) else {}
    inner = put(new.get(head), rest, value) if rest else value
    if inner is None or inner == {}:
        new.pop(head, None)
    else:
        new[head] = inner
    return new
