"""The fonts of the papers: which characters they can print, and how wide each is.

A character without a glyph would print as an empty box and break PDF/A, so every paper is checked
before it goes to the printer. Forms are measured with the same font they are set in.
"""

from __future__ import annotations

import io
import lzma
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"
TEXT_FONT = FONTS / "NotoSerifSC_400Regular.ttf"
RARE_FONT = FONTS / "HanaMinB_ExtB.ttf.xz"
RARE_FAMILY = "Kaoji Rare"

_INVISIBLE = frozenset("\n\r\t\u200b\u2060")


def rare_font() -> bytes:
    """The font of rare characters, unpacked (22 MB)."""
    return lzma.decompress(RARE_FONT.read_bytes())


@cache
def _cmap(path: Path) -> frozenset[int]:
    source = io.BytesIO(rare_font()) if path == RARE_FONT else path
    with TTFont(source, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def _cmaps_of(folder: str) -> frozenset[int]:
    """Characters of an office's own fonts; a file that is no font is passed over."""
    found: set[int] = set()
    for path in sorted(Path(folder).iterdir()) if folder and Path(folder).is_dir() else ():
        if path.suffix.lower() in {".ttf", ".otf"}:
            found |= _cmap(path)
        elif path.suffix.lower() == ".ttc":
            with TTCollection(path, lazy=True) as fonts:
                for font in fonts:
                    found |= set(font.getBestCmap())
    return frozenset(found)


def missing_glyphs(text: str, font_dir: str = "") -> set[str]:
    """Characters of ``text`` that none of the papers' fonts can print."""
    codes = {ord(c) for c in text if c not in _INVISIBLE}
    unknown = codes - _cmap(TEXT_FONT)
    if unknown:
        unknown -= _cmaps_of(font_dir)
    if unknown:
        unknown -= _cmap(RARE_FONT)
    return {chr(code) for code in unknown}


def needs_rare(text: str) -> bool:
    """True when a character prints only with the font of rare characters (slow to load)."""
    return any(ord(c) >= 0x20000 and ord(c) not in _cmap(TEXT_FONT) for c in text)


@cache
def _advances() -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    with TTFont(TEXT_FONT, lazy=True) as font:
        return dict(font.getBestCmap()), dict(font["hmtx"].metrics), font["head"].unitsPerEm


@cache
def width(char: str) -> float:
    """Advance of a character in ems, in the text font; one em for one it doesn't have."""
    cmap, metrics, units = _advances()
    name = cmap.get(ord(char))
    return metrics[name][0] / units if name else 1.0
