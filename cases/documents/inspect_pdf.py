"""What can be seen in a PDF without drawing it: fonts, actions, encryption, pages, PDF/A mark."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pikepdf
import pypdf

_FORBIDDEN_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/ResetForm", "/GoToR", "/GoToE"}
)
_FORBIDDEN_KEYS = ("/JS", "/AA", "/RichMedia", "/XFA")
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_NAMES = frozenset(name.encode() for name in (*_FORBIDDEN_ACTIONS, "/Font"))
_WORDS = (*_NAMES, *(key.encode() for key in _FORBIDDEN_KEYS))
"""What a dictionary that matters here says somewhere, as qpdf writes it out."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Findings about one file. ``opens`` is False when either of two readers can't read it."""

    opens: bool
    encrypted: bool = False
    pages: int = 0
    unembedded: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    pdfa: str = ""
    starts: tuple[int, ...] = ()
    """Page numbers (from 1) of the outline's entries."""


def look(data: bytes) -> Seen:
    """Look at a file with pikepdf and pypdf. Never raises for a broken one."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            told = list(_dictionaries(pdf))
            seen = Seen(
                opens=_second_reader(data) == len(pdf.pages),
                encrypted=pdf.is_encrypted,
                pages=len(pdf.pages),
                unembedded=tuple(sorted(set(_unembedded(told)))),
                actions=tuple(sorted(set(_actions(told)))),
                pdfa=_pdfa(pdf),
                starts=_starts(pdf),
            )
    except pikepdf.PasswordError:
        return Seen(opens=False, encrypted=True)
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError):
        return Seen(opens=False)
    return seen


def _second_reader(data: bytes) -> int:
    try:
        return len(pypdf.PdfReader(io.BytesIO(data)).pages)
    except (pypdf.errors.PyPdfError, ValueError, KeyError, TypeError):
        return -1


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Dictionaries that may hold a font, an action or a forbidden key.

    Nearly all objects of a tagged file are its structure; what they say is searched as text, which
    takes a tenth of walking through them. A name that stands alone could be meant by any
    dictionary: then all are walked through.
    """
    things = [(thing, _said(thing)) for thing in pdf.objects]
    every = any(said in _NAMES for _, said in things)
    for thing, said in things:
        if every or any(word in said for word in _WORDS):
            yield from _within(thing, depth=0)


def _said(thing: object) -> bytes:
    """An indirect object written out, escapes in names undone; references stay references."""
    if not isinstance(thing, pikepdf.Object):
        return b""  # null, truth values and numbers
    plain = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
    return plain.unparse(resolved=True)


def _within(thing: object, depth: int) -> Iterator[pikepdf.Object]:
    """Dictionaries inside an indirect object; references are met on their own."""
    if depth > 40 or not isinstance(thing, pikepdf.Object):
        return
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield thing
        values = [value for _, value in thing.items()]
    elif isinstance(thing, pikepdf.Array):
        values = list(thing)
    else:
        return
    for value in values:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _within(value, depth + 1)


def _unembedded(told: Iterable[pikepdf.Object]) -> Iterator[str]:
    for found in told:
        if found.get("/Type") != "/Font" or found.get("/Subtype") in ("/Type0", "/Type3"):
            continue
        descriptor = found.get("/FontDescriptor")
        if descriptor is None or not any(key in descriptor for key in _FONT_FILES):
            yield str(found.get("/BaseFont", "?"))


def _actions(told: Iterable[pikepdf.Object]) -> Iterator[str]:
    for found in told:
        action = found.get("/S")
        if isinstance(action, pikepdf.Name) and str(action) in _FORBIDDEN_ACTIONS:
            yield str(action)[1:]
        for key in _FORBIDDEN_KEYS:
            if key in found:
                yield key[1:]


def _pdfa(pdf: pikepdf.Pdf) -> str:
    with pdf.open_metadata() as metadata:
        return metadata.pdfa_status


def _starts(pdf: pikepdf.Pdf) -> tuple[int, ...]:
    numbers = {page.obj.objgen: no for no, page in enumerate(pdf.pages, 1)}
    found = []
    with pdf.open_outline() as outline, suppress(AttributeError, TypeError):
        for item in outline.root:
            target = item.destination
            if isinstance(target, pikepdf.Array) and len(target):
                found.append(numbers.get(target[0].objgen, 0))
    return tuple(found)
