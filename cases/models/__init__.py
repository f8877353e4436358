"""All tables; import them from here or from their topic."""

from cases.models.account import (
    Account,
    IdempotencyKey,
    Installation,
    PastPassword,
    RoleGrant,
    SignInSession,
    SignInThrottle,
)
from cases.models.analysis import AnalysisRun
from cases.models.base import Base
from cases.models.burden import BurdenEntry
from cases.models.case import Case, CaseAssignment, Hold, ProvisionalPass, Relook
from cases.models.cycle import Amendment, CalendarDay, Cycle
from cases.models.dossier import Attachment, Filing, IssuedDocument, StoredFile
from cases.models.hall import Destruction, HallKit, PaperBatch, PaperEntry
from cases.models.indicator_value import (
    DataSheet,
    IndicatorValue,
    UnitItem,
    UnitResult,
    UnitResultEntry,
    ValueObjection,
)
from cases.models.inquiry import Inquiry, Talk
from cases.models.journal import Checkpoint, JournalEntry, JournalHead, JournalPayload, ReadLog
from cases.models.measure import Measure
from cases.models.meeting import (
    BallotCount,
    KeyHolder,
    KeySet,
    KeySetUnit,
    Meeting,
    MeetingSheet,
    MeetingUnit,
    NamedOpinion,
    SheetElectorate,
    SheetRow,
    Tally,
    VoterGroup,
)
from cases.models.observation import FigureConflict, Observation, ObservationList
from cases.models.opinion_request import OpinionItem, OpinionRequest
from cases.models.outbox import Job, JobRow, Lease, Message, Outbox
from cases.models.people import NameGram, PastResult, Person, Relation, SubjectEvent
from cases.models.pool import (
    Decision,
    DecisionItem,
    DecisionStep,
    GradeMove,
    LeaderComment,
    Pool,
    Publicity,
    PublicityObjection,
    QuotaMove,
    Statement,
    Synthesis,
)
from cases.models.review import Correction, Review
from cases.models.scan import ScanPage, ScanStack
from cases.models.scheme import Scheme, SchemeDraft, SchemeRevision, SchemeVersion
from cases.models.self_report import ReportSection, ReportSubmission, SelfReport
from cases.models.survey import CanvassingReport, NegativeRating, Survey, SurveyArea
from cases.models.unit_change import UnitChange
from cases.models.units import (
    Assignment,
    Portfolio,
    Post,
    RosterImport,
    RosterImportRow,
    RosterState,
    Unit,
)

__all__ = [
    "Account",
    "Amendment",
    "AnalysisRun",
    "Assignment",
    "Attachment",
    "BallotCount",
    "Base",
    "BurdenEntry",
    "CalendarDay",
    "CanvassingReport",
    "Case",
    "CaseAssignment",
    "Checkpoint",
    "Correction",
    "Cycle",
    "DataSheet",
    "Decision",
    "DecisionItem",
    "DecisionStep",
    "Destruction",
    "FigureConflict",
    "Filing",
    "GradeMove",
    "HallKit",
    "Hold",
    "IdempotencyKey",
    "IndicatorValue",
    "Inquiry",
    "Installation",
    "IssuedDocument",
    "Job",
    "JobRow",
    "JournalEntry",
    "JournalHead",
    "JournalPayload",
    "KeyHolder",
    "KeySet",
    "KeySetUnit",
    "LeaderComment",
    "Lease",
    "Measure",
    "Meeting",
    "MeetingSheet",
    "MeetingUnit",
    "Message",
    "NameGram",
    "NamedOpinion",
    "NegativeRating",
    "Observation",
    "ObservationList",
    "OpinionItem",
    "OpinionRequest",
    "Outbox",
    "PaperBatch",
    "PaperEntry",
    "PastPassword",
    "PastResult",
    "Person",
    "Pool",
    "Portfolio",
    "Post",
    "ProvisionalPass",
    "Publicity",
    "PublicityObjection",
    "QuotaMove",
    "ReadLog",
    "Relation",
    "Relook",
    "ReportSection",
    "ReportSubmission",
    "Review",
    "RoleGrant",
    "RosterImport",
    "RosterImportRow",
    "RosterState",
    "ScanPage",
    "ScanStack",
    "Scheme",
    "SchemeDraft",
    "SchemeRevision",
    "SchemeVersion",
    "SelfReport",
    "SheetElectorate",
    "SheetRow",
    "SignInSession",
    "SignInThrottle",
    "Statement",
    "StoredFile",
    "SubjectEvent",
    "Survey",
    "SurveyArea",
    "Synthesis",
    "Talk",
    "Tally",
    "Unit",
    "UnitChange",
    "UnitItem",
    "UnitResult",
    "UnitResultEntry",
    "ValueObjection",
    "VoterGroup",
]
