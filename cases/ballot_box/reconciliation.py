"""Cards on the table (B19): printed = used + returned + missing, for each voter group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class CardTally:
    """Cards of one group. ``returned``: unused and spoiled ones collected in the hall.

    ``printed`` counts every card made, reissued ones too; ``used`` comes from the urn.
    """

    group: str
    printed: int
    used: int
    returned: int
    missing: int

    @property
    def difference(self) -> int:
        """used + returned + missing − printed; 0 when the cards add up, above 0 a surplus."""
        return self.used + self.returned + self.missing - self.printed


def objections(tallies: Iterable[CardTally]) -> list[Sentence]:
    """One sentence per group whose cards do not add up; empty when all do."""
    return [
        m(
            "“%(group)s”:发卡 %(printed)s 张,已用 %(used)s、收回 %(returned)s、缺 %(missing)s,"
            "合计相差 %(difference)s 张",
            group=t.group,
            printed=t.printed,
            used=t.used,
            returned=t.returned,
            missing=t.missing,
            difference=t.difference,
        )
        for t in tallies
        if t.difference
    ]
