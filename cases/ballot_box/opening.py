"""The count (启封计票): sealed envelopes in, totals per merged group out. Run it twice and compare.

Checks that export, package and key belong together, opens each envelope in memory, refuses copies
and foreign cards, merges voter groups that are too small by the rule fixed in the package, and only
then adds up. Whole ballots are never returned: fifteen subjects by five grades is a fingerprint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases import canonical
from cases.ballot_box.envelope import Ballot, mould_of, open_envelope
from cases.ballot_box.export import Export, GroupExport
from cases.ballot_box.package import Package, Sheet
from cases.ballot_box.refusals import EnvelopeRefusal, OpeningRefusal
from workflow.words import Sentence, m

FORMAT = "kaoji-count/1"
UNREADABLE, FOREIGN_CARD, REPEATED_CARD = "unreadable", "foreign_card", "repeated_card"


@dataclass(frozen=True, slots=True)
class RowCount:
    """One subject on one line: ballots per option key in the sheet's order, and rows left empty."""

    subject: str
    options: tuple[tuple[str, int], ...]
    blank: int


@dataclass(frozen=True, slots=True)
class Line:
    """One merged voter group on one sheet. returned = valid + invalid; options + blank = valid.

    ``withheld``: fewer than k valid ballots even after merging; ``rows`` is then empty for ever.
    """

    groups: tuple[str, ...]
    signed: bool
    returned: int
    valid: int
    invalid: int
    withheld: bool
    rows: tuple[RowCount, ...]


@dataclass(frozen=True, slots=True)
class SheetCount:
    """All lines of one sheet. ``empty``: groups that handed in nothing (weights renormalise)."""

    sheet: str
    kind: str
    lines: tuple[Line, ...]
    empty: tuple[str, ...]


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


@dataclass(slots=True)
class _Heap:
    """Opened ballots of one group, in memory."""

    returned: int
    ballots: list[Ballot]


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
    return Count(
        urn=package.urn,
        package_digest=package.digest,
        form_digest=package.form_digest,
        root=export.root,
        k=package.k,
        envelopes=export.count,
        findings=tuple(sorted(findings.items())),
        sheets=tuple(_count_sheet(s, package, heaps) for s in package.sheets),
    )


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
        raise OpeningRefusal(m("计票结果读不出,可能已损坏")) from e


def _sheet(d: dict[str, object]) -> SheetCount:
    lines = tuple(_line(x) for x in d["lines"])  # type: ignore[attr-defined]
    return SheetCount(str(d["sheet"]), str(d["kind"]), lines, tuple(d["empty"]))  # type: ignore[arg-type]


def _line(d: dict[str, object]) -> Line:
    rows = tuple(
        RowCount(r["subject"], tuple((k, n) for k, n in r["options"]), r["blank"])
        for r in d.pop("rows")  # type: ignore[attr-defined]
    )
    return Line(**{**d, "groups": tuple(d["groups"]), "rows": rows})  # type: ignore[arg-type]


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
) -> _Heap:
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
    return _Heap(len(group.envelopes), kept)


def _valid(sheet: Sheet, heap: _Heap) -> list[dict[str, str]]:
    """The filled sheets; a sheet without a single mark is no valid one."""
    return [b.choices[sheet.key] for b in heap.ballots if b.choices.get(sheet.key)]


def _count_sheet(sheet: Sheet, package: Package, heaps: dict[str, _Heap]) -> SheetCount:
    due = [g for g in package.groups if g.key in sheet.groups]
    filled = {g.key: _valid(sheet, heaps[g.key]) for g in due}
    present = [g for g in due if heaps[g.key].returned]
    sizes = {g.key: len(filled[g.key]) for g in present if not g.signed}
    parts: list[tuple[tuple[str, ...], bool]] = [
        (keys, False) for keys in merge_small(sizes, package.k)
    ]
    parts += [((g.key,), True) for g in present if g.signed]
    order = package.group_keys
    lines = [
        _line_of(sheet, keys, is_signed, heaps, filled, package.k)
        for keys, is_signed in sorted(parts, key=lambda x: order.index(x[0][0]))
    ]
    empty = tuple(g.key for g in due if not heaps[g.key].returned)
    return SheetCount(sheet.key, sheet.kind, tuple(lines), empty)


def merge_small(sizes: dict[str, int], least: int) -> list[tuple[str, ...]]:
    """Merge groups (in merge order) until each holds ``least`` ballots, or one group is left.

    The first one short joins its next neighbour; the last one joins the one before it.
    """
    heaps: list[tuple[tuple[str, ...], int]] = [((key,), n) for key, n in sizes.items()]
    while len(heaps) > 1 and any(size < least for _, size in heaps):
        at = next(i for i, (_, size) in enumerate(heaps) if size < least)
        at = min(at, len(heaps) - 2)
        (one, few), (two, more) = heaps[at], heaps[at + 1]
        heaps[at : at + 2] = [(one + two, few + more)]
    return [keys for keys, _ in heaps]


def _line_of(
    sheet: Sheet,
    keys: tuple[str, ...],
    signed: bool,
    heaps: dict[str, _Heap],
    filled: dict[str, list[dict[str, str]]],
    k: int,
) -> Line:
    sheets = [choices for key in keys for choices in filled[key]]
    returned, valid = sum(heaps[key].returned for key in keys), len(sheets)
    withheld = valid < k and not signed
    rows = () if withheld else tuple(_row(sheet, r.subject, sheets) for r in sheet.rows)
    return Line(keys, signed, returned, valid, returned - valid, withheld, rows)


def _row(sheet: Sheet, subject: str, sheets: list[dict[str, str]]) -> RowCount:
    marks = Counter(choices[subject] for choices in sheets if subject in choices)
    options = tuple((o.key, marks[o.key]) for o in sheet.options)
    return RowCount(subject, options, len(sheets) - sum(marks.values()))
