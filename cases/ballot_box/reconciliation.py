"""Cards on the table (B19): printed = used + returned + missing, for each voter group.

Late papers of a group are a line of their own. Cards made anew for lost ones are at most those
missing, and no more cards were used than people were present.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class CardTally:
    """Cards of one group. ``returned``: unused and spoiled ones collected in the hall.

    ``printed`` counts every card made, reissued ones too; ``used`` comes from the urn. ``lost``:
    cards made anew because their holders lost them. ``late``: papers taken after the closing.
    """

    group: str
    printed: int
    used: int
    returned: int
    missing: int
    lost: int = 0
    late: bool = False

    @property
    def difference(self) -> int:
        """used + returned + missing − printed; 0 when the cards add up, above 0 a surplus."""
        return self.used + self.returned + self.missing - self.printed


def objections(tallies: Iterable[CardTally], present: int | None = None) -> list[Sentence]:
    """What doesn't add up, group by group and then of all; empty when everything does.

    ``present``: people counted at the closing call; None where that isn't known.
    """
    rows = list(tallies)
    found = [sentence for row in rows for sentence in _of_group(row)]
    used = sum(row.used for row in rows if not row.late)
    if present is not None and used > present:
        found.append(m("已用 %(used)s 张,多于实到 %(present)s 人", used=used, present=present))
    return found


def _of_group(row: CardTally) -> Sequence[Sentence]:
    name = m("%(group)s 迟到票", group=row.group) if row.late else row.group
    found = []
    if row.difference:
        found.append(
            m(
                "“%(group)s”:发卡 %(printed)s 张,已用 %(used)s、收回 %(returned)s、"
                "缺 %(missing)s,合计相差 %(difference)s 张",
                group=name,
                printed=row.printed,
                used=row.used,
                returned=row.returned,
                missing=row.missing,
                difference=row.difference,
            )
        )
    if row.lost > row.missing:
        found.append(
            m(
                "“%(group)s”:按遗失补发了 %(lost)s 张,缺数只有 %(missing)s 张",
                group=name,
                lost=row.lost,
                missing=row.missing,
            )
        )
    return found
