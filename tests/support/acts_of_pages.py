"""Which test does which act by its button: the promise that `make test` does each of them on both databases.

A page names an act of `couples.actions`; here stands the test that presses for it. `tests/test_both_databases.py` holds
that no act of a page is missing here, and the fixture of `tests/conftest.py` that each test does what is said of it: on
PostgreSQL behind the wall, as the serving role.
"""

import ast
import inspect
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parents[1]
VIEWS = TESTS.parent / "couples" / "views"

# What is about accounts and sessions, tables without a wall (tests/support/one_database.py).
WITHOUT_A_WALL = {"profile.let_passkey_open", "reset_lock.open_with_code"}
# What finds something and writes nothing: views/test_sitting.py comes from a code to an open sheet on both databases.
FINDING = {"pairing.find_invitation", "records.held_without_id", "therapy.is_day_of_looking_noted"}

# By the file of the test, and the test.
DOES: dict[str, dict[str, tuple[str, ...]]] = {
    "actions/test_endings.py": {
        "test_what_fades_can_be_closed_at_once": ("pairing.close_what_fades",),
    },
    "actions/test_erasure.py": {
        "test_an_erased_record_is_gone_with_everything_that_was_in_it": ("erasure.erase_record",),
        "test_it_ends_the_seat_and_every_session_at_once": ("erasure.schedule_erasure",),
        "test_nothing_anywhere_says_who_they_were_or_holds_a_word_of_theirs": ("erasure.erase_account",),
        "test_password_and_code_call_back_what_was_written_but_not_the_pair": ("erasure.call_back",),
    },
    "actions/test_reminders.py": {
        "test_days_and_hour_are_kept_and_shown_and_none_ends_it": ("reminders.set_reminder",),
    },
    "test_cards.py": {
        "test_each_can_take_it_off_their_own_page_which_ends_theirs_and_leaves_the_others": ("therapy.take_card_off",),
        "test_taking_the_card_back_gives_the_four_places_and_says_what_it_does_first": ("therapy.take_card_back",),
    },
    "test_memory_lines.py": {
        "test_its_owner_removes_one_line_or_all_of_a_pairing_and_the_other_keeps_theirs": (
            "memory.remove_line",
            "memory.remove_lines_of_pairing",
        ),
    },
    "test_names.py": {
        "test_each_calls_the_other_what_they_like_on_their_own_pages_alone": ("pairing.call_partner",),
    },
    "test_stop.py": {
        "test_everything_but_what_one_reads_is_taken_back": ("stopping.stop",),
        "test_its_owner_is_told_with_the_day_until_they_have_read_it": ("stopping.have_read",),
    },
    "views/steps/test_open_steps.py": {
        "test_a_double_press_of_pause_is_one_line_on_my_path": ("steps.pause",),
        "test_a_step_with_conditions_from_end_to_end": ("steps.answer_terms",),
    },
    "views/steps/test_steps.py": {
        "test_not_now_works_whatever_else_the_page_says": ("steps.answer_group",),
        "test_sending_again_after_a_stale_page_counts": ("steps.answer_step",),
        "test_turning_on_twice_is_turning_on": ("steps.turn_on",),
        "test_while_off_every_address_of_steps_is_the_same_page": ("steps.turn_off",),
    },
    "views/test_agenda.py": {
        "test_each_takes_only_their_own_off": ("agenda.take_off",),
        "test_its_mark_stands_on_the_page_of_ones_own_yeses": ("agenda.put_on",),
    },
    "views/test_ahead.py": {
        "test_a_yes_can_end_with_the_next_session_as_it_is_set_when_it_is_given": ("sharing.offer",),
        "test_another_therapist_cannot_touch_what_this_one_set": ("proposals.withdraw", "sessions.call_off_sessions"),
        "test_it_can_be_taken_into_ones_own_calendar_under_a_neutral_name": (
            "sessions.set_session",
            "therapy.note_day_of_looking",
        ),
        "test_its_words_lie_sealed": ("proposals.propose",),
        "test_one_of_them_is_moved_or_called_off_on_a_page_of_its_own": (
            "sessions.call_off_one",
            "sessions.move_session",
        ),
    },
    "views/test_breach.py": {
        "test_saving_it_ends_nothing_and_offers_to_stop_being_held_which_works_at_once": ("sharing.stop_being_held",),
    },
    "views/test_card.py": {
        "test_a_label_is_sealed_and_in_ones_own_copy_alone": ("therapy.call_therapist",),
        "test_the_form_comes_up_with_what_the_card_says": ("therapy.write_card",),
    },
    "views/test_drafts.py": {
        "test_saving_lets_go_of_what_was_saved_and_of_nothing_else": ("records.hold_text", "writing.write"),
    },
    "views/test_glass.py": {
        "test_a_code_that_was_made_shows_the_partner_nothing": ("therapy.make_code",),
        "test_the_message_after_a_press_does_not_say_which": ("therapy.admit", "therapy.end_access"),
    },
    "views/test_marks.py": {
        "test_nothing_else_on_the_page_stops_a_mark_from_being_taken_back": ("marks.mark", "marks.take_mark_back"),
    },
    "views/test_me.py": {
        "test_saving_changes_the_name_and_nothing_else": ("profile.present",),
    },
    "views/test_mine.py": {
        "test_taking_back_answers_the_same_whether_or_not_it_was_offered": ("sharing.take_back",),
    },
    "views/test_ours.py": {
        "test_a_line_of_a_step_stays_only_while_both_keep_it": ("sharing.keep", "sharing.no_longer_keep"),
        "test_an_acceptance_of_words_put_away_before_the_door_comes_into_force_never": (
            "sharing.accept",
            "sharing.put_away",
        ),
        "test_no_longer_accepting_ends_it_at_once_and_twice_is_no_mistake": ("sharing.no_longer_accept",),
    },
    "views/test_own_zone.py": {
        "test_an_old_spelling_of_a_zone_can_stay": ("profile.live_in_zone",),
    },
    "views/test_pairing.py": {
        "test_a_joiner_who_withdraws_cannot_be_confirmed": ("pairing.withdraw_join",),
        "test_a_wish_for_a_zone_is_not_shown_on_the_page": ("pairing.wish_time_zone",),
        "test_an_inviter_may_say_that_it_is_not_the_person": (
            "pairing.invite",
            "pairing.join",
            "pairing.withdraw_invitation",
        ),
        "test_confirming_twice_is_one_pair": ("pairing.confirm",),
        "test_sharing_is_refused_kindly_after_the_end": ("pairing.end_pairing",),
    },
    "views/test_reflection.py": {
        "test_answers_stay_when_the_words_are_written_anew": ("records.keep_for_oneself", "writing.write_next"),
    },
    "views/test_room.py": {
        "test_entering_a_code_says_only_one_thing": ("therapy.enter_code",),
    },
    "views/test_shelf.py": {
        "test_a_form_without_its_token_is_kept_all_the_same": ("shelf.put_on",),
        "test_it_can_be_changed_and_taken_off_for_good": ("shelf.change", "shelf.take_off"),
        "test_no_step_of_touch_or_closer_is_offered_or_let_through": ("shelf.propose_from",),
    },
    "views/test_sitting.py": {
        "test_standing_up_ends_my_hour_at_once": ("sitting.sit_down", "sitting.stand_up"),
    },
    "views/test_takeaway.py": {
        "test_its_lines_lie_sealed_under_the_key_of_the_pair": ("takeaways.write",),
        "test_once_either_ended_access_it_can_be_accepted_no_more": ("takeaways.accept", "takeaways.no_longer_accept"),
    },
    "views/test_today.py": {
        "test_a_check_in_for_yesterday_can_be_changed_for_a_day_and_keeps_its_day": ("records.change_check_in",),
        "test_the_middle_of_a_slider_is_a_value_like_any_other": ("records.check_in", "records.let_go_of_held_text"),
    },
    "views/test_welcome.py": {
        "test_in_the_first_hour_it_leads_back_to_the_hour": ("sharing.welcome",),
    },
    "views/test_yes.py": {
        "test_nobody_renews_the_yes_of_another": ("sharing.renew",),
        "test_taking_back_on_an_old_page_what_was_erased_meanwhile_is_success": ("sharing.take_off_list",),
        "test_taking_back_waits_for_no_password": ("sharing.end_yes",),
        "test_what_an_offer_accepted_before_stays_and_its_author_is_told_until_they_have_read_it": (
            "sharing.have_read_of_accepting",
        ),
    },
}
ACTS = {act for tests in DOES.values() for acts in tests.values() for act in acts}


