"""Sentences, words, dates and figures in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from cases.language import EN, ZH, UnknownLocale, bend, catalogue, language
from workflow.vocabulary import Grade
from workflow.words import m

zh, en = language(ZH), language(EN)
TODAY = date(2026, 1, 14)
MORNING = datetime(2026, 1, 14, 1, 12, tzinfo=UTC)


def test_language_refuses_an_unknown_locale() -> None:
    with pytest.raises(UnknownLocale):
        language("de")


def test_gettext_returns_the_sentence_itself_in_chinese() -> None:
    assert zh.gettext("还差 %(n)s 项", n=3) == "还差 3 项"


def test_gettext_bends_english_to_the_number() -> None:
    assert en.gettext("还差 %(n)s 项", n=1) == "1 thing is missing"
    assert en.gettext("还差 %(n)s 项", n=4) == "4 things are missing"


def test_bend_leaves_other_braces_alone() -> None:
    assert bend("{n} written, {left} left", {"n": 1}) == "{n} written, {left} left"


def test_gettext_without_params_keeps_percent_signs() -> None:
    assert zh.gettext("占 30% 以上") == "占 30% 以上"


def test_gettext_falls_back_to_chinese_when_english_is_missing() -> None:
    assert en.gettext("没有译文的一句") == "没有译文的一句"


@pytest.mark.parametrize(
    ("msgid", "shown"),
    [
        ("还差 4 项,才能送审", "还差 4 项，才能送审"),
        ("第 %(n)s 步(复核):未办", "第 %(n)s 步（复核）：未办"),
        ("方案第 14 条(2),每起减 1.00 分", "方案第 14 条(2)，每起减 1.00 分"),
        ('核实"%(what)s"的结论', "核实“%(what)s”的结论"),
        ("共 2,486 字", "共 2,486 字"),
        ("%(day)s前,%(left)s", "%(day)s前，%(left)s"),
        ("截至 09:12", "截至 09:12"),
    ],
)
def test_template_widens_marks_beside_chinese(msgid: str, shown: str) -> None:
    assert zh.template(msgid) == shown


def test_gettext_never_touches_what_is_filled_in() -> None:
    assert zh.gettext("理由:%(text)s", text='甲,乙(丙)"丁"') == '理由：甲,乙(丙)"丁"'


def test_say_follows_words_and_sentences_inside() -> None:
    sentence = m("%(label)s：%(text)s", label=Grade.EXCELLENT, text=m("还差 %(n)s 项", n=2))
    assert zh.say(sentence) == "优秀：还差 2 项"
    assert en.say(sentence) == "Excellent: 2 things are missing"


def test_say_passes_plain_text() -> None:
    assert en.say("张　三") == "张　三"


def test_word_of_anything_else_is_its_text() -> None:
    assert [zh.word(Grade.EXCELLENT), en.word(Grade.EXCELLENT), zh.word(12)] == [
        "优秀",
        "Excellent",
        "12",
    ]


def test_date_names_the_year_outside_this_year() -> None:
    assert zh.date(date(2025, 12, 5), today=TODAY) == "2025年12月5日 周五"
    assert zh.date(date(2026, 1, 5), today=TODAY) == "1月5日 周一"
    assert en.date(date(2025, 12, 5), today=TODAY) == "Fri 5 December 2025"
    assert en.date(date(2026, 1, 5), today=TODAY) == "Mon 5 January"


def test_date_names_the_year_when_today_is_not_told() -> None:
    assert zh.date(date(2026, 1, 5)) == "2026年1月5日 周一"


def test_instant_is_told_on_shanghai_clocks() -> None:
    late = datetime(2026, 1, 13, 16, 30, tzinfo=UTC)
    assert zh.instant(late, today=TODAY) == "今天 00:30"
    assert zh.instant(datetime(2026, 1, 13, 8, 20, tzinfo=UTC), today=TODAY) == "昨天 16:20"
    assert zh.instant(datetime(2026, 1, 5, 1, 12, tzinfo=UTC), today=TODAY) == "1月5日 周一 09:12"
    assert en.instant(MORNING, today=TODAY) == "today 09:12"


def test_span_tells_the_year_of_what_lies_outside() -> None:
    assert zh.span(date(2026, 1, 5), date(2026, 1, 20), today=TODAY) == "1月5日至1月20日"
    assert zh.span(date(2025, 12, 5), date(2026, 1, 20), today=TODAY) == "2025年12月5日至1月20日"
    assert zh.span(date(2024, 3, 1), date(2024, 5, 2)) == "2024年3月1日至5月2日"
    assert en.span(date(2024, 3, 1), date(2024, 5, 2)) == "1 March to 2 May 2024"


@pytest.mark.parametrize(
    ("left", "working", "shown"),
    [
        (4, True, "1月20日 周二前，还有 4 个工作日"),
        (30, False, "1月20日 周二前，还有 30 日"),
        (-2, True, "超期 2 个工作日"),
        (-2, False, "超期 2 日"),
    ],
)
def test_deadline_has_its_distance(left: int, working: bool, shown: str) -> None:
    assert zh.deadline(date(2026, 1, 20), left, today=TODAY, working=working) == shown


@pytest.mark.parametrize(
    ("due", "today", "shown"),
    [
        (14, 14, "今天到期"),
        (16, 18, "1月16日 周五到期，已超期"),  # read on the Sunday: no working day has passed
        (18, 17, "1月18日 周日前"),
    ],
)
def test_deadline_without_a_working_day_between_goes_by_the_date(
    due: int, today: int, shown: str
) -> None:
    assert zh.deadline(date(2026, 1, due), 0, today=date(2026, 1, today)) == shown


def test_number_rounds_half_up_with_a_real_minus() -> None:
    assert [zh.number(Decimal("1234.565")), zh.number(Decimal("-0.005")), zh.number(2.675)] == [
        "1,234.57",
        "−0.01",
        "2.68",
    ]


def test_number_has_no_negative_zero() -> None:
    assert zh.number(Decimal("-0.001")) == "0.00"


def test_percent_takes_a_ratio() -> None:
    assert zh.percent(Decimal(38) / Decimal(54)) == "70.37%"
    assert zh.percent(Fraction(38, 54)) == "70.37%"
    assert zh.percent(Fraction(1, 8), 2) == "12.50%"
    assert zh.percent(Fraction(1, 800), 1) == "0.1%"


def test_size_is_told_in_kb_and_mb() -> None:
    assert [zh.size(1), zh.size(812_000), zh.size(3_400_000)] == ["1 KB", "812 KB", "3.4 MB"]


def test_catalogue_is_read_once() -> None:
    assert catalogue(EN) is catalogue(EN)
