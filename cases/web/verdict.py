"""The result of reading the journal again, in one sentence for terminal and page."""

from __future__ import annotations

from dataclasses import dataclass

from cases.journal import Report
from cases.journal.kept import KINDS as KEPT
from workflow.vocabulary import Thing
from workflow.words import Sentence, m

KINDS = {
    "gap": m("编号不连续"),
    "previous": m("与上一条接不上"),
    "algorithm": m("摘要算法不认识"),
    "digest": m("内容与摘要不符"),
    "columns": m("列表字段与原文不符"),
    "payload": m("附件内容与摘要不符"),
    "head": m("末条与链头不符"),
    "case": m("考核卷的状态与最后一条不符"),
    "grade": m("考核卷的等次与最后一次审定不符"),
    "outcome": m("考核卷的结果与最后一次审定不符"),
    "conclusion": m("考核卷的结论代码与最后一次审定不符"),
    "figure": m("数据与审核时的不一致"),
    "item": m("事项与审核时的不一致"),
    "observations": m("观测值与导入时的不一致"),
    "conflict": m("数据矛盾的处理与记录的不一致"),
    "scheme": m("方案内容与存入时的不一致"),
    "choice": m("所用方案与记录的不一致"),
    "unit_result": m("单位结果与登记时的不一致"),
    "unit_change": m("单位变更与登记时的不一致"),
    "unit": m("单位与名册导入或变更登记时的不一致"),
    "cycle": m("考核年度的设置与记录的不一致"),
    "portfolio": m("分管登记与记录的不一致"),
    "opening_key": m("启封密钥与登记的不一致"),
    "destruction": m("销毁记录与登记的不一致"),
    "named_opinion": m("具名评价与本人填写的不一致"),
    "ballot_form": m("锁定的测评表样或密钥与记录的不一致"),
    "cards_made": m("制作的测评卡数与记录的不一致"),
    "hall_kit": m("现场测评包与记录的不一致"),
    "urn_open": m("开始测评的时间与记录的不一致"),
    "paper_batch": m("纸质票的批次或张数与记录的不一致"),
    "closing": m("封箱时的人数或总指纹与记录的不一致"),
    "reconciliation": m("测评卡核对结果与记录的不一致"),
    "tally": m("计票结果与启封时的不一致"),
    "ballot_counts": m("计分用的票数与计票结果不一致"),
    "sheet": m("数据表所属的单位、单位的确认或者异议与记录的不一致"),
    "objection": m("数据异议与记录的不一致"),
    "item_kept": m("加减分事项与记录的不一致"),
    "amendment": m("方案变更与记录的不一致"),
    "fact": m("登记的有关情况与记录的不一致"),
    "fraud": m("弄虚作假的认定与记录的不一致"),
    "relook": m("复看名单与记录的不一致"),
    "suggestion": m("参考意见与计算时的不一致"),
    "synthesis": m("综合研判与记录的不一致"),
    "provisional": m("按暂用数据通过的记录与所附依据不一致"),
    "analysis": m("分析结果与保存时的不一致"),
    "participation": m("考核卷的参加方式或原因与最后一次确定不符"),
    "paper": m("文书与出具时的记录不符"),
    "thing": m("事项的状态与最后一条不符"),
    "unrecorded": m("事项没有任何记录"),
    "checkpoint": m("与检查点不符"),
    "read_log": m("查阅记录与检查点不符"),
}

_NAMED = frozenset(
    {
        "scheme", "choice", "unit_result", "unit_change", "unit", "cycle", "portfolio",
        "opening_key", "destruction", "named_opinion", "ballot_form", "cards_made", "hall_kit",
        "urn_open", "paper_batch", "closing", "reconciliation", "tally", "ballot_counts",
    }
)  # fmt: skip
"""What stands beside cases and sheets, told by the two words of its place."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether all is well, and the sentence."""

    ok: bool
    sentence: Sentence


def sentence_of(report: Report) -> Verdict:
    """ok with the number of entries, or the first bad one with its kind."""
    checkpoint = report.last_good_checkpoint or 0
    if report.ok:
        return Verdict(
            True, m("共 %(n)s 条,检查点 %(checkpoint)s", n=report.entries, checkpoint=checkpoint)
        )
    kind = KINDS.get(report.kind, m("有误"))
    facts = {"kind": kind, "checkpoint": checkpoint}
    return Verdict(False, _told(report, facts))


def _told(report: Report, facts: dict[str, object]) -> Sentence:
    return _of_row(report, facts) or _of_entry(report, facts)


def _of_row(report: Report, facts: dict[str, object]) -> Sentence | None:
    """Where a row is wrong and not an entry: which row, in the words of an office."""
    if report.kind == "read_log":
        return m(
            "第 %(seq)s 条处的检查点:%(kind)s,第 %(row)s 行以后有改动。"
            "最近可信的检查点:%(checkpoint)s",
            seq=report.seq,
            row=report.subject_id,
            **facts,
        )
    if report.kind in ("figure", "item", "observations", "conflict"):
        return _of_sheet(report, facts)
    if report.kind == "paper":
        return m(
            "文书“%(title)s”(序号 %(id)s,核验码 %(code)s):%(kind)s。"
            "最近可信的检查点:%(checkpoint)s",
            title=report.place[0],
            id=report.subject_id,
            code=report.place[1],
            **facts,
        )
    if report.kind in _NAMED:
        return m(
            "%(title)s %(code)s(序号 %(id)s):%(kind)s。最近可信的检查点:%(checkpoint)s",
            title=report.place[0],
            id=report.subject_id,
            code=report.place[1],
            **facts,
        )
    if report.kind in KEPT:
        return m(
            "%(kind)s(序号 %(id)s)。最近可信的检查点:%(checkpoint)s", id=report.subject_id, **facts
        )
    if report.subject:
        return m(
            "%(thing)s(序号 %(id)s):%(kind)s。最近可信的检查点:%(checkpoint)s",
            thing=Thing(report.subject),
            id=report.subject_id,
            **facts,
        )
    return None


def _of_sheet(report: Report, facts: dict[str, object]) -> Sentence:
    """What is wrong on a unit's data sheet."""
    facts = {"unit": report.place[0], "id": report.subject_id, "name": report.place[1], **facts}
    if report.kind == "item":
        return m(
            "%(unit)s的实绩数据表(序号 %(id)s)加减分事项 %(name)s:%(kind)s。"
            "最近可信的检查点:%(checkpoint)s",
            **facts,
        )
    if report.kind == "observations":
        return m(
            "%(unit)s的实绩数据表(序号 %(id)s)观测值清单“%(name)s”:%(kind)s。"
            "最近可信的检查点:%(checkpoint)s",
            **facts,
        )
    return m(
        "%(unit)s的实绩数据表(序号 %(id)s)指标 %(name)s:%(kind)s。最近可信的检查点:%(checkpoint)s",
        **facts,
    )


def _of_entry(report: Report, facts: dict[str, object]) -> Sentence:
    if report.seq is None:
        return m(
            "考核卷序号 %(case)s:%(kind)s。最近可信的检查点:%(checkpoint)s",
            case=report.case_id,
            **facts,
        )
    if report.case_id is not None:
        return m(
            "第 %(seq)s 条(考核卷序号 %(case)s):%(kind)s。最近可信的检查点:%(checkpoint)s",
            seq=report.seq,
            case=report.case_id,
            **facts,
        )
    return m(
        "第 %(seq)s 条:%(kind)s。最近可信的检查点:%(checkpoint)s",
        seq=report.seq,
        **facts,
    )
