"""The first volume within a month of its making, the continuation later (M2)."""

from workflow import thing_guards as need
from workflow.grammar import (
    Notice,
    Reminder,
    StateSpec,
    ThingSpec,
    Transition,
    by_rule,
    office_steps,
)
from workflow.vocabulary import (
    Anchor,
    DocumentKind,
    FilingState,
    NoticeKind,
    Permission,
    ReminderKind,
    Role,
    Thing,
    ThingAction,
)
from workflow.words import m

FILING = ThingSpec(
    thing=Thing.FILING,
    initial=FilingState.DUE,
    created_with=Permission.FILE_DOSSIER,
    reads=("papers_missing", "digest_ok", "additions_missing"),
    states=(
        StateSpec(FilingState.DUE, waits_for=(Role.ARCHIVIST,)),
        StateSpec(FilingState.FILED, final=True),
        StateSpec(FilingState.CONTINUED, final=True),
    ),
    transitions=(
        Transition(
            ThingAction.FILE_VOLUME,
            (FilingState.DUE,),
            FilingState.FILED,
            Permission.FILE_DOSSIER,
            guards=(
                need.none_left("papers_missing", m("应归档材料齐全"), m("还缺 %(n)s 份应归档材料")),
                need.holds("digest_ok", m("材料与锁定时一致"), m("材料与锁定时不一致,请先查明")),
            ),
            irreversible=m("归档后材料不再改动,以后的材料进入续卷"),
            notices=(Notice(NoticeKind.FILED, (Role.OFFICE,)),),
            documents=(DocumentKind.DOSSIER, DocumentKind.HANDOVER_LIST),
        ),
        Transition(
            ThingAction.CONTINUE_VOLUME,
            (FilingState.FILED, FilingState.CONTINUED),
            FilingState.CONTINUED,
            Permission.FILE_DOSSIER,
            guards=(
                need.none_left("additions_missing", m("续卷材料齐全"), m("还缺 %(n)s 份续卷材料")),
                need.holds("digest_ok", m("材料与锁定时一致"), m("材料与锁定时不一致,请先查明")),
            ),
            irreversible=m("续卷归档后不再改动,以后的材料再立续卷"),
            documents=(DocumentKind.CONTINUATION, DocumentKind.HANDOVER_LIST),
        ),
    ),
    deadlines=(by_rule("filing", Anchor.FORM_COMPLETED_ON, "filing", title=m("首卷归档期限")),),
    reminders=(
        Reminder(
            ReminderKind.FILING_DUE,
            "filing",
            (FilingState.DUE,),
            office_steps(-7, -3, -1, 0, 1, to=Role.ARCHIVIST),
        ),
    ),
)
