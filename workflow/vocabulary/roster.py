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


class ConflictKind(Word):
    """How two figures of one unit contradict each other."""

    LIST = "list", "清单内两行不一致", "Two rows of the list differ"
    SHEET = "sheet", "与已有数据不一致", "Differs from a figure already there"
    OFFICIAL = (
        "official",
        "非官方来源与官方来源不一致",
        "Unofficial source differs from an official one",
    )
    CHECK = "check", "不符合核对关系", "Fails a check of the scheme"


class ConflictOutcome(Word):
    """Which of two contradicting figures holds."""

    TAKEN = "taken", "采用新数", "The new figure holds"
    KEPT = "kept", "保留原数", "The standing figure holds"
    CORRECTED = "corrected", "改正后核对关系成立", "True after a correction"


class UnitChangeKind(Word):
    """What happened to a unit from a day on."""

    RENAME = "rename", "更名", "Renamed"
    RECODE = "recode", "变更代码", "Recoded"
    MERGE = "merge", "合并", "Merged"
    SPLIT = "split", "分设", "Split"
    TRANSFER = "transfer", "区划划转", "Area transferred"
    REPLACE = "replace", "改设", "Replaced by another"
    FOUND = "found", "设立", "Founded"
    ABOLISH = "abolish", "撤销", "Abolished"
    ADJUST = "adjust", "区划调整", "Area or affiliation adjusted"
    SEAT = "seat", "驻地迁移", "Seat moved"
