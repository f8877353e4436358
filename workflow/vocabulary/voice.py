"""Words of public surveys, reports of canvassing and negative ratings."""

from workflow.vocabulary.word import Word


class SurveyMode(Word):
    """How the answers were got; the first two are collected in the booth, the others imported."""

    CODES = "codes", "凭码问卷", "Survey by code"
    OPEN = "open", "开放问卷", "Open survey"
    TELEPHONE = "telephone", "电话调查", "Telephone survey"
    VISIT = "visit", "入户问卷", "Household survey"
    SERVICE_RATING = "service_rating", "政务服务好差评", "Service ratings"


COLLECTED = (SurveyMode.CODES, SurveyMode.OPEN)
"""Modes whose answers come in through the booth."""


class SurveyState(Word):
    DRAFTED = "drafted", "拟制中", "Drafted"
    OPEN = "open", "收集中", "Open"
    CLOSED = "closed", "已截止", "Closed"
    COUNTED = "counted", "已确认", "Counted"


class CanvassingState(Word):
    REPORTED = "reported", "待认定", "Reported"
    UPHELD = "upheld", "查实", "Found true"
    DISMISSED = "dismissed", "不实", "Found untrue"


class NegativeRatingState(Word):
    FIXING = "fixing", "整改中", "To fix"
    CALLING_BACK = "calling_back", "待回访", "To call back"
    ANSWERED = "answered", "待确认", "To confirm"
    CONFIRMED = "confirmed", "已办结", "Settled"
    EXCLUDED = "excluded", "不予采信", "Excluded"


class CallBack(Word):
    """What the citizen says when called back."""

    CONTENT = "content", "满意", "Content"
    NOT_CONTENT = "not_content", "仍不满意", "Still not content"
    NOT_REACHED = "not_reached", "三次未联系上", "Not reached in three calls"
