"""Sentences that pages, refusals and notices show, marked for translation.

Chinese is the source language: the msgid is the Chinese sentence itself. A sentence keeps its
parameters apart, so that the reader's language is chosen where it is shown, not where it is made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """A msgid with its parameters; ``str()`` gives the Chinese text.

    Parameters may be plain values, vocabulary words (shown by their title) or sentences.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.render()

    def render(self, translate: Callable[[str], str] | None = None, locale: str = "zh") -> str:
        """Fill in the parameters, in the language that ``translate`` and ``locale`` stand for."""
        text = translate(self.msgid) if translate else self.msgid
        if not self.params:
            return text
        shown = {name: _shown(value, translate, locale) for name, value in self.params.items()}
        return text % shown


def _shown(value: object, translate: Callable[[str], str] | None, locale: str) -> object:
    if isinstance(value, Sentence):
        return value.render(translate, locale)
    if isinstance(value, str) and hasattr(value, "zh") and hasattr(value, "en"):
        return value.en if locale.startswith("en") else value.zh
    return value


def m(msgid: str, /, **params: object) -> Sentence:
    """Mark a sentence for translation (``pybabel extract -k m``)."""
    return Sentence(msgid, params)
