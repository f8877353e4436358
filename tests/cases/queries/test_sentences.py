"""What tables keep of a sentence, and that every reader gets it back in his language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cases.language import EN, ZH, language
from cases.queries.sentences import all_kept, all_told, kept, packed, told, unpacked
from workflow.vocabulary import State
from workflow.words import Sentence, m

INNER = m("还差 %(n)s 项", n=3)
VALUES = [
    INNER,
    m("预览之后已有变动,现为“%(state)s”", state=State.DRAFTING),
    m("%(title)s（%(day)s）", title=INNER, day=date(2026, 1, 5)),
    m("x %(at)s", at=datetime(2026, 1, 5, 1, 2, tzinfo=UTC)),
    m("x %(n)s %(flag)s", n=Decimal("1.250"), flag=True),
    m("x %(list)s", list=[State.DRAFTING, "甲", 7]),
    "只是数据",
    "123",
    "[甲",
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_kept_thing_comes_back_the_same(value: Sentence | str) -> None:
    assert said(told(kept(value))) == said(value)
    assert said(unpacked(packed(value))) == said(value)
    assert [said(one) for one in all_told(all_kept([value, value]))] == [said(value)] * 2


def said(thing: Sentence | str) -> list[str]:
    return [language(locale).say(thing) for locale in (ZH, EN)]


def test_kept_sentence_is_canonical_and_holds_no_language() -> None:
    assert kept(INNER) == '{"m":"还差 %(n)s 项","p":{"n":3}}'


def test_word_inside_follows_the_reader() -> None:
    sentence = told(kept(m("%(state)s", state=State.DRAFTING)))
    assert language(ZH).say(sentence) == State.DRAFTING.zh
    assert language(EN).say(sentence) == State.DRAFTING.en


def test_nothing_is_kept_as_nothing() -> None:
    assert (all_kept([]), all_told(None), told(None)) == (None, (), "")


def test_text_that_was_not_kept_passes_as_it_is() -> None:
    assert (told("OSError: no route"), all_told("OSError: no route")) == (
        "OSError: no route",
        ("OSError: no route",),
    )
    assert told("[1, 2]") == "[1, 2]"
