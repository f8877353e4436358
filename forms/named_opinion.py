"""The named opinion of the leader in charge: a grade for each body and cadre of his units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from forms.base import Form
from forms.fields import PickOne
from workflow.words import m

Rows = Sequence[tuple[int, str, Sequence[tuple[str, Any]]]]
"""(case id, name, options) of those the leader is in charge of."""


class NamedOpinions(Form):
    """Made by :func:`opinions_form`; a grade is ``mark_<case>``. What is left open is not given."""

    key = "named_opinions"
    cases: ClassVar[tuple[int, ...]] = ()

    def marks(self) -> dict[int, str]:
        """Case id -> option, for those marked."""
        return {
            case: str(self[f"mark_{case}"].data) for case in self.cases if self[f"mark_{case}"].data
        }


def opinions_form(rows: Rows) -> type[NamedOpinions]:
    """The form over one leader's cases."""
    fields: dict[str, Any] = {
        f"mark_{case}": PickOne(m("对%(name)s的评价", name=name), choices=options)
        for case, name, options in rows
    }
    fields |= {"cases": tuple(case for case, _, _ in rows), "key": NamedOpinions.key}
    meta: Any = type(NamedOpinions)
    made: type[NamedOpinions] = meta("TheseOpinions", (NamedOpinions,), fields)
    return made
