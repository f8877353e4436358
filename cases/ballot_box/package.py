"""The frozen ballot package: all that the booth, the count and the public need to know of an urn.

Made once when a meeting is frozen, written as canonical JSON, never changed. ``form_digest`` names
what people fill in; ``digest`` names the whole package and stands on the tally sheet.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from cases import canonical
from cases.ballot_box.refusals import PackageRefusal
from workflow.words import Sentence, m

FORMAT = "kaoji-ballot-package/1"
K_DEFAULT, K_FLOOR = 5, 3
FIGURES = ("same", "blank", "abstain", "invalid")
"""What a quality rule may look at."""
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_SHARE = re.compile(r"0(\.[0-9]{1,6})?|1")


class Wording(str):
    """A text that a Sentence shows in its reader's language; as a ``str`` it is Chinese."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Text:
    """A wording in both languages; an empty ``en`` falls back to Chinese."""

    zh: str
    en: str = ""

    @property
    def word(self) -> Wording:
        """The wording as a parameter of a Sentence."""
        word = Wording(self.zh)
        word.zh, word.en = self.zh, self.en or self.zh
        return word

    def say(self, locale: str) -> str:
        """The wording for ``en…`` locales or, for all others, the Chinese one."""
        return self.en if locale.startswith("en") and self.en else self.zh


