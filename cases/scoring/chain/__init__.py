"""The links of transform chains by code. A new one: its file here, its line in ``LINKS``."""

from cases.scoring.chain import clip, denominate, impute, line, percentiles, transform, winsorise
from cases.scoring.chain.link import LinkKind

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
