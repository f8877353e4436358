"""Words of posts and of the figures a unit reports."""

from workflow.vocabulary.word import Word


class PostRank(Word):
    """What a post is within its body; shares and voter weights hang on it."""

    CHIEF = "chief", "正职", "Chief"
    DEPUTY = "deputy", "副职", "Deputy"
    OTHER = "other", "其他", "Other"


class ValueState(Word):
    """Where one indicator value stands; the sheet's state follows from its values."""

    DRAFT = "draft", "填报中", "Draft"
    SUBMITTED = "submitted", "待审核", "Submitted"
    RETURNED = "returned", "退回修改", "Returned"
    VERIFIED = "verified", "已审核", "Verified"
    FROZEN = "frozen", "已锁定", "Frozen"
    DISPUTED = "disputed", "有异议", "Disputed"


class ObjectionOutcome(Word):
    """What became of a unit's objection to one of its figures."""

    CORRECTED = "corrected", "已更正", "Corrected"
    KEPT = "kept", "维持原值", "Kept"


class UnitChangeKind(Word):
    """What happened to a unit from a day on."""

    RENAME = "rename", "更名", "Renamed"
    RECODE = "recode", "变更代码", "Recoded"
    MERGE = "merge", "合并", "Merged"
    SPLIT = "split", "分设", "Split"
    TRANSFER = "transfer", "区划划转", "Area transferred"
