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
