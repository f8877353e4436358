"""Which electorates are counted together, so that no line stands for fewer than k ballots.

One partition for the whole urn: were each sheet merged by itself, lines of two sheets that differ
by one small electorate would give its turnout back by subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Sizes = Mapping[str, int]
"""Electorate -> ballots that can stand on one cell (a sheet, or a row some are barred from)."""

Lines = list[tuple[str, ...]]


def merge_small(sizes: Sizes, least: int) -> Lines:
    """Merge electorates (in merge order) until each line holds ``least`` ballots, or one is left.

    The first one short joins its next neighbour; the last one joins the one before it.
    """
    return merged_lines([(key,) for key in sizes], [sizes], least, hopeless=True)


def merged_lines(
    lines: Sequence[tuple[str, ...]],
    cells: Sequence[Sizes],
    least: int,
    *,
    hopeless: bool = False,
) -> Lines:
    """The same over many cells at once: a line is short while it is short on any of them.

    Cells that fall short even when all is merged can't be helped by merging; they are left out
    (and withheld) unless ``hopeless``. ``lines``: what was announced as counted together.
    """
    merged = list(lines)
    live = [c for c in cells if hopeless or sum(c.values()) >= least]
    while len(merged) > 1:
        at = next((i for i, line in enumerate(merged) if _short(line, live, least)), None)
        if at is None:
            break
        at = min(at, len(merged) - 2)
        merged[at : at + 2] = [merged[at] + merged[at + 1]]
    return merged


def _short(line: tuple[str, ...], cells: Sequence[Sizes], least: int) -> bool:
    """Whether the line stands for too few on a cell it has a part in."""
    for cell in cells:
        mine = [cell[key] for key in line if key in cell]
        if mine and sum(mine) < least:
            return True
    return False
