"""Names: kept exactly, compared by a normal form, split, padded and cut into grams."""

import pytest

from cases import names

DOTTED = "阿依古丽·买买提"


@pytest.mark.parametrize("dot", list("·•・‧ᐧ．･∙⋅●.。"))
def test_normal_form_of_any_dot_is_the_middle_dot(dot: str) -> None:
    assert names.normal_form(f"阿依古丽{dot}买买提") == DOTTED


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("张三", "张三"),
        ("张　三", "张三"),
        ("张 三", "张三"),
        ("  张三\u3000", "张三"),
        ("李\u200b四", "李四"),
        ("\u202e王五\u202c", "王五"),
        ("\ufeff赵六", "赵六"),
        ("葛\ufe00城", "葛城"),
        ("葛\U000e0100城", "葛城"),
        ("Ｊｏｈｎ　Smith", "john smith"),
        ("艾力 · 买买提", "艾力·买买提"),
        ("艾力··买买提·", "艾力·买买提"),
        ("José", "josé"),
        ("Jose\u0301", "josé"),
        ("\uf9d1", "六"),
        ("𠮷田明", "𠮷田明"),
        ("", ""),
        ("李", "李"),
        ("〇", "〇"),
    ],
)
def test_normal_form_of_each_writing(written: str, form: str) -> None:
    assert names.normal_form(written) == form
    assert names.normal_form(form) == form


def test_normal_says_what_was_changed() -> None:
    assert names.normal("李\u200b四") == names.Form("李四", hidden=True)
    assert names.normal("张 三") == names.Form("张三", spaced=True)
    assert names.normal("艾力•某") == names.Form("艾力·某", dotted=True)
    assert names.normal("Ａb") == names.Form("ab", compatible=True)
    assert names.normal("王芳") == names.Form("王芳")


def test_exact_changes_nothing_inside() -> None:
    for written in ("张　三", "李\u200b四", "艾力•买买提", "𠮷田明", "\uf9d1"):
        assert names.exact(f" {written}\n") == written


RARE = "㛃䶮𬍛𬭎喆翀犇骉燚㵘𣁬㼆镕堃旻彧玥䒕𫖯𫍲𤧛"


@pytest.mark.parametrize("char", list(RARE))
def test_rare_characters_survive_every_form(char: str) -> None:
    name = f"李{char}"
    assert names.normal_form(name) == name
    assert names.surname_split(name) == ("李", char)
    assert names.padded(name) == f"李　{char}"
    assert names.strange_characters(name) == ""
    assert names.grams(name) == tuple(sorted({"李", char, name}))


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("张伟", ("张", "伟")),
        ("欧阳明远", ("欧阳", "明远")),
        ("司马青", ("司马", "青")),
        ("欧阳", ("欧", "阳")),
        ("爱新觉罗某某", ("爱新觉罗", "某某")),
        ("李", ("", "李")),
        (DOTTED, ("", DOTTED)),
        ("John Smith", ("", "JohnSmith")),
        ("张　三", ("张", "三")),
        ("上官云", ("上官", "云")),
    ],
)
def test_surname_split_of_each_kind(name: str, split: tuple[str, str]) -> None:
    assert names.surname_split(name) == split


@pytest.mark.parametrize(
    ("name", "printed"),
    [("张三", "张　三"), ("欧阳明", "欧阳明"), ("李", "李"), ("Al", "Al"), ("𠮷明", "𠮷　明")],
)
def test_padded_pads_two_han_characters_only(name: str, printed: str) -> None:
    assert names.padded(name) == printed


def test_lookalike_key_joins_twins_but_normal_form_does_not() -> None:
    for one, other in (("刘喆", "刘哲"), ("王己", "王已"), ("周彧", "周或"), ("Muller", "Müller")):
        assert names.lookalike_key(one) == names.lookalike_key(other)
        assert names.normal_form(one) != names.normal_form(other)
    assert names.lookalike_key("张伟") != names.lookalike_key("张玮")


def test_twins_stand_in_one_group_only() -> None:
    together = "".join(names.TWINS)
    assert len(together) == len(set(together))


def test_grams_leave_out_dots_and_spaces() -> None:
    assert names.grams("张建国") == ("国", "建", "建国", "张", "张建")
    assert names.grams("艾力·买") == names.grams("艾力 买")
    assert names.grams("") == ()


@pytest.mark.parametrize(
    ("name", "strange"),
    [("张3", "3"), ("李?", "?"), ("王\ufffd", "\ufffd"), (DOTTED, ""), ("O'Neil-Li", "")],
)
def test_strange_characters_are_named(name: str, strange: str) -> None:
    assert names.strange_characters(name) == strange


HARD_NAMES = [
    "张伟",
    "王芳",
    "欧阳明远",
    "司马青",
    "上官云",
    "诸葛亮辰",
    "李",
    "李㛃",
    "王䶮",
    "𠮷田明",
    "张𬍛",
    "陈𬭎",
    "刘喆",
    "赵翀",
    "孙犇",
    "周骉",
    "吴燚",
    "郑㵘",
    "冯𣁬",
    "沈㼆",
    "李镕",
    "钱喆",
    "李堃",
    "王旻昇",
    "周彧",
    "张玥",
    "林䒕",
    "何𫖯",
    "董𫍲",
    "韩𤧛",
]
"""Two-letter and compound surnames, a single letter, letters outside GB2312, GBK and the BMP."""


@pytest.mark.parametrize("name", HARD_NAMES)
def test_hard_names_stay_as_they_are(name: str) -> None:
    assert names.normal_form(name) == name
    assert names.exact(name) == name
    assert "".join(names.surname_split(name)) == name
    assert names.strange_characters(name) == ""
    assert names.normal_form(names.padded(name)) == name
