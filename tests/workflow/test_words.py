from workflow.vocabulary import State
from workflow.words import Sentence, m


def test_sentence_renders_chinese_with_its_parameters() -> None:
    assert str(m("至少写 %(n)s 个字", n=10)) == "至少写 10 个字"


def test_sentence_without_parameters_keeps_a_percent_sign() -> None:
    assert str(m("占 20%")) == "占 20%"


def test_sentence_shows_words_by_their_title_in_the_readers_language() -> None:
    sentence = m("现在是%(state)s", state=State.DECIDED)
    english = {"现在是%(state)s": "Now: %(state)s"}
    assert sentence.render() == "现在是已审定"
    assert sentence.render(english.__getitem__, "en") == "Now: Decided"


def test_sentence_renders_sentences_inside_it() -> None:
    assert str(m("与%(what)s不同", what=m("参考意见"))) == "与参考意见不同"


def test_sentence_compares_by_value_and_can_stand_in_a_set() -> None:
    assert m("还差 %(n)s 项", n=3) == Sentence("还差 %(n)s 项", {"n": 3})
    assert m("还差 %(n)s 项", n=3) != m("还差 %(n)s 项", n=4)
    assert len({m("还差 %(n)s 项", n=3), m("还差 %(n)s 项", n=3)}) == 1
