"""The catalogue of papers: kind -> template, context, signers, retention, pages.

One row per kind; a new paper is one row and one template. How long papers are kept stands in the
retention rows (``cases/scoring/rules/retention.yaml``), assumed until the archive office's own
table is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass

from cases.documents import context as c
from cases.scoring.rules import kept_words, kept_years
from workflow.vocabulary import DocumentKind
from workflow.vocabulary.word import Word


class WorkingPaper(Word):
    """Papers that are printed but are no documents of a case."""

    CARD_SHEET = "card_sheet", "测评卡", "Evaluation cards"
    PAPER_BALLOT = "paper_ballot", "民主测评表", "Paper ballot"
    ROSTER_LIST = "roster_list", "名册", "Name list"
    FEEDBACK_LETTER = "feedback_letter", "考核结果反馈函", "Feedback letter"
    DESTRUCTION_RECORD = "destruction_record", "测评票销毁记录", "Destruction record"
    COVER = "cover", "卷封面", "Cover"
    CATALOGUE = "catalogue", "卷内目录", "Catalogue of the volume"
    END_NOTE = "end_note", "卷内备考表", "End note of the volume"


AnyKind = DocumentKind | WorkingPaper

CASE, DECISION, PERSONNEL, RECORD = "case_papers", "decision", "personnel_papers", "records"
"""Materials of the retention rows that papers are kept as."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of paper is made and kept.

    ``pages`` is the exact number of pages, or None when the text decides.
    ``material`` names the retention row that says how long it is kept.
    ``signers`` are the people or organs whose signature or seal the paper has room for.
    """

    template: str
    context: type[c.Paper]
    signers: tuple[str, ...] = ()
    material: str = CASE
    pages: int | None = None
    in_dossier: bool = True
    tellable: bool = False
    """May be handed to the assessed person."""


_D, _W = DocumentKind, WorkingPaper
_ORGAN = ("组织人事部门",)

KINDS: dict[AnyKind, Kind] = {
    _D.REGISTRATION_FORM: Kind(
        "registration_form.html",
        c.RegistrationForm,
        ("本人", "主管领导", "机关"),
        PERSONNEL,
        pages=2,
        tellable=True,
    ),
    _D.SELF_REPORT: Kind("report.html", c.Report, ("本人",), tellable=True),
    _D.GRADE_APPROVAL: Kind("grade_approval.html", c.GradeApproval, _ORGAN, DECISION),
    _D.TALLY_SHEET: Kind("tally_sheet.html", c.TallySheet, ("计票人", "监票人")),
    _D.DATA_SHEET: Kind("list.html", c.ListPaper, ("填报人", "审核人")),
    _D.OPINION_LETTER: Kind("letter.html", c.Letter, _ORGAN),
    _D.OPINION_ANSWER: Kind("opinion_answer.html", c.OpinionAnswer, ("回复单位",)),
    _D.TALK_RECORD: Kind("talk_record.html", c.TalkRecord, ("谈话人", "记录人")),
    _D.INQUIRY_REPORT: Kind("form.html", c.FormPaper, ("核实人",)),
    _D.DECIDING_PAPER: Kind("list.html", c.ListPaper, _ORGAN, DECISION),
    _D.PUBLICITY_NOTICE: Kind("publicity_notice.html", c.PublicityNotice, _ORGAN),
    _D.RESULT_NOTICE: Kind(
        "result_notice.html", c.ResultNotice, (*_ORGAN, "本人"), DECISION, tellable=True
    ),
    _D.CIRCULAR: Kind("letter.html", c.Letter, _ORGAN, DECISION),
    _D.NON_ASSESSMENT_NOTE: Kind("form.html", c.FormPaper, _ORGAN),
    _D.REVIEW_APPLICATION: Kind("form.html", c.FormPaper, ("申请人",), tellable=True),
    _D.REVIEW_DECISION: Kind(
        "review_decision.html", c.ReviewDecision, _ORGAN, DECISION, tellable=True
    ),
    _D.RECTIFICATION_LIST: Kind(
        "measures_list.html", c.MeasuresList, ("责任人", "确认人"), tellable=True
    ),
    _D.AWARD_APPROVAL: Kind("form.html", c.FormPaper, _ORGAN, PERSONNEL),
    _D.EXPLANATION_SHEET: Kind("list.html", c.ListPaper, in_dossier=False),
    _D.CORRECTION_RECORD: Kind("form.html", c.FormPaper, _ORGAN, DECISION),
    _D.SIGNATURE_ADDENDUM: Kind("form.html", c.FormPaper, ("本人",), PERSONNEL, tellable=True),
    _D.SIGNED_SCAN: Kind("signed_scan.html", c.SignedScan, material=PERSONNEL),
    _D.HANDOVER_LIST: Kind("list.html", c.ListPaper, ("移交人", "接收人")),
    _D.CHECK_REPORT: Kind("list.html", c.ListPaper, ("检测人",)),
    _D.DOSSIER: Kind("cover.html", c.Volume, ("立卷人", "检查人"), PERSONNEL),
    _D.CONTINUATION: Kind("cover.html", c.Volume, ("立卷人", "检查人"), PERSONNEL),
    _W.CARD_SHEET: Kind("card_sheet.html", c.CardSheet, in_dossier=False),
    _W.PAPER_BALLOT: Kind("paper_ballot.html", c.PaperBallot, in_dossier=False),
    _W.ROSTER_LIST: Kind("list.html", c.ListPaper, _ORGAN),
    _W.FEEDBACK_LETTER: Kind("letter.html", c.Letter, _ORGAN, tellable=True),
    _W.DESTRUCTION_RECORD: Kind("form.html", c.FormPaper, ("监销人",), RECORD),
    _W.COVER: Kind("cover.html", c.Volume, pages=1),
    _W.CATALOGUE: Kind("catalogue.html", c.Volume),
    _W.END_NOTE: Kind("end_note.html", c.Volume, ("立卷人", "检查人"), pages=1),
}


def kind_of(kind: AnyKind) -> Kind:
    """The catalogue row of a kind. Raises KeyError for a kind without a paper."""
    return KINDS[kind]


def retention(kind: AnyKind) -> str:
    """How long a paper of this kind is kept, in words. Raises KeyError for one without a paper."""
    return kept_words(kept_years(kind_of(kind).material))