@dataclass(frozen=True, slots=True)
class Option:
    """One answer. ``abstain`` marks 不了解: counted, but no opinion."""

    key: str
    title: Text
    abstain: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` rows of a sheet may carry ``option`` (优秀 over the limit is refused)."""

    option: str
    most: int


@dataclass(frozen=True, slots=True)
class Row:
    """Who is rated: ``subject`` is the caller's key, never shown; name and post are."""

    subject: str
    name: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form of the meeting. ``groups`` are the voter groups that fill it in.

    ``item``: a sheet of the per-item block (德能勤绩廉) beside the overall one; empty for that.
    ``barred``: (group, subject) pairs that a group's cards don't show (own unit excluded).
    """

    key: str
    kind: str
    title: Text
    options: tuple[Option, ...]
    rows: tuple[Row, ...]
    groups: tuple[str, ...]
    limits: tuple[Limit, ...] = ()
    require_all: bool = False
    item: str = ""
    barred: tuple[tuple[str, str], ...] = ()

    def for_group(self, group: str) -> Sheet:
        """The sheet as cards of this group show it: without the rows that are barred to it."""
        closed = {subject for key, subject in self.barred if key == group}
        if not closed:
            return self
        return replace(self, rows=tuple(r for r in self.rows if r.subject not in closed))


@dataclass(frozen=True, slots=True)
class Group:
    """A voter group, told by the word and colour of its cards.

    ``signed``: a group too small to be anonymous (领导个人) whose view is counted as signed.
    ``weight``: announced weight as a decimal text, for the notice only; scoring reads the scheme.
    ``electorate``: whom its ballots are counted with from the start (cards of many units, one
    electorate of peers); empty: the group is an electorate of its own.
    """

    key: str
    title: Text
    colour: str = ""
    weight: str = ""
    signed: bool = False
    electorate: str = ""

    @property
    def counted_as(self) -> str:
        """The electorate whose line its ballots are in."""
        return self.electorate or self.key


@dataclass(frozen=True, slots=True)
class Electorate:
    """Several groups of cards counted as one, by a name of its own."""

    key: str
    title: Text


@dataclass(frozen=True, slots=True)
class QualityRule:
    """When a merged group's ballots on a sheet are marked for a second look; fixed before opening.

    ``figure``: ``same`` (share of ballots with one option in every row), ``blank`` (rows left
    empty), ``abstain`` (rows marked 不了解), ``invalid`` (share of ballots returned). ``above``: a
    share as decimal text. ``least_rows``: shorter sheets are not looked at. Never time or order.
    """

    code: str
    title: Text
    figure: str
    above: str
    least_rows: int = 1


@dataclass(frozen=True, slots=True)
class Package:
    """A ballot package. ``groups`` stand in merge order: a small one joins its next neighbour.

    ``lines``: electorates announced as counted together because too few people are in them; empty:
    each by itself. More are merged at the count where too few hand in, by the same order.
    ``unanimous``: ``show``, or ``hide`` what would tell that a whole group marked alike (B15).

    ``public_key``: 64 hex letters (X25519). ``opens``/``closes``: ISO instants in UTC, to be shown;
    the urn's state decides. ``k``: smallest number of ballots behind a figure, at least 3.
    ``receipt``: whether the 核对码 is shown (K7). ``rate_base``: valid_ballots or marked (M21).
    """

    urn: str
    public_key: str
    organ: Text
    title: Text
    sheets: tuple[Sheet, ...]
    groups: tuple[Group, ...]
    k: int = K_DEFAULT
    opens: str = ""
    closes: str = ""
    languages: tuple[str, ...] = ("zh", "en")
    receipt: bool = False
    rate_base: str = "valid_ballots"
    custody: str = "sealed_custody"
    contact: str = ""
    electorates: tuple[Electorate, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    quality: tuple[QualityRule, ...] = ()
    unanimous: str = "show"

    def __post_init__(self) -> None:
        """Refuse an ill-formed package with every fault at once (PackageRefusal)."""
        faults = tuple(_faults(self))
        if faults:
            raise PackageRefusal(*faults)

    @property
    def form_digest(self) -> str:
        """SHA-256 of the canonical form: sheets, groups and languages, 64 hex letters."""
        return canonical.digest(
            {
                "groups": [asdict(g) for g in self.groups],
                "languages": self.languages,
                "sheets": [asdict(s) for s in self.sheets],
            }
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the whole package as written, 64 hex letters."""
        return canonical.digest(self._document())

    @property
    def group_keys(self) -> tuple[str, ...]:
        """Keys of the groups in merge order."""
        return tuple(g.key for g in self.groups)

    def group(self, key: str) -> Group:
        """The group of that key. Raises KeyError."""
        return {g.key: g for g in self.groups}[key]

    def sheets_for(self, group: str) -> tuple[Sheet, ...]:
        """The sheets that a card of this group opens, in the package's order."""
        mine = (s.for_group(group) for s in self.sheets if group in s.groups)
        return tuple(s for s in mine if s.rows)

    @property
    def electorate_keys(self) -> tuple[str, ...]:
        """Keys of the electorates in merge order."""
        return tuple(dict.fromkeys(g.counted_as for g in self.groups))

    def counted_in(self, electorate: str) -> tuple[Group, ...]:
        """The groups of cards that make up an electorate."""
        return tuple(g for g in self.groups if g.counted_as == electorate)

    def title_of(self, electorate: str) -> Text:
        """What an electorate is called. Raises KeyError."""
        named = {e.key: e.title for e in self.electorates}
        return named[electorate] if electorate in named else self.group(electorate).title

    def _document(self) -> dict[str, Any]:
        return {"format": FORMAT, "form_digest": self.form_digest, **asdict(self)}

    def to_json(self) -> str:
        """The package as canonical JSON."""
        return canonical.encode(self._document()).decode()


def from_json(text: str) -> Package:
    """Read a package back. Raises PackageRefusal unless it is canonical and its digest fits."""
    try:
        d = canonical.decode(text.encode())
        if d.pop("format") != FORMAT:
            raise ValueError("format")
        form_digest = d.pop("form_digest")
        package = Package(
            **{
                **d,
                "organ": Text(**d["organ"]),
                "title": Text(**d["title"]),
                "sheets": tuple(_sheet(s) for s in d["sheets"]),
                "groups": tuple(Group(**{**g, "title": Text(**g["title"])}) for g in d["groups"]),
                "languages": tuple(d["languages"]),
                "electorates": tuple(
                    Electorate(e["key"], Text(**e["title"])) for e in d["electorates"]
                ),
                "lines": tuple(tuple(line) for line in d["lines"]),
                "quality": tuple(
                    QualityRule(**{**q, "title": Text(**q["title"])}) for q in d["quality"]
                ),
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError) as e:
        raise PackageRefusal(m("测评包读不出,可能已损坏")) from e
    if package.form_digest != form_digest:
        raise PackageRefusal(m("测评包的表样与封存时不一致"))
    return package


def _sheet(d: dict[str, Any]) -> Sheet:
    return Sheet(
        **{
            **d,
            "title": Text(**d["title"]),
            "options": tuple(Option(**{**o, "title": Text(**o["title"])}) for o in d["options"]),
            "rows": tuple(Row(**r) for r in d["rows"]),
            "groups": tuple(d["groups"]),
            "limits": tuple(Limit(**x) for x in d["limits"]),
            "barred": tuple((group, subject) for group, subject in d["barred"]),
        }
    )


def _repeated(keys: list[str]) -> bool:
    return len(set(keys)) != len(keys) or not all(_KEY.fullmatch(k) for k in keys)


def _faults(p: Package) -> list[Sentence]:
    faults: list[Sentence] = []
    if not _KEY.fullmatch(p.urn):
        faults.append(m("测评箱编号只能用字母、数字、点和连字符"))
    if not _HEX64.fullmatch(p.public_key):
        faults.append(m("启封公钥要写成 64 位十六进制"))
    if p.k < K_FLOOR:
        faults.append(m("合并下限不能少于 %(floor)s 票", floor=K_FLOOR))
    if not p.groups or _repeated([g.key for g in p.groups]):
        faults.append(m("参评类别不能为空,也不能重复"))
    if not p.sheets or _repeated([s.key for s in p.sheets]):
        faults.append(m("测评表不能为空,也不能重复"))
    if p.rate_base not in ("valid_ballots", "marked"):
        faults.append(m("得票率的分母只能是有效票或已填票"))
    if p.custody not in ("sealed_custody", "destroy"):
        faults.append(m("原始票只能封存保管,或按方案销毁"))
    for sheet in p.sheets:
        faults += _sheet_faults(sheet, set(p.group_keys))
    return faults + _rule_faults(p)


def _rule_faults(p: Package) -> list[Sentence]:
    """Faults of what is fixed before the opening: electorates, lines, quality rules."""
    faults: list[Sentence] = []
    known = set(p.electorate_keys)
    named = {e.key for e in p.electorates}
    lone = {key for key in known if key not in p.group_keys}
    signs = {key: {g.signed for g in p.counted_in(key)} for key in known}
    if not named <= known or not lone <= named or any(len(s) > 1 for s in signs.values()):
        faults.append(m("参评类别的归类有误"))
    apart = [key for key in p.electorate_keys if True not in signs[key]]
    if p.lines and [key for line in p.lines for key in line] != apart:
        faults.append(m("合并统计的类别要按顺序写全,具名的不在其中"))
    if any(not _SHARE.fullmatch(q.above) or q.figure not in FIGURES for q in p.quality):
        faults.append(m("测评质量规则的指标或界限有误"))
    if p.unanimous not in ("show", "hide"):
        faults.append(m("意见完全一致的只能显示或不显示分布"))
    return faults


def _sheet_faults(sheet: Sheet, groups: set[str]) -> list[Sentence]:
    faults: list[Sentence] = []
    title = sheet.title.word
    if len(sheet.options) < 2 or _repeated([o.key for o in sheet.options]):
        faults.append(m("“%(sheet)s”至少要有两个不同的选项", sheet=title))
    if not sheet.rows or _repeated([r.subject for r in sheet.rows]):
        faults.append(m("“%(sheet)s”没有测评对象,或有重复", sheet=title))
    if not sheet.groups or not set(sheet.groups) <= groups:
        faults.append(m("“%(sheet)s”的参评类别不在本次测评里", sheet=title))
    subjects = {r.subject for r in sheet.rows}
    if any(g not in sheet.groups or r not in subjects for g, r in sheet.barred):
        faults.append(m("“%(sheet)s”的回避对象不在表上", sheet=title))
    known = {o.key for o in sheet.options}
    if any(x.option not in known or x.most < 0 for x in sheet.limits):
        faults.append(m("“%(sheet)s”的限额指向没有的选项", sheet=title))
    return faults
