"""What papers print, as plain frozen values. Queries fill them; templates only lay them out.

Every paper is a :class:`Paper`. Names are stored as written; padding (张　三) happens in print.
Dates are dates in Asia/Shanghai. Grades, bodies and results arrive as Chinese words.
"""

from cases.documents.context.basic import (
    PEN,
    RECEIPT,
    SEAL,
    Listed,
    Opinion,
    Paper,
    Person,
    Section,
    Sign,
)
from cases.documents.context.case_papers import (
    GradeApproval,
    Measure,
    MeasuresList,
    OpinionAnswer,
    PublicityNotice,
    RegistrationForm,
    Remark,
    Report,
    ResultNotice,
    ReviewDecision,
    Step,
    TalkRecord,
    TallyGroup,
    TallyRow,
    TallySheet,
)
from cases.documents.context.general import (
    Card,
    CardSheet,
    CatalogueLine,
    FormPaper,
    Group,
    Letter,
    ListPaper,
    Volume,
)

__all__ = [
    "PEN",
    "RECEIPT",
    "SEAL",
    "Card",
    "CardSheet",
    "CatalogueLine",
    "FormPaper",
    "GradeApproval",
    "Group",
    "Letter",
    "ListPaper",
    "Listed",
    "Measure",
    "MeasuresList",
    "Opinion",
    "OpinionAnswer",
    "Paper",
    "Person",
    "PublicityNotice",
    "RegistrationForm",
    "Remark",
    "Report",
    "ResultNotice",
    "ReviewDecision",
    "Section",
    "Sign",
    "Step",
    "TalkRecord",
    "TallyGroup",
    "TallyRow",
    "TallySheet",
    "Volume",
]
