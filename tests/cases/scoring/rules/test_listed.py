"""Every rule row once, in words, with an address of its own."""

from collections import Counter

from cases.scoring.rule_rows import NAMES
from cases.scoring.rules import shipped_rules
from cases.scoring.rules.listed import CERTAINTY, HEADINGS, SAYS, SCHEME, Listed, fact_key, listed
from cases.scoring.surveys.scales import scales
from workflow.rules import TAGS, Status, facts

SECTIONS = listed(shipped_rules())


def row(key: str) -> Listed:
    return next(x for s in SECTIONS for x in s.rows if x.key == key)


def said(key: str) -> list[str]:
    return [str(x) for x in row(key).says]


def test_listed_has_every_kind_of_row_in_order() -> None:
    assert [s.key for s in SECTIONS] == list(HEADINGS) == ["facts", *NAMES, "scales"]
    assert set(SAYS) == set(NAMES)
    book = shipped_rules()
    assert [len(s.rows) for s in SECTIONS] == [
        len(facts()),
        *(len(getattr(book, name)) for name in NAMES),
        len(scales()),
    ]


def test_listed_gives_each_row_an_address_of_its_own() -> None:
    keys = Counter(x.key for s in SECTIONS for x in s.rows)
    assert [key for key, n in keys.items() if n > 1] == []
    assert [key for key in keys if not key.replace("-", "").replace("_", "").isalnum()] == []


def test_listed_says_something_of_every_row() -> None:
    assert [x.key for s in SECTIONS for x in s.rows if not x.says] == []
    assert set(CERTAINTY) == {*TAGS, SCHEME}


def test_listed_span_keeps_source_day_and_place_in_a_scheme() -> None:
    review, statement = row(fact_key("review_decide")), row(fact_key("statement"))
    assert (said(review.key), review.source, review.article) == (
        ["30 日"],
        "公务员法",
        "第九十六条",
    )
    assert (review.status, review.scheme) == (Status.PUBLISHED, "")
    assert (statement.status, statement.scheme) == (Status.ASSUMED, "feedback.statement_days")


def test_listed_quota_names_share_approval_and_lowered_shares() -> None:
    assert said("quotas-civil_servant") == ["不超过 20%", "经批准可到 25%"]
    assert said("quotas-leading_cadre") == [
        "不超过 25%",
        "领导班子为优秀的 30%",
        "领导班子为一般的 20%",
        "领导班子为较差的 15%",
    ]


def test_listed_sanction_goes_year_by_year() -> None:
    sanctions = next(s for s in SECTIONS if s.key == "sanctions")
    demerit = next(x for x in sanctions.rows if x.title == "政务记大过")
    assert [str(x) for x in demerit.says] == [
        "当年:不确定等次",
        "只写评语",
        "第 2 年:不确定等次",
        "只写评语",
        "处分期 18 个月",
    ]
    assert demerit.status is Status.ASSUMED
