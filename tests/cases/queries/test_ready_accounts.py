"""Which accounts the demonstration offers."""

from __future__ import annotations

from cases.queries.ready_accounts import ReadyAccount, chosen
from workflow.vocabulary import AdminKind, Role


def account(number: int, *words: AdminKind | Role) -> ReadyAccount:
    return ReadyAccount(number, f"u{number}", f"甲{number}", None, words)


def test_chosen_holds_some_of_each_and_who_enters_a_survey() -> None:
    ready = [
        account(1, AdminKind.SYSTEM_ADMIN),
        *(account(n, Role.DATA_PROVIDER) for n in range(2, 9)),
        account(9, Role.TELLER),
        *(account(n) for n in range(10, 20)),
        *(account(n, Role.DATA_VERIFIER) for n in range(20, 25)),
    ]
    found = [one.id for one in chosen(ready, frozenset({6, 22}))]
    assert found == [1, 2, 3, 8, 6, 20, 21, 24, 22, 9, *range(10, 18)]
