"""The base of every closed vocabulary: an identifier with its Chinese and English title."""

from enum import StrEnum


class Word(StrEnum):
    """A member is the stored value; ``zh`` and ``en`` are what papers and pages print."""

    zh: str
    en: str

    def __new__(cls, value: str, zh: str = "", en: str = "") -> "Word":
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        member.en = en
        return member

    def title(self, locale: str = "zh") -> str:
        """The title in the reader's language; anything but English reads Chinese."""
        return self.en if locale.startswith("en") else self.zh
