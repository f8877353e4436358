"""The claims of the ballot as ``docs/trust-claims.md``, in both languages.

Write it anew with ``python -m cases.ballot_box.trust_page > docs/trust-claims.md``.
"""

import sys
from collections.abc import Iterator

from cases.ballot_box.trust import CHECKLIST, by_standing
from cases.ballot_box.trust_tests import ATTACKS
from cases.language import EN, ZH, language

INTRO = """# What is proven, conceded, not promised 哪些能保证

The same list that voters read in the booth (`/trust`) and all who signed in on the site; made
from `cases/ballot_box/trust.py` by `python -m cases.ballot_box.trust_page > docs/trust-claims.md`.
How the ballot works: [trust-model.md](trust-model.md)."""


def markdown() -> str:
    """The page."""
    return "\n".join([INTRO, "", *_claims(), *_checklist(), *_attacks()])


def _claims() -> Iterator[str]:
    zh, en = language(ZH), language(EN)
    for standing, claims in by_standing():
        yield f"## {en.say(standing.heading)} {zh.say(standing.heading)}"
        yield ""
        for tongue, heads in (
            (en, ("Claim", "What that means", "How to check, or what limits it")),
            (zh, ("说法", "意思", "怎样检验,靠什么减轻")),
        ):
            yield f"| {' | '.join(heads)} |"
            yield "|---|---|---|"
            for one in claims:
                cells = (tongue.say(part) for part in (one.title, one.text, one.how))
                yield f"| {' | '.join(cells)} |"
            yield ""


def _checklist() -> Iterator[str]:
    zh, en = language(ZH), language(EN)
    yield "## Checklist for the hall 会场检查单"
    yield ""
    for title, lines in CHECKLIST:
        yield f"### {en.say(title)} {zh.say(title)}"
        yield ""
        for line in lines:
            yield f"- {en.say(line)} {zh.say(line)}"
        yield ""


def _attacks() -> Iterator[str]:
    yield "## Attacks as tests 攻击测试"
    yield ""
    yield "| Attack | What is tried | What is demanded | Tests |"
    yield "|---|---|---|---|"
    for one in ATTACKS:
        tests = "<br>".join(f"`{test}`" for test in one.tests)
        yield f"| {one.code} | {one.what} | {one.demanded} | {tests} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(markdown())
