"""Which tests of pages PostgreSQL asks in `make test`: few of them, and every question that all of them ask.

All tests of the pages were run on PostgreSQL once, and it was noted what each asks behind the wall. Those that are
named here and in acts_of_pages.py ask together every statement that all of them ask (ids and numbers aside), and do
every act in each way in which a view does it. The files on the top level and the export were gone through by hand.
The other tests look at words, at the order of things, and at pages that were read already: SQLite shows them as well,
and `make prove` asks them on both. `tests/test_access.py` opens every address as everybody, and
`tests/test_noninterference.py` compares two worlds page by page; both do so on both databases.

A new test of a page runs on SQLite. Name it here where it asks something that no other page asks.
"""

from pathlib import Path

from tests.support.acts_of_pages import done_by

TESTS = Path(__file__).resolve().parents[1]

# Where a test is asked of SQLite alone unless it is named.
PAGES = (
    "export",
    "presenters",
    "test_cards.py",
    "test_memory_lines.py",
    "test_names.py",
    "test_stop.py",
    "views",
)

AGAIN: dict[str, tuple[str, ...]] = {
    "export/test_export.py": (
        "test_a_line_of_a_step_stands_there_bare_where_both_keep_it",
        "test_a_row_that_was_not_written_here_is_not_in_it",
        "test_a_therapist_gets_their_card_and_nothing_of_couples",
        "test_an_agreement_in_force_stands_there_once_and_own_open_words_as_from_you",
        "test_it_holds_every_kind_of_own_thing",
        "test_it_holds_what_is_open_and_nothing_else",
        "test_many_entries_stand_on_pages_that_lead_on",
        "test_memory_lines_stand_there_and_tell_nothing_of_what_became_of_them",
        "test_nothing_of_other_couples_and_of_a_former_partner",
        "test_nothing_of_the_database_is_held_while_it_is_sent",
        "test_reading_writes_nothing",
        "test_the_whole_file_is_of_one_state",
        "test_what_goes_wrong_on_the_way_leaves_no_file",
        "test_what_is_taken_back_while_the_file_is_asked_for_is_not_in_it",
        "test_when_the_other_left_nothing_shared_stands_there",
        "test_who_entered_the_code_and_the_days_of_looking",
    ),
    "presenters/test_therapist.py": (
        "test_a_day_is_noted_although_somebody_wrote_while_the_page_was_read",
        "test_a_forged_place_begins_at_the_beginning",
        "test_a_token_of_another_list_begins_at_the_beginning",
        "test_the_way_between_them_goes_on_without_loss_or_repetition",
    ),
    "presenters/test_timeline.py": (
        "test_chart_is_not_drawn_from_one_day_nor_from_nothing",
        "test_filter_stays_while_paging",
        "test_invariant_8_no_line_holds_the_others_private_words",
        "test_paging_holds_where_many_lines_share_one_instant",
        "test_pause_is_a_stretch_of_dots_on_ones_own_path_only",
        "test_steps_leave_no_line_unless_both_keep_one",
    ),
    "test_cards.py": (
        "test_a_card_off_ones_page_comes_back_with_another_code_only",
        "test_a_card_that_nobody_admits_leaves_both_pages_after_thirty_days",
        "test_a_changed_card_comes_to_those_who_have_the_old_one_and_to_nobody_else",
        "test_a_partner_can_erase_their_account_where_cards_were_taken_off",
        "test_an_erased_therapist_takes_the_admissions_along",
        "test_nothing_of_a_card_taken_off_is_in_the_others_copy_or_on_their_pages",
        "test_who_comes_back_writes_a_card_and_is_given_codes_anew",
        "test_with_the_card_everything_of_the_therapist_ends_and_the_days_of_looking_stay",
    ),
    "test_memory_lines.py": (
        "test_a_line_that_nobody_has_stored_yet_can_be_removed",
        "test_after_the_end_of_a_pairing_its_lines_stand_apart_and_go_together",
        "test_erasing_ones_record_removes_its_lines_also_of_a_pairing_that_has_ended",
        "test_erasing_ones_record_removes_ones_own_lines_of_it_and_none_of_the_others",
        "test_put_away_before_the_first_seven_leaves_the_author_a_line_and_the_reader_none",
        "test_who_leaves_for_good_takes_their_lines_and_the_second_look_says_what_stays",
    ),
    "test_stop.py": (
        "test_an_act_works_for_somebody_without_a_pair_and_for_a_therapist",
        "test_it_works_while_private_pages_wait_after_a_reset_by_mail",
        "test_pausing_takes_back_answers_and_nothing_else",
        "test_pressing_twice_is_success_and_answered_once",
        "test_what_was_left_to_fade_is_taken_back_with_it",
    ),
    "views/steps/test_open_steps.py": (
        "test_changed_conditions_close_the_old_ones",
        "test_own_words_are_answered_like_any_step",
        "test_own_words_not_open_are_nobody_elses",
        "test_pause_closes_for_both_at_the_next_request",
        "test_the_list_goes_on_by_a_token_and_stays_light",
    ),
    "views/test_admission.py": (
        "test_a_sheet_that_is_not_there_is_not_found",
        "test_both_admit_a_therapist_to_everything_in_a_few_presses_from_today",
    ),
    "views/test_agenda.py": ("test_it_shows_a_page_at_a_time",),
    "views/test_ahead.py": (
        "test_the_couple_finds_earlier_proposals_a_page_at_a_time",
        "test_what_opened_since_the_last_session_stands_on_a_page_of_its_own",
    ),
    "views/test_breach.py": (
        "test_new_words_that_tell_of_a_passed_limit_take_them_back_too",
        "test_only_agreements_in_force_between_the_two_can_be_named",
        "test_steps_are_named_only_to_a_person_who_turned_them_on",
        "test_what_still_changes_something_stands_equal_on_its_authors_page",
    ),
    "views/test_card.py": ("test_a_label_is_on_ones_own_pages_and_can_be_changed_and_taken_away",),
    "views/test_drafts.py": (
        "test_each_page_writes_into_a_row_of_its_own",
        "test_somebody_else_who_signs_in_there_never_sees_it",
        "test_whoever_chose_to_keep_nothing_when_leaving_has_nothing_kept",
    ),
    "views/test_glass.py": (
        "test_access_can_be_ended_from_a_page_with_the_older_card",
        "test_an_admission_ends_when_its_giver_chose",
        "test_days_of_looking_are_paged_and_all_there",
        "test_ending_works_in_every_session_on_the_next_page",
    ),
    "views/test_look_back.py": ("test_finding_looks_through_its_words_and_not_through_its_numbers",),
    "views/test_marks.py": (
        "test_a_therapist_sees_only_what_both_marked",
        "test_another_mark_takes_the_place_of_the_first_and_opens_after_a_new_night",
    ),
    "views/test_me.py": ("test_the_partner_keeps_the_name_they_have",),
    "views/test_mine.py": (
        "test_earlier_words_are_paged",
        "test_earlier_words_show_what_changed",
        "test_older_words_that_are_offered_are_asked_about",
        "test_the_back_button_and_other_words_lose_nothing",
        "test_the_list_can_be_of_one_kind",
        "test_the_list_pages_through_everything_once",
        "test_the_same_form_sent_twice_is_one_record_and_one_offer",
    ),
    "views/test_mirror.py": ("test_every_part_of_the_mirror_is_the_therapists[?show=g5x]",),
    "views/test_ours.py": (
        "test_nobody_answers_their_own_words",
        "test_open_sheets_page_through_everything_once",
        "test_put_away_closes_for_me_and_for_nobody_else",
    ),
    "views/test_own_sheet.py": (
        "test_it_says_what_becomes_of_a_file_before_the_button",
        "test_what_is_chosen_on_one_page_of_the_list_stays_chosen_on_the_next",
    ),
    "views/test_own_zone.py": ("test_a_zone_of_ones_own_moves_nothing_of_the_pair",),
    "views/test_pairing.py": (
        "test_after_ending_a_new_pairing_starts_empty",
        "test_each_way_has_a_second_look_that_says_what_it_does_and_ends_nothing",
    ),
    "views/test_room.py": (
        "test_unknown_used_expired_and_own_codes_get_one_answer",
        "test_writing_a_card_makes_somebody_a_therapist",
    ),
    "views/test_session.py": ("test_outside_of_a_session_it_asks_again_like_every_page",),
    "views/test_shelf.py": (
        "test_a_proposal_keeps_the_words_it_was_made_with",
        "test_two_presses_propose_all_of_a_bundle_to_both_in_one_order",
    ),
    "views/test_sitting.py": (
        "test_a_line_offered_is_offered",
        "test_an_agreement_that_is_no_longer_in_force_is_not_listed",
        "test_the_same_form_sent_twice_is_one_record",
        "test_two_people_come_from_a_code_to_an_open_sheet_in_twelve_presses_each",
    ),
    "views/test_takeaway.py": (
        "test_it_opens_the_morning_after_both_accept_it_and_stands_on_ours",
        "test_what_was_typed_and_not_sent_comes_back",
    ),
    "views/test_today.py": (
        "test_chosen_feelings_are_kept_in_the_order_of_the_list_and_shown_to_their_writer_alone",
        "test_first_path_has_three_doors_and_nothing_else_to_do",
        "test_what_was_written_in_a_lapsed_session_is_never_anothers",
    ),
    "views/test_welcome.py": ("test_both_kinds_of_welcome_are_saved",),
    "views/test_yes.py": (
        "test_a_longer_end_is_not_shortened_by_renewing",
        "test_a_token_of_another_list_leads_to_the_start",
        "test_acceptances_and_steps_are_renewed_one_by_one_with_their_words_before_one",
        "test_every_kind_of_yes_is_told_in_words",
        "test_pages_of_yeses_follow_each_other_without_loss_or_repetition",
        "test_renewing_all_renews_all_but_sitting_down",
        "test_the_first_page_stays_short_and_each_group_has_a_page_for_the_rest",
        "test_the_list_of_what_was_said_before_goes_on_page_after_page",
        "test_what_a_therapist_is_admitted_to_is_renewed_with_one_press_and_told_nowhere_else",
    ),
}


def on_both(file: Path, test: str) -> bool:
    """Whether this test of this file is asked of both databases; of a table, the whole of it or the lines named."""
    name = file.relative_to(TESTS).as_posix()
    if not any(name == page or name.startswith(f"{page}/") for page in PAGES):
        return True
    named = AGAIN.get(name, ())
    whole = test.partition("[")[0]
    return test in named or whole in named or bool(done_by(file, whole))
