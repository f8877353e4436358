"""The bytes of an entry: written out by hand, equal to the canonical JSON of its fields."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cases.journal.entry import FORMAT, Draft, body_of, canonical, instant_text

words = st.one_of(st.none(), st.text(max_size=8))
numbers = st.one_of(st.none(), st.integers(min_value=1, max_value=10**12))
instants = st.datetimes(
    min_value=datetime(2000, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.just(UTC),
)
drafts = st.builds(
    Draft,
    subject=st.text(max_size=8),
    action=st.text(max_size=8),
    at=instants,
    subject_id=numbers,
    case_id=numbers,
    case_version=numbers,
    account_id=numbers,
    person_id=numbers,
    behalf_id=numbers,
    state_from=words,
    state_to=words,
    process=words,
    request=words,
)


@given(seq=st.integers(min_value=1), draft=drafts, payload=words)
def test_body_of_a_draft_is_the_canonical_json_of_its_fields(
    seq: int, draft: Draft, payload: str | None
) -> None:
    assert body_of(seq, draft, payload) == canonical(
        {
            "v": FORMAT,
            "seq": seq,
            "at": instant_text(draft.at),
            "subject": draft.subject,
            "subject_id": draft.subject_id,
            "case": draft.case_id,
            "version": draft.case_version,
            "account": draft.account_id,
            "person": draft.person_id,
            "behalf": draft.behalf_id,
            "action": draft.action,
            "from": draft.state_from,
            "to": draft.state_to,
            "process": draft.process,
            "request": draft.request,
            "payload": payload,
        }
    )
