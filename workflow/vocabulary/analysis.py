"""Words of the analysis of indicator results."""

from workflow.vocabulary.word import Word


class AnalysisKind(Word):
    """What a kept computation is."""

    RESULT = "result", "实绩得分计算", "Computing the scores"
    WATCH = "watch", "年中预警", "Mid-year warnings"
    INTERVAL = "interval", "名次区间", "Rank intervals"
    METHODS = "methods", "计分方法比较", "Comparing methods"
    WHAT_IF = "what_if", "假设测算", "What if"
    REHEARSAL = "rehearsal", "方案试算", "Rehearsal"
