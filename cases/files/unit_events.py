"""Events of published lists of administrative changes, told apart into changes of single units.

An event names its units in two lists and says the rest in words. What the lists don't settle is a
fault that says so; nothing is guessed from the words, only the seat that moved is read there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from cases.files.roster_columns import Column
from workflow.vocabulary import UnitChangeKind as Kind
from workflow.words import Sentence, m

EVENT_COLUMNS: tuple[Column, ...] = (
    Column("kind", "事件类型", ("event_type",), True),
    Column("day", "年份", ("生效日期", "year"), True),
    Column("before", "变更前单位", ("old_county_units",), True),
    Column("after", "变更后单位", ("new_county_units",), True),
    Column("above", "所属地区", ("prefecture_names",)),
    Column("note", "变更说明", ("change_description",)),
    Column("document", "编号", ("event_id",), True),
    Column("address", "来源网址", ("source_url",)),
)
Names = tuple[str, ...]
Change = tuple[Kind | None, str, str]
"""Kind, unit before, unit after."""
Told = list[Change] | Sentence
_SEAT = "人民政府驻地"


@dataclass(frozen=True, slots=True)
class Event:
    """One row: its type, the units before and after, the areas above them, its words."""

    word: str
    before: Names
    after: Names
    above: Names
    words: str


def names_in(text: str) -> Names:
    """The names of a cell, each once."""
    return tuple(dict.fromkeys(name for one in text.split("、") if (name := one.strip())))


def changes_of(event: Event) -> tuple[list[Change], Sentence | None]:
    """The changes of single units, or why they can't be told apart."""
    read = TYPES.get(event.word)
    if read is None:
        known = "、".join(dict.fromkeys(TYPES))
        return [], m("不认识的事件类型“%(word)s”,只能填写:%(words)s", word=event.word, words=known)
    told = read(event)
    return ([], told) if isinstance(told, Sentence) else (told, None)


def _pairs(kind: Kind, event: Event) -> list[Change]:
    """Each unit before with each other one after."""
    return [(kind, a, b) for a, b in product(event.before, event.after) if a != b]


def _renamed(event: Event) -> Told:
    if not event.before or not event.after:
        return m("更名要写明变更前和变更后的名称,这一行没有写全")
    if len(event.before) > 1 or len(event.after) > 1:
        return m(
            "一行写了 %(a)s 个原名称、%(b)s 个新名称,分不清谁改为谁,请一行写一个",
            a=len(event.before), b=len(event.after),
        )  # fmt: skip
    if event.before == event.after:
        return m("更名前后的名称相同")
    return [(Kind.RENAME, event.before[0], event.after[0])]


def _merged(event: Event) -> Told:
    if not event.before:
        return m("合并要写明原单位,这一行没有写")
    if len(event.after) != 1:
        return m("合并要写明并入的一个单位,这一行写了 %(n)s 个", n=len(event.after))
    return [(Kind.MERGE, one, event.after[0]) for one in event.before]


def _abolished(event: Event) -> Told:
    """撤销或合并: by how many units there were and are."""
    if not event.before:
        return m("撤销要写明被撤销的单位,这一行没有写")
    if not event.after:
        return [(Kind.ABOLISH, one, "") for one in event.before]
    if event.before == event.after:
        return [(Kind.ADJUST, one, one) for one in event.before]
    if len(event.after) > 1:
        return _pairs(Kind.SPLIT, event)
    if len(event.before) > 1:
        return [(Kind.MERGE, one, event.after[0]) for one in event.before]
    return [(Kind.REPLACE, event.before[0], event.after[0])]


def _established(event: Event) -> Told:
    if not event.after:
        return m("设立要写明新设的单位,这一行没有写")
    if not event.before:
        return [(Kind.FOUND, "", one) for one in event.after]
    return _pairs(Kind.SPLIT, event) or m("新设的单位和原单位相同")


def _transferred(event: Event) -> Told:
    both = _pairs(Kind.TRANSFER, event)
    if both:
        return both
    if event.before:
        return [(Kind.TRANSFER, one, "") for one in event.before]
    if event.after:
        return [(Kind.TRANSFER, "", one) for one in event.after]
    return m("划转要写明划出或者划入的单位,这一行没有写")


def _adjusted(event: Event) -> Told:
    """区划调整: between two units as a transfer, else as each unit's own."""
    both = _pairs(Kind.TRANSFER, event)
    if both:
        return both
    named = event.before or event.after
    if not named and len(event.above) == 1 and event.above[0] in event.words:
        named = event.above
    if not named:
        return m("区划调整要写明单位,这一行没有写")
    return [(Kind.ADJUST, one, one) for one in named]


def _county(event: Event) -> Told:
    """县级变更: a new name, or a county that passed from one area to another."""
    shared = [one for one in event.before if one in event.after]
    if not shared:
        return _renamed(event)
    rest = [(Kind.TRANSFER, a, b) for a, b in product(event.before, event.after)
            if a not in shared and b not in shared]  # fmt: skip
    return [*((Kind.ADJUST, one, one) for one in shared), *rest]


def _moved(event: Event) -> Told:
    """驻地迁移: of the unit whose seat the words name."""
    named = event.before or (*event.after, *event.above)
    seats = [one for one in named if one + _SEAT in event.words]
    if not seats and event.before and _SEAT not in event.words:
        seats = list(event.before)
    if not seats:
        shown = "、".join(named) or "—"
        return m("说明里迁移驻地的不是这一行的单位(%(names)s),请写明是哪个单位", names=shown)
    return [(Kind.SEAT, one, one) for one in seats]


_READERS: tuple[tuple[tuple[str, ...], Callable[[Event], Told]], ...] = (
    (("rename", Kind.RENAME.zh), _renamed),
    (("merge", Kind.MERGE.zh), _merged),
    (("abolish_or_merge", "撤销或合并", Kind.ABOLISH.zh), _abolished),
    (("establish", Kind.FOUND.zh), _established),
    (("jurisdiction_transfer", Kind.TRANSFER.zh), _transferred),
    (("jurisdiction_adjustment", Kind.ADJUST.zh), _adjusted),
    (("county_change", "县级变更"), _county),
    (("residence_change", Kind.SEAT.zh), _moved),
)
TYPES: dict[str, Callable[[Event], Told]] = {
    word: read for words, read in _READERS for word in words
}
