"""A paper printed for whoever asks for it, in his own request, kept nowhere."""

from __future__ import annotations

from cases.documents.context import Paper
from cases.documents.kinds import AnyKind
from cases.documents.press import Press, Unprinted, available, print_paper
from cases.errors import Refused
from cases.web.installation import kaoji


def need_press() -> None:
    """Before anything is done for the paper's sake. Raises Refused where nothing can be printed."""
    why = available()
    if why is not None:
        raise Refused([why])


def printed(kind: AnyKind, paper: Paper) -> bytes:
    """The PDF of a paper. Raises Refused."""
    try:
        with Press(font_dir=kaoji().settings.font_dir) as press:
            return print_paper(press, kind, paper)[1].pdf
    except Unprinted as e:
        raise Refused([e.sentence]) from e
