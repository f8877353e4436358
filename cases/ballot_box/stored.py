"""What of a count is stored outside the urn: the header of its tally, the counts behind scores.

Pure, so that whoever verifies makes the same rows again from the result that was signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cases.ballot_box.disclosure import Scope, disclosed
from cases.ballot_box.opening import Count
from cases.ballot_box.package import Package
from workflow.vocabulary import CaseKind

BLANK = "blank"
"""The option under which rows left empty are stored."""
GRADING = frozenset(kind.value for kind in CaseKind)
"""Kinds of sheets that feed a grade (M10)."""


def cards_of(table: Mapping[str, Any], count: Count) -> dict[str, int]:
    """Cards handed out, handed in, readable and not; ``table``: the reconciled cards by line.

    Issued: printed without those collected.
    """
    invalid = sum(number for _, number in count.findings)
    issued = sum(line["printed"] - line["returned"] for line in table.values())
    return {
        "issued": max(issued, count.envelopes),  # a surplus is noted by both tellers, not hidden
        "returned": count.envelopes,
        "valid": count.envelopes - invalid,
        "invalid": invalid,
    }


def counts_of(package: Package, count: Count) -> Iterator[dict[str, Any]]:
    """One row per subject, item, merged electorates and option that was chosen; withheld figures
    and sheets that don't feed a grade have none."""
    for sheet in disclosed(package, count, Scope.OFFICE):
        if sheet.kind not in GRADING:
            continue
        for row in sheet.rows:
            for line in row.lines:
                for option, number in (*line.options, (BLANK, line.blank)):
                    if number:
                        yield {
                            "urn_id": count.urn,
                            "root": count.root,
                            "case_id": int(row.subject),
                            "sheet": sheet.sheet,
                            "kind": sheet.kind,
                            "item": sheet.item,
                            "groups": "+".join(line.groups),
                            "option": option,
                            "count": number,
                        }
