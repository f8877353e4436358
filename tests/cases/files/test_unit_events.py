"""Events of published lists: which changes they are, and why some can't be told apart."""

import pytest

from cases.files.unit_events import Change, Event, changes_of, names_in
from workflow.vocabulary import UnitChangeKind as Kind


def told(word: str, before: str, after: str, words: str = "", above: str = "") -> list[Change]:
    event = Event(word, names_in(before), names_in(after), names_in(above), words)
    found, fault = changes_of(event)
    assert fault is None
    return found


@pytest.mark.parametrize(
    ("word", "before", "after", "found"),
    [
        ("rename", "中甸县", "香格里拉县", [(Kind.RENAME, "中甸县", "香格里拉县")]),
        ("更名", "中甸县", "香格里拉县", [(Kind.RENAME, "中甸县", "香格里拉县")]),
        ("county_change", "波阳县", "鄱阳县", [(Kind.RENAME, "波阳县", "鄱阳县")]),
        (
            "county_change", "资阳市、简阳市", "成都市、简阳市",
            [(Kind.ADJUST, "简阳市", "简阳市"), (Kind.TRANSFER, "资阳市", "成都市")],
        ),
        ("abolish_or_merge", "番禺市", "番禺区", [(Kind.REPLACE, "番禺市", "番禺区")]),
        ("abolish_or_merge", "吉利区", "", [(Kind.ABOLISH, "吉利区", "")]),
        ("abolish_or_merge", "儋州市", "儋州市", [(Kind.ADJUST, "儋州市", "儋州市")]),
        (
            "abolish_or_merge", "黄浦区、南市区", "黄浦区",
            [(Kind.MERGE, "黄浦区", "黄浦区"), (Kind.MERGE, "南市区", "黄浦区")],
        ),
        (
            "abolish_or_merge", "吴县市", "吴中区、相城区",
            [(Kind.SPLIT, "吴县市", "吴中区"), (Kind.SPLIT, "吴县市", "相城区")],
        ),
        (
            "abolish_or_merge", "甲区、乙区", "甲区、丙区",
            [(Kind.SPLIT, "甲区", "丙区"), (Kind.SPLIT, "乙区", "甲区"), (Kind.SPLIT, "乙区", "丙区")],
        ),
        ("establish", "", "小河区", [(Kind.FOUND, "", "小河区")]),
        ("establish", "余杭区", "临平区", [(Kind.SPLIT, "余杭区", "临平区")]),
        ("merge", "三山区", "弋江区", [(Kind.MERGE, "三山区", "弋江区")]),
        ("jurisdiction_transfer", "绍兴县", "越城区", [(Kind.TRANSFER, "绍兴县", "越城区")]),
        ("jurisdiction_transfer", "寿县", "寿县", [(Kind.TRANSFER, "寿县", "")]),
        ("jurisdiction_transfer", "", "翔安区", [(Kind.TRANSFER, "", "翔安区")]),
        ("jurisdiction_adjustment", "贺兰县", "", [(Kind.ADJUST, "贺兰县", "贺兰县")]),
        ("jurisdiction_adjustment", "宝山区", "崇明县", [(Kind.TRANSFER, "宝山区", "崇明县")]),
        ("residence_change", "剑阁县", "", [(Kind.SEAT, "剑阁县", "剑阁县")]),
    ],
)  # fmt: skip
def test_an_event_is_told_apart(word: str, before: str, after: str, found: list[Change]) -> None:
    assert told(word, before, after) == found


def test_a_seat_is_that_of_the_unit_the_words_name() -> None:
    words = "湖南省永州市人民政府驻地由芝山区迁至冷水滩区"
    assert told("residence_change", "", "", words, "永州市") == [(Kind.SEAT, "永州市", "永州市")]
    adjusted = told("jurisdiction_adjustment", "", "", "调整昆明市五华区的行政区划", "昆明市")
    assert adjusted == [(Kind.ADJUST, "昆明市", "昆明市")]


@pytest.mark.parametrize(
    ("word", "before", "after", "fault"),
    [
        ("abolish_or_merge", "", "珠晖区", "撤销要写明被撤销的单位,这一行没有写"),
        ("merge", "南汇区", "", "合并要写明并入的一个单位,这一行写了 0 个"),
        ("merge", "", "甲区", "合并要写明原单位,这一行没有写"),
        ("rename", "", "", "更名要写明变更前和变更后的名称,这一行没有写全"),
        ("rename", "利州区", "利州区", "更名前后的名称相同"),
        (
            "rename", "东市区、中市区", "龙子湖区、蚌山区",
            "一行写了 2 个原名称、2 个新名称,分不清谁改为谁,请一行写一个",
        ),
        ("establish", "", "", "设立要写明新设的单位,这一行没有写"),
        ("jurisdiction_transfer", "", "", "划转要写明划出或者划入的单位,这一行没有写"),
        ("jurisdiction_adjustment", "", "", "区划调整要写明单位,这一行没有写"),
        (
            "residence_change", "", "杏花岭区",
            "说明里迁移驻地的不是这一行的单位(杏花岭区),请写明是哪个单位",
        ),
    ],
)  # fmt: skip
def test_what_the_lists_dont_settle_is_said(word: str, before: str, after: str, fault: str) -> None:
    found = changes_of(Event(word, names_in(before), names_in(after), (), "山西省人民政府驻地"))
    assert (found[0], str(found[1])) == ([], fault)


def test_an_unknown_type_names_the_known_ones() -> None:
    fault = changes_of(Event("升格", ("甲县",), (), (), ""))[1]
    assert fault is not None
    assert str(fault).startswith("不认识的事件类型“升格”,只能填写:rename、更名、merge")
