"""The things beside the case, one small process per file."""

from workflow.things.canvassing import CANVASSING
from workflow.things.correction import CORRECTION
from workflow.things.cycle import CYCLE
from workflow.things.data_sheet import DATA_SHEET
from workflow.things.filing import FILING
from workflow.things.hold import HOLD
from workflow.things.inquiry import INQUIRY
from workflow.things.measure import MEASURE
from workflow.things.meeting import MEETING
from workflow.things.negative_rating import NEGATIVE_RATING
from workflow.things.objection import OBJECTION
from workflow.things.opinion_request import OPINION_REQUEST
from workflow.things.pool import POOL
from workflow.things.review import REVIEW
from workflow.things.survey import SURVEY

THINGS = (
    CYCLE,
    DATA_SHEET,
    MEETING,
    OPINION_REQUEST,
    INQUIRY,
    HOLD,
    POOL,
    OBJECTION,
    REVIEW,
    MEASURE,
    FILING,
    CORRECTION,
    SURVEY,
    CANVASSING,
    NEGATIVE_RATING,
)

__all__ = ["THINGS"]
