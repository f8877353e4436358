"""Which sums of a survey may be shown: areas short of k are merged with others of their unit.

The merging is the ballot box's own (``merging.merge_small``), the sentence that stands for the rest
is ``disclosure.too_few``. A unit with fewer than k answers is not shown, and what is added up over
units holds disclosed units only, so that no subtraction gives a small one back (B12, B13).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cases.ballot_box.disclosure import too_few
from cases.ballot_box.merging import merge_small
from cases.ballot_box.package import K_FLOOR
from workflow.words import Sentence

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Heard:
    """One area as counted: its name, people asked (0: nobody counted them), answers, sums."""

    code: str
    name: str
    quota: int
    asked: int
    answered: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """Areas that may be shown together."""

    names: tuple[str, ...]
    quota: int
    asked: int
    answered: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Voice:
    """What may be shown of one unit; ``withheld`` stands where there is no total."""

    lines: tuple[VoiceLine, ...]
    total: VoiceLine | None
    withheld: Sentence | None


def voice_of(areas: Sequence[Heard], k: int) -> Voice:
    """One unit's areas, in the order that merges: a small one joins its next neighbour."""
    least = max(k, K_FLOOR)
    if sum(a.answered for a in areas) < least:
        return Voice((), None, too_few(least))
    by_code = {a.code: a for a in areas}
    merged = merge_small({a.code: a.answered for a in areas}, least)
    lines = tuple(_line([by_code[code] for code in codes]) for codes in merged)
    return Voice(lines if len(lines) > 1 else (), _line(areas), None)


def over_all(voices: Iterable[Voice], k: int) -> VoiceLine | None:
    """Disclosed units together; None when that is one unit or fewer than k answers."""
    totals = [v.total for v in voices if v.total is not None]
    if len(totals) < 2 or sum(t.answered for t in totals) < max(k, K_FLOOR):
        return None
    return _added(totals)


def _line(areas: Sequence[Heard]) -> VoiceLine:
    return _added([VoiceLine((a.name,), a.quota, a.asked, a.answered, a.counts) for a in areas])


def _added(lines: Sequence[VoiceLine]) -> VoiceLine:
    counts: dict[str, dict[str, int]] = {}
    for line in lines:
        for question, answers in line.counts.items():
            into = counts.setdefault(question, {})
            for answer, n in answers.items():
                into[answer] = into.get(answer, 0) + n
    return VoiceLine(
        tuple(name for line in lines for name in line.names),
        sum(line.quota for line in lines),
        sum(line.asked for line in lines),
        sum(line.answered for line in lines),
        counts,
    )
