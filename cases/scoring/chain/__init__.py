"""The links of transform chains by code. A new one: its file here, its line in ``LINKS``."""

import numpy as np

from cases.scoring.chain import clip, denominate, impute, line, percentiles, transform, winsorise
from cases.scoring.chain.link import Frame, LinkKind
from cases.scoring.exact import LARGEST
from cases.scoring.shapes import Link
from cases.scoring.vectors import Floats, divided
from workflow.words import m

LINKS: dict[str, LinkKind] = {
    one.code: one
    for one in (
        denominate.LINK,
        impute.LINK,
        winsorise.LINK,
        percentiles.LINK,
        transform.LINK,
        line.LINK,
        clip.LINK,
    )
}
_FURTHEST = float(LARGEST)


def through(link: Link, frame: Frame) -> Frame:
    """The figures after a link; what leaves the range of figures by it is lost and says so."""
    kind = LINKS[link.kind]
    if not kind.widens:
        return kind.apply(frame, link.parameters)
    with np.errstate(over="ignore", invalid="ignore"):  # told below
        after = kind.apply(frame, link.parameters)
    values = after.values
    if isinstance(values, Floats):
        figures = values.array
    elif values.most < int(LARGEST) * values.den:
        return after
    else:
        figures = divided(values.nums, values.den)
    near = np.abs(figures) < _FURTHEST
    if near.all():
        return after
    kept = values.taken(np.flatnonzero(near).tolist())
    return after.without(~near, kept, m("变换的得数超出可计的范围"))
