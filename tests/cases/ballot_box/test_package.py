from __future__ import annotations

from dataclasses import replace

import pytest

from cases.ballot_box.package import Group, Limit, Package, Text, from_json
from cases.ballot_box.refusals import PackageRefusal


def test_package_round_trips_byte_for_byte(package):
    text = package.to_json()
    assert from_json(text) == package
    assert from_json(text).to_json() == text
    assert from_json(text).digest == package.digest


def test_form_digest_changes_with_any_word_people_read(package):
    other = replace(
        package, sheets=(replace(package.sheets[0], title=Text("别的")), package.sheets[1])
    )
    assert other.form_digest != package.form_digest
    assert replace(package, receipt=True).form_digest == package.form_digest
    assert replace(package, receipt=True).digest != package.digest


@pytest.mark.parametrize(
    "old,new",
    [
        ("优秀", "优良"),
        ('"most":1', '"most":2'),
        ('{"closes"', '{ "closes"'),
        ("kaoji-ballot-package/1", "kaoji-ballot-package/2"),
    ],
)
def test_package_changed_after_freezing_is_refused(package, old, new):
    with pytest.raises(PackageRefusal):
        from_json(package.to_json().replace(old, new))


@pytest.mark.parametrize(
    "change",
    [
        {"k": 2},
        {"public_key": "00"},
        {"urn": "u 1"},
        {"groups": ()},
        {"sheets": ()},
        {"rate_base": "all"},
        {"custody": "keep"},
        {"groups": (Group("A", Text("甲")), Group("A", Text("乙")))},
    ],
)
def test_ill_formed_package_is_refused(package, change):
    with pytest.raises(PackageRefusal):
        replace(package, **change)


def test_ill_formed_sheet_is_refused_with_every_fault(package):
    sheet = replace(package.sheets[0], options=(), rows=(), groups=("X",), limits=(Limit("z", 1),))
    with pytest.raises(PackageRefusal) as refused:
        replace(package, sheets=(sheet,))
    assert [str(r) for r in refused.value.reasons] == [
        "“领导干部测评表”至少要有两个不同的选项",
        "“领导干部测评表”没有测评对象,或有重复",
        "“领导干部测评表”的参评类别不在本次测评里",
        "“领导干部测评表”的限额指向没有的选项",
    ]


def test_sheets_for_group_leaves_out_foreign_ones(package: Package):
    assert [s.key for s in package.sheets_for("A")] == ["cadre"]
    assert [s.key for s in package.sheets_for("B")] == ["cadre", "body"]


def test_text_without_english_falls_back_to_chinese():
    assert (Text("好").say("en"), Text("好", "Good").say("en"), Text("好", "Good").say("zh")) == (
        "好",
        "Good",
        "好",
    )
