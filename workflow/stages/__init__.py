"""The seven stages of a case, one file each, in the order of the track."""

from workflow.stages.archive import ARCHIVE
from workflow.stages.committee_review import COMMITTEE_REVIEW
from workflow.stages.data_collection import DATA_COLLECTION
from workflow.stages.public_evaluation import PUBLIC_EVALUATION
from workflow.stages.result_application import RESULT_APPLICATION
from workflow.stages.scoping import SCOPING
from workflow.stages.self_report import SELF_REPORT

STAGES = (
    SCOPING,
    SELF_REPORT,
    DATA_COLLECTION,
    PUBLIC_EVALUATION,
    COMMITTEE_REVIEW,
    RESULT_APPLICATION,
    ARCHIVE,
)

__all__ = ["STAGES"]
