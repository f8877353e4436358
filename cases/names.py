"""Names of people: kept exactly as written, compared by a normal form, searched by short grams.

Pure. What is stored and printed is always :func:`exact`; the other forms only find and compare.
Sources: M15 (padding, identical names), security E9 (dots, twins, invisible characters).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

DOT = "·"
IDEOGRAPHIC_SPACE = "\u3000"

PLAIN = re.compile("[\u4e00-\u9fff]{1,20}")
"""Most names: Han characters of the first block stand for themselves in every form."""

# Written between the parts of Uyghur, Kazakh, Tibetan, Mongolian and other names.
DOTS = frozenset("·•・‧∙⋅᛫●．.｡。ᐧ⸱･˙ꞏ🞄𐄁")
# Characters that take no room: zero width, word joiner, soft hyphen, variation selectors.
ZERO_WIDTH = frozenset(
    "\u00ad\u034f\u115f\u1160\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063"
    "\u2064\u3164\ufeff\uffa0"
)
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_COMPOUND = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶
太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良
漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 仲长 左丘 西门 公祖
第五 公乘 贯丘 公皙 南荣 东里 东宫 子书 子桑 即墨 达奚 褚师 纳兰 完颜 爱新觉罗 叶赫那拉 阿史那
归海 东野
"""
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
LONGEST_SURNAME = max(map(len, COMPOUND_SURNAMES))

# Characters that a reader takes for one another; the first of each group stands for all.
TWINS = (
    "己已巳", "戊戌戍", "末未", "土士", "日曰", "壬王", "天夭", "干千于", "刀刁", "入人八",
    "治冶", "汨汩", "毫亳", "祟崇", "晴睛", "荼茶", "菅管", "萧肖", "阎闫", "傅付", "喆哲", "淼渺",
    "堃坤", "昇升", "甦苏", "珏钰", "祎袆", "佑祐", "峰峯", "群羣", "略畧", "杰傑", "国囯", "晓暁",
    "旻旼", "翀冲", "燚焱", "彧或", "琰炎", "玥钥", "镕熔", "頫俯",
)  # fmt: skip
STANDS_FOR = {ord(twin): group[0] for group in reversed(TWINS) for twin in group}


@dataclass(frozen=True, slots=True)
class Form:
    """A name's normal form and what was changed on the way, for the note in a dry run."""

    text: str
    hidden: bool = False
    """Invisible or direction-changing characters were left out."""
    spaced: bool = False
    """Padding or other spaces between Chinese characters were left out."""
    dotted: bool = False
    """Another kind of dot stands for the middle dot."""
    compatible: bool = False
    """Full-width or compatibility characters were replaced."""


def exact(name: str) -> str:
    """The name as it is kept: only spaces at both ends are left out, nothing else is touched."""
    return name.strip(" \t\r\n\u3000\u00a0")


@lru_cache(maxsize=4096)  # one row of a roster asks for the same name several times
def normal(name: str) -> Form:
    """Normal form with the flags of what was changed; never raises.

    Order matters: dots before NFKC (which would turn a full-width stop into a plain one anyway),
    invisible characters before spaces (a zero width joiner may hide between two spaces).
    """
    kept = exact(name)
    if PLAIN.fullmatch(kept):
        return Form(kept)
    dotted = "".join(DOT if c in DOTS else c for c in kept)
    folded = unicodedata.normalize("NFKC", dotted)
    visible = "".join(c for c in folded if not _invisible(c))
    words = visible.split()
    text = _join(words)
    return Form(
        text=_one_dot(text).casefold(),
        hidden=visible != folded or any(_invisible(c) for c in kept),
        spaced=len(words) > 1 and " " not in text,
        dotted=dotted != kept,
        compatible=folded != unicodedata.normalize("NFC", dotted),
    )


def normal_form(name: str) -> str:
    """The text two names are compared by: equal forms are the same name written differently."""
    return normal(name).text


def _invisible(char: str) -> bool:
    return (
        char in ZERO_WIDTH
        or char in BIDI
        or "\ufe00" <= char <= "\ufe0f"
        or 0xE0000 <= ord(char) <= 0xE01EF
        or (unicodedata.category(char) == "Cc" and not char.isspace())
    )


def _join(words: list[str]) -> str:
    """Join without a space unless Latin letters meet on both sides."""
    text = ""
    for word in words:
        if text and text[-1].isascii() and text[-1].isalnum() and word[0].isascii():
            text += " "
        text += word
    return text


def _one_dot(text: str) -> str:
    """Runs of dots become one; dots at both ends fall off; no spaces around a dot."""
    parts = [part.strip() for part in text.split(DOT)]
    return DOT.join(part for part in parts if part)


def lookalike_key(name: str) -> str:
    """Names with one key look alike to a reader (喆/哲, 己/已) or differ in marks only.

    A pair with one key but different normal forms is flagged, never merged.
    """
    form = normal_form(name)
    if not PLAIN.fullmatch(form):
        apart = unicodedata.normalize("NFD", form).replace(DOT, "").replace(" ", "")
        form = "".join(c for c in apart if not unicodedata.combining(c))
    return form.translate(STANDS_FOR)


def surname_split(name: str) -> tuple[str, str]:
    """(surname, given name); a name with a middle dot or in Latin letters gives ('', name).

    A single character is all given name. Compound surnames are known by a list; a two-character
    name is never split as a compound surname alone.
    """
    form = normal_form(name)
    kept = "".join(c for c in exact(name) if not _invisible(c) and not c.isspace())
    if DOT in form or len(kept) < 2 or form.isascii():
        return "", kept
    for size in range(min(LONGEST_SURNAME, len(kept) - 1), 1, -1):
        if kept[:size] in COMPOUND_SURNAMES:
            return kept[:size], kept[size:]
    return kept[:1], kept[1:]


def grams(name: str) -> tuple[str, ...]:
    """All 1- and 2-grams of the normal form, each once, sorted: rows of the name search table.

    A search for one or two characters is a look-up of one gram; a longer one intersects its
    2-grams and checks the text. The middle dot and spaces are no characters here.
    """
    text = normal_form(name).replace(DOT, "").replace(" ", "")
    singles = set(text)
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return tuple(sorted(singles | pairs))


def padded(name: str) -> str:
    """Print form: a two-character Chinese name gets an ideographic space between (张　三)."""
    kept = exact(name)
    if len(kept) == 2 and all(is_han(c) for c in kept):
        return kept[0] + IDEOGRAPHIC_SPACE + kept[1]
    return kept


def is_han(char: str) -> bool:
    """Whether one character is a Chinese ideograph, in or beyond the basic plane."""
    code = ord(char)
    return (
        0x3400 <= code <= 0x4DBF
        or 0x4E00 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x323AF
        or char == "〇"
    )


def strange_characters(name: str) -> str:
    """Characters that no name holds: digits, controls, symbols; '' when there are none.

    Letters of any script, marks, the middle dot, hyphen, apostrophe and spaces are accepted.
    """
    form = normal(name).text
    if PLAIN.fullmatch(form):
        return ""
    return "".join(c for c in form if unicodedata.category(c)[0] not in "LM" and c not in " -'’·〇")
