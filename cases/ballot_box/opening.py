"""The count (启封计票): sealed envelopes in, totals per merged group out. Run it twice and compare.

Checks that export, package and key belong together, opens each envelope in memory, refuses copies
and foreign cards, merges voter groups that are too small by the rule fixed in the package, and only
then adds up. Whole ballots are never returned: fifteen subjects by five grades is a fingerprint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases import canonical
from cases.ballot_box.counting import (
    Choices,
    Heap,
    Line,
    RowCount,
    SheetCount,
    count_sheets,
    heap_of,
)
from cases.ballot_box.envelope import mould_of, open_envelope
from cases.ballot_box.export import Export, GroupExport
from cases.ballot_box.formats import other_than
from cases.ballot_box.package import Package
from cases.ballot_box.refusals import EnvelopeRefusal, OpeningRefusal
from workflow.words import Sentence, m

FORMAT = "kaoji-count/1"
UNREADABLE, FOREIGN_CARD, REPEATED_CARD = "unreadable", "foreign_card", "repeated_card"
BLANK = "blank"  # not one mark on any sheet: handed in, invalid (but see ``accepted``)


@dataclass(frozen=True, slots=True)
class Count:
    """The result of opening an urn; the same bytes on every machine (``result_json``)."""

    urn: str
    package_digest: str
    form_digest: str
    root: str
    k: int
    envelopes: int
    findings: tuple[tuple[str, int], ...]
    sheets: tuple[SheetCount, ...]


def _unheard(_: int) -> None:
    """Nobody watches."""


def open_urn(
    export: Export,
    package: Package,
    private_key: X25519PrivateKey,
    *,
    surplus_noted: bool = False,
    opened: Callable[[int], None] = _unheard,
) -> Count:
    """Open and count. ``surplus_noted``: both officers signed a note on cards that do not add up.

    ``opened`` is told after each envelope (1), for a progress bar.

    Raises OpeningRefusal with every reason when export, package and key do not belong together.
    A single bad envelope counts as invalid and never stops the count.
    """
    reasons = _objections(export, package, private_key, surplus_noted)
    if reasons:
        raise OpeningRefusal(*reasons)
    findings: Counter[str] = Counter()
    heaps = {g.group: _open_group(g, package, private_key, findings, opened) for g in export.groups}
    return count_of(export, package, heaps, findings)


def count_of(
    export: Export, package: Package, heaps: Mapping[str, Heap], findings: Mapping[str, int]
) -> Count:
    """The count of opened ballots. Of fewer than k not even that some were blank is kept."""
    sheets = count_sheets(package, heaps)
    few = anonymous(export.count, sheets) < package.k
    told = {code: n for code, n in findings.items() if not (few and code == BLANK)}
    return Count(
        urn=package.urn,
        package_digest=package.digest,
        form_digest=package.form_digest,
        root=export.root,
        k=package.k,
        envelopes=export.count,
        findings=tuple(sorted(told.items())),
        sheets=sheets,
    )


def anonymous(envelopes: int, sheets: Sequence[SheetCount]) -> int:
    """How many of an urn's envelopes are not signed views."""
    signed = {line.groups: line.returned for s in sheets for line in s.lines if line.signed}
    return envelopes - sum(signed.values())


def result_json(count: Count) -> str:
    """The count as canonical JSON: compare two runs byte by byte."""
    return canonical.encode({"format": FORMAT, **asdict(count)}).decode()


def result_from_json(text: str) -> Count:
    """Read a stored count back. Raises OpeningRefusal when it is not one."""
    try:
        d = canonical.decode(text.encode())
        if d.pop("format") != FORMAT:
            raise ValueError("format")
        findings = tuple((str(code), int(n)) for code, n in d.pop("findings"))
        return Count(**{**d, "findings": findings, "sheets": tuple(map(_sheet, d["sheets"]))})
    except (ValueError, TypeError, KeyError, AttributeError) as e:
        damaged = m("计票结果读不出,可能已损坏")
        raise OpeningRefusal(other_than(text.encode(), FORMAT) or damaged) from e


def _sheet(d: dict[str, Any]) -> SheetCount:
    lines = tuple(_line(x) for x in d["lines"])
    empty, withheld = tuple(d["empty"]), tuple(d["withheld"])
    return SheetCount(str(d["sheet"]), str(d["kind"]), lines, empty, withheld)


def _line(d: dict[str, Any]) -> Line:
    rows = tuple(
        RowCount(r["subject"], tuple((k, n) for k, n in r["options"]), r["blank"])
        for r in d.pop("rows")
    )
    groups, flags = tuple(d["groups"]), tuple(d["flags"])
    return Line(**{**d, "groups": groups, "flags": flags, "rows": rows})


def _objections(
    export: Export, package: Package, private_key: X25519PrivateKey, surplus_noted: bool
) -> list[Sentence]:
    found: list[Sentence] = []
    if export.urn != package.urn or export.package_digest != package.digest:
        found.append(m("导出件和测评包不是同一个测评箱的"))
    if export.root != export.computed_root():
        found.append(m("密封件的总指纹与封箱时不符,有增减或改动"))
    if private_key.public_key().public_bytes_raw().hex() != package.public_key:
        found.append(m("启封密钥与测评包的公钥不符"))
    if sorted(g.group for g in export.groups) != sorted(package.group_keys):
        found.append(m("导出件的参评类别与测评包不符"))
    if not surplus_noted:
        found += [
            m("“%(group)s”的密封件与已用卡数不符,须由计票人和监票人书面说明", group=g.group)
            for g in export.groups
            if len(g.envelopes) != len(g.cards) or len(g.cards) > g.printed
        ]
    return found


def _open_group(
    group: GroupExport,
    package: Package,
    key: X25519PrivateKey,
    findings: Counter[str],
    told: Callable[[int], None],
) -> Heap:
    known, opened, mould = set(group.cards), [], mould_of(package, group.group)
    for envelope in sorted(group.envelopes):
        told(1)
        try:
            ballot = open_envelope(package, group.group, envelope, key, mould)
        except EnvelopeRefusal:
            findings[UNREADABLE] += 1
            continue
        if ballot.card not in known:
            findings[FOREIGN_CARD] += 1
            continue
        opened.append(ballot)
    uses = Counter(ballot.card for ballot in opened)
    # Of several envelopes with one card nobody can tell the true one: none of them counts.
    kept = [ballot for ballot in opened if uses[ballot.card] == 1]
    if len(kept) != len(opened):
        findings[REPEATED_CARD] += len(opened) - len(kept)
    counted = accepted(package, [ballot.choices for ballot in kept])
    if len(counted) != len(kept):
        findings[BLANK] += len(kept) - len(counted)
    return heap_of(package, group.group, len(group.envelopes), counted)


def accepted(package: Package, ballots: Sequence[Choices]) -> list[Choices]:
    """The ballots that count: all with a mark, and where rows are barred to some, all.

    There each row stands for other groups of cards. Left out of every row, the blank cards of one
    unit would follow from the rows' totals and the number handed in, however few its people.
    """
    if any(sheet.barred for sheet in package.sheets):
        return list(ballots)
    return [choices for choices in ballots if any(choices.values())]
