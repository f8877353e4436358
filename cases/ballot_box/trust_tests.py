"""Which test makes which attack on the ballot, and what it demands; told in the trust claims."""

from __future__ import annotations

from dataclasses import dataclass

_LINKAGE = "tests/attacks/test_linkage.py"
_BOOTH = "tests/attacks/test_booth.py"
_GUESSES = "tests/attacks/test_guesses.py"
_SHOWN = "tests/attacks/test_disclosure.py"
_WORLDS = "tests/attacks/test_other_worlds.py"
_EXITS = "tests/attacks/test_exits.py::test_no_union_of_exits_gives_a_small_group_back"
_OPENING = "tests/cases/ballot_box/test_opening.py"


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack. ``tests``: file::function of those that make it."""

    code: str
    what: str
    demanded: str
    tests: tuple[str, ...]


def _on(file: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{file}::test_{name}" for name in names)


ATTACKS: tuple[Attack, ...] = (
    Attack("B1", "order of rows against the order of handing in",
           "rank correlation below 0.10, at most 7 of 1,000 linked",
           _on(_LINKAGE, "closed_urn_keeps_no_order")),
    Attack("B2", "a time, an address, a session in tables or files", "0 columns, 0 bytes",
           (*_on(_LINKAGE, "no_column_keeps_time_person_address_or_order"),
            *_on(_BOOTH, "rubbish_in_headers_leaves_no_trace"))),
    Attack("B3", "code linked to envelope by the log (conceded), then opened without the key",
           "0 of 1,000 open", _on(_LINKAGE, "no_envelope_opens_without_the_key")),
    Attack("B4", "two backups that differ by one ballot",
           "the envelope unreadable, published figures the same",
           _on(_LINKAGE, "backups_that_differ_by_one_ballot_give_nothing_away")),
    Attack("B5", "envelope linked to a published row after the opening",
           "at most 7 of 1,000 linked",
           _on(_LINKAGE, "closed_tables_join_to_nothing", "result_is_the_same_whoever_cast_what")),
    Attack("B6", "ballots and codes in files, logs, freed pages", "0 found",
           (*_on(_LINKAGE, "open_urn_shows_no_ballot_and_no_code_in_any_file",
                 "destroyed_urn_leaves_nothing_readable"),
            *_on("tests/attacks/test_cards.py", "every_printed_code_opens_and_no_file_keeps_one"))),
    Attack("B7", "length of an envelope", "one length",
           _on(_LINKAGE, "all_envelopes_have_one_length")),
    Attack("B8", "50 codes, 20 rivals each, 20 runs", "exactly 1,000 accepted",
           _on(_GUESSES, "fifty_codes_twenty_rivals_twenty_runs_accept_exactly_a_thousand")),
    Attack("B9", "server killed after the commit, envelope sent again", "same answer, one ballot",
           _on(_BOOTH, "answer_lost_with_the_server_is_the_same_ballot")),
    Attack("B10", "another envelope for a used code, a copied, moved or altered one",
           "none counts beside the owner's",
           _on(_BOOTH, "card_used_with_another_envelope_is_refused",
               "copied_envelope_counts_for_nobody_else", "flipped_envelope_is_worth_nothing")),
    Attack("B11", "1,000,000 guessed codes", "0 accepted, honest voters not held up",
           _on(_GUESSES, "a_million_guesses_find_no_card",
               "guesses_don_t_keep_honest_voters_out")),
    Attack("B12", "fewer than k ballots at every exit",
           "every exit says the same, whatever they say",
           (_EXITS, *_on(_SHOWN, "below_k_the_count_itself_holds_nothing"))),
    Attack("B13", "all figures of all exits as one system of equations",
           "no sum over fewer than k has one solution",
           (_EXITS, *_on(_SHOWN, "no_cell_below_k_has_one_solution",
                         "second_ballot_with_one_voter_added_is_refused_and_would_leak"),
            *_on(_WORLDS, "no_figure_of_fewer_than_k_is_fixed_by_what_is_published"))),
    Attack("B14", "every page watched while people hand in", "not one byte changes",
           _on(_GUESSES, "watching_every_page_while_people_hand_in_shows_no_change")),
    Attack("B15", "all say the same", "exposed by arithmetic; can be hidden from the person",
           _on(_SHOWN, "unanimity_is_exposed_to_the_office_and_can_be_hidden_from_the_person")),
    Attack("B16", "somebody known by the pattern of a whole ballot",
           "ballots dealt anew give the same bytes", _on(_SHOWN, "whole_ballots_leave_no_trace")),
    Attack("B17", "words on a ballot",
           "no place for any; sealed ones make it invalid, told nowhere",
           _on(_BOOTH, "ballots_have_no_place_for_words",
               "sealed_words_are_an_invalid_ballot_and_are_told_nowhere")),
    Attack("B18", "administrator removes, adds, alters, exchanges envelopes", "each noticed",
           (*_on(_LINKAGE, "administrator_who_touches_envelopes_is_noticed"),
            *_on("tests/attacks/test_unvouched_ballots.py",
                 "every_column_of_a_counted_meeting_is_watched"))),
    Attack("B19", "cards that don't add up, more ballots than cards",
           "not opened until both tellers signed for it",
           (*_on("tests/cases/commands/test_count.py",
                 "cards_that_do_not_add_up_need_both_tellers"),
            *_on(_OPENING, "two_envelopes_of_one_card_both_fall"))),
    Attack("B20", "opened twice, on two machines; after destruction an old backup",
           "same bytes; the backup stays closed",
           (*_on(_OPENING, "second_process_gives_the_same_bytes"),
            *_on("tests/cases/commands/test_destruction.py",
                 "old_backup_is_unreadable_without_the_shares"))),
    Attack("B21", "cookies of the site, code in an address or a header",
           "nothing changes, 0 repeated",
           _on(_BOOTH, "code_in_an_address_opens_nothing_and_is_not_repeated",
               "cookies_and_headers_of_the_site_change_nothing")),
    Attack("B22", "used, unknown and closed codes told apart by time, 2,000 tries each",
           "same bytes, medians within 0.2 ms",
           _on(_GUESSES, "unusable_codes_are_not_told_apart_by_time")),
    Attack("B23", "what a receipt code tells others", "nothing of the marks",
           _on(_LINKAGE, "receipt_tells_nothing_of_the_marks")),
    Attack("B24", "a group below k by membership",
           "signed or merged, never alone; called signed on cards, pages and papers",
           (_EXITS, *_on(_SHOWN, "group_below_k_by_membership_is_signed_or_merged_never_alone"),
            *_on("tests/cases/documents/test_press.py",
                 "papers_of_a_signed_group_never_call_it_anonymous"))),
)  # fmt: skip
