"""The paper ballot of a frozen meeting."""

from __future__ import annotations

from datetime import date

from cases.ballot_box.package import Package, Sheet
from cases.documents.context import BallotSheet, PaperBallot


def paper_ballot(
    package: Package, group: str, mark: str, *, year: int, organ: str, on: date
) -> PaperBallot:
    """One form of a batch; every copy is this one."""
    voters = package.group(group)
    return PaperBallot(
        year=year,
        organ=organ,
        issued_on=on,
        meeting=package.title.zh,
        unit=package.organ.zh,
        group=voters.title.zh,
        colour=voters.colour or "#000000",
        mark=mark,
        digest=package.digest,
        signed=voters.signed,
        sheets=tuple(_sheet(sheet) for sheet in package.sheets_for(group)),
    )


def _sheet(sheet: Sheet) -> BallotSheet:
    titles = {option.key: option.title.zh for option in sheet.options}
    limits = "，".join(f"{titles[x.option]}最多 {x.most} 个" for x in sheet.limits)
    return BallotSheet(
        title=sheet.title.zh,
        options=tuple(option.title.zh for option in sheet.options),
        rows=tuple((row.name, row.post) for row in sheet.rows),
        note=limits,
    )