def done_by(file: Path, test: str) -> set[str]:
    """The acts that this test of this file is named for."""
    return set(DOES.get(file.relative_to(TESTS).as_posix(), {}).get(test, ()))


def noted(acts: set[str], patch: pytest.MonkeyPatch) -> set[str]:
    """A set into which each of these acts comes as soon as a page has done it."""
    done: set[str] = set()
    for act in acts:
        room, name = act.split(".")
        module = import_module(f"couples.actions.{room}")
        patch.setattr(module, name, _noting(act, getattr(module, name), done))
    return done


def _noting(act: str, does: Callable[..., Any], done: set[str]) -> Callable[..., Any]:
    @wraps(does)
    def doing(*args: Any, **kwargs: Any) -> Any:
        found = does(*args, **kwargs)
        if any(frame.frame.f_globals["__name__"].startswith("couples.views") for frame in inspect.stack(0)):
            done.add(act)
        return found

    return doing


def acts_of_views() -> set[str]:
    """Every act that a view names: a function of `couples.actions` that is told by whom it is done."""
    found = set()
    for file in VIEWS.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        rooms: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "couples.actions":
                rooms |= {alias.asname or alias.name: alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("couples.actions."):
                room = str(node.module).rpartition(".")[2]
                found |= {f"{room}.{alias.name}" for alias in node.names if _is_act(room, alias.name)}
        named = [
            node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        ]
        told = [(rooms[node.value.id], node.attr) for node in named if node.value.id in rooms]
        found |= {f"{room}.{name}" for room, name in told if _is_act(room, name)}
    return found


def _is_act(room: str, name: str) -> bool:
    named = getattr(import_module(f"couples.actions.{room}"), name)
    return inspect.isfunction(named) and "by" in inspect.signature(named).parameters
